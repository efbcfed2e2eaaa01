"""The rules of one jurisdiction: what each says, how well it is known, and what the firm made different."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt, QTimer, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from casedesk.base.errors import CasedeskError, InvalidEntry
from casedesk.base.i18n import N_, language, tr, trn
from casedesk.casework import findings
from casedesk.casework.drafts import INPUTS, drop_draft
from casedesk.records.words import Jurisdiction
from casedesk.rules.rulebook import Rule, Rulebook, shipped
from casedesk.store.cabinet import Store
from casedesk.ui import look, parts
from casedesk.ui.allowed import only_with
from casedesk.ui.cut import LongWords
from casedesk.ui.findings import signs
from casedesk.ui.findings.thresholds import NAMES, understood, written
from casedesk.ui.forms.lines import About, KeptLines
from casedesk.ui.office import Office
from casedesk.ui.tables.plain import PlainModel, PlainRow
from casedesk.ui.tables.view import RowsView

_STRENGTHS = {"must-not": N_("must not"), "should-not": N_("should not"), "indicator": N_("indicator only")}
class RulesModel(PlainModel):
    """The rules with the sign of their severity."""

    def __init__(self, headers: Sequence[str], beside: QWidget) -> None:
        super().__init__(headers)
        self._beside = beside

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DecorationRole and index.column() == 0:
            return signs.icon(self.text_at(index.row(), 0), self._beside)
        return super().data(index, role)


class RulesPanel(QWidget):
    """The list of rules; the chosen one at the right with its switch and thresholds."""

    def __init__(self, office: Office, jurisdiction: Jurisdiction) -> None:
        super().__init__()
        self.office, self.jurisdiction = office, jurisdiction
        self.kept: KeptLines | None = None
        self.book: Rulebook | None = None
        self.rule: Rule | None = None
        self.entries: dict[str, QLineEdit] = {}
        self.said = parts.text("", tone="faint", wrap=True)
        self.own = parts.button(tr("Use the firm's own file…"))
        self.own.clicked.connect(self.choose_file)
        self.no_own = parts.button(tr("Take the firm's file away"))
        self.no_own.clicked.connect(self.remove_file)
        self.model = RulesModel([tr("Severity"), tr("Rule"), tr("How well the rule is known"), tr("Used")], self)
        self.view = RowsView(self.model)
        self.view.setIconSize(QSize(look.grid(3.6), look.grid(3.6)))
        self.view.told.connect(office.say)
        self.view.describe(tr("Rules"))
        self.view.selectionModel().selectionChanged.connect(self._chosen)
        self.body = QVBoxLayout()
        self.body.setSpacing(look.grid(1.5))
        self.switch = QCheckBox(tr("&Use this rule"))
        self.switch.clicked.connect(self.save)
        self.thresholds = QGridLayout()
        self.thresholds.setHorizontalSpacing(look.grid(3))
        self.thresholds.setColumnStretch(2, 1)
        self.change = parts.button(tr("&Change the thresholds"), "primary")
        self.change.clicked.connect(self.save)
        self.shipped = parts.button(tr("As shipped"))
        self.shipped.clicked.connect(self.reset)
        only_with(office, "rules", self.own, self.no_own, self.switch, self.change, self.shipped)
        self.problem = parts.text("", tone="error", wrap=True)
        self._build()
        self._again = QTimer(self, singleShot=True, interval=60)
        self._again.timeout.connect(self.read)
        office.changed.connect(self._heard)
        self.read()

    def _build(self) -> None:
        bar = parts.holding(parts.column(parts.flow(self.said, self.own, self.no_own), margin=2))
        left = parts.holding(parts.column(bar, self.view, gap=0))
        inside = parts.column(self.body, self.switch, self.thresholds, parts.flow(self.change, self.shipped),
                              self.problem, None, margin=4, gap=3)
        self.right = parts.scrolling(parts.holding(inside))
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setHandleWidth(1)
        splitter.setChildrenCollapsible(False)
        for side in (left, self.right):
            splitter.addWidget(side)
        splitter.setSizes([700, 440])
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(splitter)

    @Slot()
    def read(self) -> None:
        """Read the rules in use."""
        self.office.read(partial(findings.in_use, self.office.store, self.jurisdiction), self._show)

    @Slot(object)
    def _heard(self, tables: frozenset[str]) -> None:
        if "setting" in tables:
            self._again.start()

    @Slot(object)
    def _show(self, book: Rulebook) -> None:
        kept = self.rule.id if self.rule is not None else book.rules[0].id
        self.book = book
        own = trn("{n} difference of the firm's", "{n} differences of the firm's", len(book.own)) if book.own else ""
        self.said.setText("  ·  ".join(part for part in (
            trn("{n} rule", "{n} rules", len(book.rules)),
            tr("Sources looked at on {day}", day=book.checked_on.isoformat()), own) if part))
        self.said.setToolTip("\n".join(book.own))
        self.no_own.setVisible(any(rule.own for rule in book.rules))
        grave = sorted(book.rules, key=lambda rule: (rule.severity.value, ), reverse=True)
        self.model.show([PlainRow((rule.severity.value, rule.title[language()], tr(rule.confidence.label), _used(rule)),
                                  rule.id) for rule in grave])
        self.view.setColumnWidth(0, look.chars(self, 8))
        self.view.setColumnWidth(1, look.chars(self, 36))
        self.view.setColumnWidth(2, look.chars(self, 25))
        self.view.choose(next((at for at, row in enumerate(self.model.rows) if row.key == kept), 0))

    @Slot()
    def _chosen(self) -> None:
        rows = self.view.chosen_rows()
        if rows and self.book is not None:
            self.rule = self.book.find(self.model.rows[rows[0]].key)
            self._show_rule()

    def _show_rule(self) -> None:
        rule = self.rule
        if rule is None:
            return
        if self.kept is not None:
            self.kept.leave()
            self.kept.deleteLater()
        parts.clear(self.body)
        parts.clear(self.thresholds)
        self.problem.setText("")
        lang = language()
        title = parts.row(signs.label(rule.severity.value, tr(rule.severity.label)),
                          parts.text(rule.title[lang], font=look.title_font(1.15), wrap=True), gap=1)
        title.setStretch(1, 1)
        self.body.addLayout(title)
        for said, tone in ((f"{rule.severity.value} {tr(rule.severity.label)}", "faint"), (rule.explanation[lang], ""),
                           (rule.off_because.get(lang, "") if not rule.on else "", "doubt"),
                           (_difference(rule), "doubt")):
            if said:
                self.body.addWidget(parts.text(said, tone=tone, wrap=True))
        self._show_bases(rule)
        self.switch.setChecked(rule.on)
        self._offer_thresholds(rule)

    def _show_bases(self, rule: Rule) -> None:
        lang = language()
        self.body.addSpacing(look.grid(2))
        shown: set[tuple[str, str]] = set()
        for basis in rule.bases:
            key = (basis.cited(lang), basis.instrument.source[lang])
            if key in shown:
                continue  # the same article, for further kinds of creditor
            shown.add(key)
            self.body.addWidget(parts.text(basis.cited(lang), font=look.strong_font(), wrap=True))
            until = basis.valid_to.isoformat() if basis.valid_to else ""
            said = [basis.instrument.issuer[lang], tr(basis.confidence.label), tr(_STRENGTHS[basis.strength]),
                    f"{basis.valid_from.isoformat()} – {until}".strip()]
            self.body.addWidget(parts.text("  ·  ".join(said), wrap=True))
            self.body.addWidget(LongWords(tr("Source: {source}", source=key[1]), tone="faint"))
        if rule.also:
            self.body.addWidget(parts.text(tr("See also: {what}", what=rule.also[lang]), wrap=True))

    def _offer_thresholds(self, rule: Rule) -> None:
        self.entries = {}
        said = {name: written(value, name) for name, value in rule.parameters.items()}
        for at, name in enumerate(rule.parameters):
            entry = QLineEdit(said[name])
            entry.setMinimumWidth(look.chars(entry, 10))
            entry.setMaximumWidth(look.chars(entry, 24))
            entry.setAccessibleName(tr(NAMES.get(name, name)))
            entry.returnPressed.connect(self.save)
            self.thresholds.addWidget(parts.text(tr(NAMES.get(name, name)), tone="faint", wrap=True), at, 0)
            self.thresholds.addWidget(entry, at, 1)
            self.entries[name] = entry
        self.kept = KeptLines(self.office, self.entries, self)
        self.kept.ask(About(_key(self.jurisdiction, rule), said=said))
        self.change.setVisible(bool(self.entries))
        self.shipped.setVisible(rule.changed)

    # changes

    @Slot()
    def save(self) -> None:
        """Keep the switch and the thresholds that differ from those shipped; the matter is checked again by itself."""
        if self.rule is None:
            return
        try:
            given = {name: understood(entry.text(), self.rule.parameters[name], name)
                     for name, entry in self.entries.items()}
        except InvalidEntry as problem:
            self._could_not(problem)
            return
        on: bool | None = self.switch.isChecked()
        shipped_rule = shipped(self.jurisdiction).find(self.rule.id)
        if shipped_rule is not None and not self.rule.own:  # what is as shipped is no change of the firm's
            given = {name: value for name, value in given.items() if value != shipped_rule.parameters[name]}
            on = None if on == shipped_rule.on else on
        self._write(on=on, parameters=given)

    @Slot()
    def reset(self) -> None:
        """The rule is again as shipped."""
        self._write(on=None, parameters=None)

    def _write(self, *, on: bool | None, parameters: dict[str, Any] | None) -> None:
        if self.rule is not None and self.kept is not None:
            self.problem.setText("")
            self.kept.rest()
            self.office.write(partial(_change, self.office.store, self.jurisdiction, self.rule, on=on,
                                      parameters=parameters), self._kept, self._could_not)

    @Slot()
    def choose_file(self) -> None:
        """Ask for the firm's own rule file."""
        dialog = QFileDialog(self, tr("Use the firm's own file…"), "", "TOML (*.toml)")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.use_file)
        dialog.open()

    @Slot(str)
    def use_file(self, path: str) -> None:
        """Use the rules of a file beside the shipped ones."""
        self.office.write(partial(_own, self.office.store, self.jurisdiction, Path(path)), self._kept, self._could_not)

    @Slot()
    def remove_file(self) -> None:
        """The firm has no rules of its own any more."""
        self.office.write(partial(findings.set_own_rules, self.office.store, self.jurisdiction, ""), self._kept,
                          self._could_not)

    @Slot(object)
    def _kept(self, nothing: object) -> None:
        self.read()
        self.office.say(tr("The rules were changed; every output says so."))

    @Slot(object)
    def _could_not(self, problem: CasedeskError) -> None:
        self.problem.setText(str(problem))
        if self.kept is not None:
            self.kept.keep_soon()
        if self.rule is not None:
            self.switch.setChecked(self.rule.on)  # the switch says what is kept, not what was wanted


def _change(store: Store, jurisdiction: Jurisdiction, rule: Rule, **made: Any) -> None:
    findings.set_rule(store, jurisdiction, rule.id, **made)
    drop_draft(store, _key(jurisdiction, rule))


def _key(jurisdiction: Jurisdiction, rule: Rule) -> str:
    return f"{INPUTS}rule/{jurisdiction.value}/{rule.id}"


def _own(store: Store, jurisdiction: Jurisdiction, path: Path) -> None:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise InvalidEntry(tr("{file} cannot be read ({reason}).", file=path.name, reason=problem)) from None
    findings.set_own_rules(store, jurisdiction, text)


def _used(rule: Rule) -> str:
    return (tr("Yes") if rule.on else tr("No")) + (f" · {tr('changed')}" if rule.changed or rule.own else "")


def _difference(rule: Rule) -> str:
    if rule.own:
        return tr("The firm's own rule.")
    return tr("The firm changed this rule's threshold or switch.") if rule.changed else ""
