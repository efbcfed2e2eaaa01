"""Changing the passphrase, and a new recovery key; the slow work runs beside the window."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QDialog, QGridLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from casedesk.base.errors import CasedeskError
from casedesk.base.i18n import tr
from casedesk.casework import users
from casedesk.store import strength
from casedesk.ui import look, parts
from casedesk.ui.growing import GrowingDialog
from casedesk.ui.office import Office
from casedesk.ui.welcome.create import Recovery


class NewPassphrase(QWidget):
    """The button, and the small window that asks twice."""

    def __init__(self, office: Office) -> None:
        super().__init__()
        self.office = office
        self.button = parts.button(tr("Change"))
        self.button.clicked.connect(self._ask)
        self.setLayout(parts.row(self.button, gap=0))
        self.setFocusProxy(self.button)

    @Slot()
    def _ask(self) -> None:
        PassphraseDialog(self.window(), self.office).open()


class PassphraseDialog(GrowingDialog):
    """A new passphrase, typed twice, with its strength."""

    def __init__(self, parent: QWidget, office: Office) -> None:
        super().__init__(parent)
        self.office = office
        self.setWindowTitle(tr("Change the passphrase"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.old, self.first, self.again = QLineEdit(), QLineEdit(), QLineEdit()
        grid = QGridLayout()
        asked = [(tr("&Present passphrase"), self.old), (tr("&New passphrase"), self.first),
                 (tr("New passphrase &again"), self.again)]
        if office.store.key.recovered:
            del asked[0]
        for at, (label, line) in enumerate(asked):
            line.setEchoMode(QLineEdit.EchoMode.Password)
            line.setMinimumWidth(look.chars(line, 36))
            said = QLabel(label)
            said.setBuddy(line)
            grid.addWidget(said, at, 0)
            grid.addWidget(line, at, 1)
        self.first.textChanged.connect(self._weigh)
        self.said = parts.text("", tone="faint", wrap=True)
        self.change = parts.button(tr("Change"), "primary")
        self.change.setDefault(True)
        self.change.clicked.connect(self.set_new)
        cancel = parts.button(tr("Cancel"))
        cancel.clicked.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*[look.grid(4)] * 4)
        layout.setSpacing(look.grid(3))
        layout.addLayout(grid)
        layout.addWidget(self.said)
        layout.addLayout(parts.row(None, cancel, self.change))

    @Slot()
    def _weigh(self) -> None:
        weighed = strength.estimate(self.first.text())
        self.said.setText(f"{weighed.word}. {weighed.advice}".strip())
        parts.tone(self.said, "doubt" if weighed.score < 2 else "faint")

    @Slot()
    def set_new(self) -> None:
        """Check the present one, then rewrap the key."""
        if not self.first.text() or self.first.text() != self.again.text():
            self._say(tr("Type the same passphrase twice."))
            return
        store, old, new = self.office.store, self.old.text(), self.first.text()

        def change() -> None:
            users.change_password(store, old, new)

        self.change.setEnabled(False)
        self.office.write(change, self._done, self._failed)

    def _say(self, said: str) -> None:
        self.said.setText(said)
        parts.tone(self.said, "error")

    @Slot(object)
    def _done(self, nothing: object) -> None:
        self.office.say(tr("The passphrase was changed."))
        self.accept()

    @Slot(object)
    def _failed(self, problem: CasedeskError) -> None:
        self.change.setEnabled(True)
        self._say(str(problem))


class NewRecovery(QWidget):
    """Makes a new recovery key and shows it once; the old one opens nothing any more."""

    def __init__(self, office: Office) -> None:
        super().__init__()
        self.office = office
        self.button = parts.button(tr("Make a new one"))
        self.button.clicked.connect(self._make)
        self.setLayout(parts.row(self.button, parts.text(tr("The old one opens nothing any more."), tone="faint")))
        self.setFocusProxy(self.button)

    @Slot()
    def _make(self) -> None:
        store = self.office.store
        self.office.write(lambda: users.new_recovery_key(store), self._show, self._failed)

    @Slot(object)
    def _show(self, key: str) -> None:
        dialog = QDialog(self.window())
        dialog.setWindowTitle(tr("The recovery key"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        page = Recovery()
        page.show_key(key)
        page.done.connect(dialog.accept)
        layout = QVBoxLayout(dialog)
        layout.setContentsMargins(*[look.grid(5)] * 4)
        layout.addWidget(page)
        dialog.resize(look.chars(self, 70), dialog.sizeHint().height())
        dialog.open()

    @Slot(object)
    def _failed(self, problem: CasedeskError) -> None:
        self.office.say(str(problem))
