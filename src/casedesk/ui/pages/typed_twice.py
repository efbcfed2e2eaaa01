"""The frame of dialogs that set a password or passphrase: typed twice, with its strength while it is typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from casedesk.base.errors import CasedeskError
from casedesk.base.i18n import tr
from casedesk.store import strength
from casedesk.ui import look, parts
from casedesk.ui.growing import GrowingDialog
from casedesk.ui.office import Office

_WIDTH = 36


class TypedTwice(GrowingDialog):
    """What else is asked, the new word twice, and a button that sets it beside the window."""

    def __init__(
        self, parent: QWidget, office: Office, title: str, *, asked: Sequence[tuple[str, QWidget]],
        new: tuple[str, str], action: str, note: str = "",
    ) -> None:
        """`new` labels the two lines, `action` the button; `note` stands below until something is typed."""
        super().__init__(parent)
        self.office = office
        self.setWindowTitle(title)
        self.first, self.again = QLineEdit(), QLineEdit()
        for line in (self.first, self.again):
            line.setEchoMode(QLineEdit.EchoMode.Password)
        grid = QGridLayout()
        for at, (label, entry) in enumerate((*asked, *zip(new, (self.first, self.again), strict=True))):
            if isinstance(entry, QLineEdit):
                entry.setMinimumWidth(look.chars(entry, _WIDTH))
            said = QLabel(label)
            said.setBuddy(entry)
            grid.addWidget(said, at, 0)
            grid.addWidget(entry, at, 1)
        self.first.textChanged.connect(self._weigh)
        self.said = parts.text(note, tone="faint", wrap=True)
        self.set = parts.button(action, "primary")
        self.set.setDefault(True)
        self.set.clicked.connect(self.set_it)
        cancel = parts.button(tr("Cancel"))
        cancel.clicked.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*[look.grid(4)] * 4)
        layout.setSpacing(look.grid(3))
        layout.addLayout(grid)
        layout.addWidget(self.said)
        layout.addLayout(parts.row(None, cancel, self.set))

    def setting(self) -> Callable[[], object]:
        """What sets the word as it is typed now; it is called beside the window."""
        raise NotImplementedError

    @Slot()
    def _weigh(self) -> None:
        weighed = strength.estimate(self.first.text())
        self._say(f"{weighed.word}. {weighed.advice}".strip(), "doubt" if weighed.score < 2 else "faint")

    @Slot()
    def set_it(self) -> None:
        """Check what is typed, then set it; the dialog is accepted when that is done."""
        if not self.first.text() or self.first.text() != self.again.text():
            self._say(tr("Type the same passphrase twice."), "error")
            return
        self.set.setEnabled(False)
        self.office.write(self.setting(), self._done, self._failed)

    def _say(self, said: str, tone: str) -> None:
        self.said.setText(said)
        parts.tone(self.said, tone)

    @Slot(object)
    def _done(self, nothing: object) -> None:
        self.accept()

    @Slot(object)
    def _failed(self, problem: CasedeskError) -> None:
        self.set.setEnabled(True)
        self._say(str(problem), "error")
