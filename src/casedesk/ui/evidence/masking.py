"""What masked copies show of one exhibit: places marked on its pages, for each kind of recipient; kept at once."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import QComboBox, QDialog, QLabel, QRadioButton, QVBoxLayout, QWidget

from casedesk.base.errors import CasedeskError
from casedesk.base.i18n import tr, trn
from casedesk.casework import maskings
from casedesk.casework.maskings import Exhibit, Part
from casedesk.records.masking import Masking
from casedesk.records.words import MaskDecision, RecipientKind
from casedesk.ui import look, parts
from casedesk.ui.evidence.marking import MarkView
from casedesk.ui.evidence.sheets import PdfSheets
from casedesk.ui.jobs import Jobs
from casedesk.ui.office import Office

_KEEP = 400
Shown = tuple[Exhibit, PdfSheets]


class MaskDialog(QDialog):
    """The pages at the left, the decision beside them."""

    def __init__(self, parent: QWidget, office: Office, evidence_id: int) -> None:
        super().__init__(parent)
        self.office, self.evidence_id = office, evidence_id
        self.exhibit: Exhibit | None = None
        self.setWindowTitle(tr("Mask for recipients"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        look.fit(self, parent, look.grid(240), look.grid(165))
        self.jobs = Jobs("drawing pages to be marked", self)
        self.pages = MarkView(self.jobs)
        self.pages.page_changed.connect(self._turned)
        self.pages.marked.connect(self._marked)
        self.kind = QComboBox()
        for kind in RecipientKind:
            self.kind.addItem(tr(kind.label), kind)
        self.kind.currentIndexChanged.connect(self._show_kind)
        self.choices: dict[MaskDecision | None, QRadioButton] = {
            one: QRadioButton(tr(one.label)) for one in MaskDecision}
        self.choices[None] = QRadioButton(tr("Not decided: it is withheld"))
        for button in self.choices.values():
            button.clicked.connect(self._decided)
        self.whole = parts.button(tr("Black the &whole page"))
        self.whole.clicked.connect(self._whole_page)
        self.page, self.said = parts.text("", tone="faint"), parts.text("", wrap=True)
        self._at = 0
        self._late = QTimer(self, singleShot=True, interval=_KEEP)
        self._late.timeout.connect(self._keep)
        self._lay_out()
        office.open_list(partial(_shown, office, evidence_id), self._show).failed.connect(self._failed)

    def _lay_out(self) -> None:
        label = QLabel(tr("&For"))
        label.setBuddy(self.kind)
        self.kind.setAccessibleName(tr("For"))
        hint = parts.text(tr("Drag over what this recipient may not see; Delete takes a place away. Every page with a "
                             "picture of this exhibit becomes a new picture; what was there is gone from the copy."),
                          tone="faint", wrap=True)
        close = parts.button(tr("Close"))
        close.clicked.connect(self.accept)
        beside = parts.holding(parts.column(
            label, self.kind, *self.choices.values(), self.whole, self.page, hint, self.said, None,
            parts.row(None, close), gap=2))
        beside.setFixedWidth(look.chars(self, 36))
        both = parts.row(self.pages, beside, gap=4)
        both.setStretch(0, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*[look.grid(4)] * 4)
        layout.addLayout(both)
        close.setDefault(True)

    @property
    def recipient(self) -> RecipientKind:
        """The kind of recipient shown now."""
        return RecipientKind(self.kind.currentData())

    @property
    def decision(self) -> MaskDecision | None:
        """What is chosen now."""
        return next((one for one, button in self.choices.items() if button.isChecked()), None)

    @Slot(object)
    def _show(self, shown: Shown) -> None:
        self.exhibit, sheets = shown
        self.setWindowTitle(tr("Mask for recipients: {name}", name=self.exhibit.name))
        self.pages.show_sheets(sheets)
        self._show_kind()

    @Slot(object)
    def _failed(self, problem: CasedeskError) -> None:
        self.said.setText(str(problem))
        parts.tone(self.said, "error")

    @Slot()
    def _show_kind(self) -> None:
        """What was decided for the kind chosen; what was marked for the one before is kept first."""
        if self._late.isActive():
            self._keep()
        if self.exhibit is None:
            return
        found = next((one for one in self.exhibit.decisions if one.recipient is self.recipient), None)
        marked: dict[int, list[Part]] = {}
        for place in found.places if found is not None else ():
            marked.setdefault(place.page, []).append((place.left, place.top, place.right, place.bottom))
        self.pages.put(marked)
        self.choices[found.decision if found is not None else None].setChecked(True)
        self._tell()

    def _tell(self) -> None:
        count = sum(map(len, self.pages.parts.values()))
        told = trn("{n} place is marked.", "{n} places are marked.", count)
        self.said.setText(told if self.decision is MaskDecision.BLACKED else "")
        parts.tone(self.said, "")

    @Slot(int, int)
    def _turned(self, at: int, count: int) -> None:
        self._at = at
        self.page.setText(tr("page {n} of {count}", n=at, count=count) if count else "")

    @Slot()
    def _whole_page(self) -> None:
        self.pages.mark_page(self._at)

    @Slot()
    def _marked(self) -> None:
        self.choices[MaskDecision.BLACKED if self.pages.parts else None].setChecked(True)
        self._changed()

    @Slot()
    def _decided(self) -> None:
        self._changed()

    def _changed(self) -> None:
        self._tell()
        self._kind_kept = self.recipient
        self._late.start()

    @Slot()
    def _keep(self) -> None:
        self._late.stop()
        if self.exhibit is None:
            return
        decision = self.decision
        places = maskings.placed(self.exhibit, self.pages.parts) if decision is MaskDecision.BLACKED else []
        if decision is MaskDecision.BLACKED and not places:
            decision = None
        others = [one for one in self.exhibit.decisions if one.recipient is not self._kind_kept]
        if decision is not None:
            others.append(Masking(self._kind_kept, decision, tuple(places)))
        self.exhibit = self.exhibit._replace(decisions=others)
        self.office.write(partial(maskings.decide, self.office.store, self.evidence_id, self._kind_kept, decision,
                                  places), self._kept, self._failed)

    @Slot(object)
    def _kept(self, nothing: object) -> None:
        self.office.saved.emit()

    def done(self, result: int) -> None:
        if self._late.isActive():
            self._keep()
        self.pages.show_sheets(None)
        self.jobs.finish()
        super().done(result)


def _shown(office: Office, evidence_id: int) -> Shown:
    found = maskings.exhibit(office.store, evidence_id)
    return found, PdfSheets(found.pdf)
