"""The first step: where to file, on what basis, and about which debt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QRegularExpression, Qt, Slot
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QSplitter,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
)

from casedesk.base.i18n import N_, language, tr
from casedesk.casework import courts, documents
from casedesk.casework.forms import GROUPS, Form, offered, unreadable
from casedesk.records import Collector, ContactPerson, Creditor, Debt, Record
from casedesk.store.cabinet import Store
from casedesk.ui import captions, look, parts
from casedesk.ui.filing.plan import Plan, Step

_FORM = Qt.ItemDataRole.UserRole
CONFIDENCE = {"V": N_("text read"), "V2": N_("reprint read"), "S": N_("secondary source"), "U": N_("unverified"),
              "M": N_("from memory")}
_ROLES: dict[str, type[Record]] = {
    "debt": Debt, "creditor": Creditor, "collector": Collector, "contact_person": ContactPerson}


_LIMITS = {"max_mb": r"[0-9]{1,4}(\.[0-9]{0,2})?", "max_pages": "[0-9]{1,5}"}
"""What one file may have at the place of filing, and how it is typed."""


@dataclass(frozen=True)
class ReadingRoles:
    """Whom a letter can be about: for each role the records of the matter, (id, caption)."""

    store: Store
    matter_id: int

    def __call__(self) -> Mapping[str, captions.Choices]:
        with documents.dossier(self.store, self.matter_id, language()) as found:
            records = {"debt": found.debts, "creditor": found.creditors, "collector": found.collectors,
                       "contact_person": found.contact_persons}
            return {name: [(one.id, captions.caption(one)) for one in ones] for name, ones in records.items()}


class FormStep(Step):
    """The forms of the matter's jurisdiction by what they are for; what the chosen one rests on beside them."""

    title = N_("Filing form")

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)
        self.tree = QTreeWidget()
        self.tree.setHeaderHidden(True)
        self.tree.setAccessibleName(tr("Forms"))
        self._fill()
        self.boxes = {name: QComboBox() for name in _ROLES}
        self.labels = {name: QLabel(tr(kind.title)) for name, kind in _ROLES.items()}
        self.about = parts.heading(tr("What it is about"))
        self.roles = QGridLayout()
        self.roles.setContentsMargins(0, 0, 0, 0)
        self.roles.addWidget(self.about, 0, 0, 1, 2)
        self.roles.setColumnStretch(1, 1)
        for at, (name, box) in enumerate(self.boxes.items(), 1):
            self.labels[name].setBuddy(box)
            box.setAccessibleName(tr(_ROLES[name].title))
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(24)
            box.activated.connect(self._choose_roles)
            self.roles.addWidget(self.labels[name], at, 0)
            self.roles.addWidget(box, at, 1)
        self.limits = {"max_mb": QLineEdit(), "max_pages": QLineEdit()}
        self.most = QGridLayout()
        self.most.setContentsMargins(0, 0, 0, 0)
        self.most.addWidget(parts.heading(tr("What one file may have there; more is cut into volumes")), 0, 0, 1, 3)
        self.most.setColumnStretch(2, 1)
        self.court, self.of_court = QComboBox(), QLabel(tr("Court"))
        self.court.setAccessibleName(tr("Court"))
        self.of_court.setBuddy(self.court)
        self.court.activated.connect(self._limit)
        self.most.addWidget(self.of_court, 1, 0)
        self.most.addWidget(self.court, 1, 1, 1, 2, Qt.AlignmentFlag.AlignLeft)
        for at, (name, said) in enumerate((("max_mb", "MB"), ("max_pages", tr("Number of pages"))), 2):
            entry, label = self.limits[name], QLabel(said)
            label.setBuddy(entry)
            entry.setAccessibleName(said)
            entry.setValidator(QRegularExpressionValidator(QRegularExpression(_LIMITS[name]), entry))
            entry.setFixedWidth(look.chars(entry, 14))
            entry.textEdited.connect(self._limit)
            self.most.addWidget(label, at, 0)
            self.most.addWidget(entry, at, 1)
        self.told, self.law = QVBoxLayout(), QVBoxLayout()
        for layout in (self.told, self.law):
            layout.setSpacing(look.grid(1))
        inside = parts.holding(parts.column(self.told, parts.holding(self.roles),
                                            parts.holding(self.most), self.law, None, gap=4, margin=3))
        sides = QSplitter(Qt.Orientation.Horizontal)
        sides.setChildrenCollapsible(False)
        sides.addWidget(self.tree)
        sides.addWidget(parts.scrolling(inside))
        sides.setSizes([look.grid(90), look.grid(110)])
        self.setLayout(parts.column(sides))
        self.tree.currentItemChanged.connect(self._choose)
        self._select(plan.form)
        self.tree.setEnabled(plan.follows is None)

    def _fill(self) -> None:
        found = offered(self.plan.facts.jurisdiction)
        for group, name in GROUPS.items():
            forms = [form for form in found if form.group == group]
            if forms:
                head = QTreeWidgetItem(self.tree, [tr(name)])
                head.setFlags(Qt.ItemFlag.ItemIsEnabled)
                head.setFont(0, look.strong_font())
                for form in forms:
                    item = QTreeWidgetItem(head, [form.title[language()]])
                    item.setToolTip(0, form.title[language()])
                    item.setData(0, _FORM, form)
        wrong = {name: one for name, one in unreadable().items() if name.startswith(self.plan.facts.jurisdiction + "-")}
        if wrong:
            head = QTreeWidgetItem(self.tree, [tr("Cannot be read")])
            head.setFlags(Qt.ItemFlag.ItemIsEnabled)
            for problem in wrong.values():
                QTreeWidgetItem(head, [str(problem)]).setFlags(Qt.ItemFlag.ItemIsEnabled)
        self.tree.expandAll()

    def _select(self, form: Form) -> None:
        items = self.tree.findItems(form.title[language()], Qt.MatchFlag.MatchExactly | Qt.MatchFlag.MatchRecursive)
        self.tree.setCurrentItem(next(one for one in items if one.data(0, _FORM) == form))

    def choose(self, form: Form) -> None:
        """Choose a form of the list."""
        self._select(form)

    def enter(self) -> None:
        self.tree.setFocus()
        self.office.read(ReadingRoles(self.office.store, self.plan.facts.id), self._offer)

    def go_on(self) -> None:
        self._select(self.plan.form)
        for name, entry in self.limits.items():
            entry.setText(self.plan.limits.get(name, ""))
        self.enter()

    @Slot(object)
    def _offer(self, found: Mapping[str, captions.Choices]) -> None:
        for name, box in self.boxes.items():
            box.clear()
            for id_, said in found[name]:
                box.addItem(said, id_)
            box.setCurrentIndex(max(box.findData(getattr(self.plan.choice, name)), 0))
            if not box.count():
                box.setPlaceholderText(tr("none yet"))

    @Slot()
    def _choose_roles(self) -> None:
        self.plan.choose(**{name: box.currentData() for name, box in self.boxes.items()
                            if self.plan.form.uses(name)})
        self.typed.emit()

    @Slot()
    def _limit(self) -> None:
        self.plan.limits = {name: entry.text() for name, entry in self.limits.items()}
        if court := self.court.currentData():
            self.plan.limits["court"] = str(court)
        self._tell_limits()
        self.typed.emit()

    @Slot(QTreeWidgetItem)
    def _choose(self, item: QTreeWidgetItem | None) -> None:
        form = item.data(0, _FORM) if item is not None else None
        if not isinstance(form, Form):
            return
        if form != self.plan.form:
            self.plan.choose_form(form)
            self.typed.emit()
        self._tell(form)
        self.changed.emit()

    def _tell(self, form: Form) -> None:
        lang = language()
        parts.clear(self.told)
        self.told.addWidget(parts.text(form.title[lang], font=look.title_font(1.2), wrap=True))
        for head, said in ((tr("Goes to"), form.addressee), (tr("Who may use it"), form.who),
                           (tr("Copies"), form.copies)):
            if said.get(lang):
                self.told.addSpacing(look.grid(1))
                self.told.addWidget(parts.heading(head))
                self.told.addWidget(parts.text(said[lang], wrap=True))
        parts.clear(self.law)
        if form.basis:
            self.law.addWidget(parts.heading(tr("Rests on")))
        for one in form.basis:
            self.law.addWidget(parts.text(one.text[lang], wrap=True))
            sure = parts.text(tr(CONFIDENCE[one.confidence]), tone="good" if one.printed else "doubt",
                              font=look.small_font())
            sure.setToolTip(one.source)
            self.law.addWidget(sure)
        self.court.clear()
        self.court.addItem(tr("another court"), "")
        for court in courts.offered(form):
            self.court.addItem(court.title[lang], court.id)
            self.court.setItemData(self.court.count() - 1, court.portal.source, Qt.ItemDataRole.ToolTipRole)
        for widget in (self.court, self.of_court):
            widget.setVisible(self.court.count() > 1)
        self.court.setCurrentIndex(max(self.court.findData(self.plan.limits.get("court", "")), 0))
        self._tell_limits()
        for name, box in self.boxes.items():
            for widget in (box, self.labels[name]):
                widget.setVisible(form.uses(name))
        self.about.setVisible(any(map(form.uses, self.boxes)))

    def _tell_limits(self) -> None:
        """Show what holds where nothing is typed, and from where it is known."""
        portal = self.plan.at_court.portal
        for name, entry in self.limits.items():
            own = getattr(portal, name, None)
            entry.setPlaceholderText(f"{own:g}" if own else tr("no limit"))
        self.court.setToolTip(portal.source if portal is not None and self.court.currentData() else "")
