"""Changing the passphrase, and a new recovery key; the slow work runs beside the window."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QDialog, QLineEdit, QVBoxLayout, QWidget

from casedesk.base.errors import CasedeskError
from casedesk.base.i18n import tr
from casedesk.casework import users
from casedesk.ui import look, parts
from casedesk.ui.office import Office
from casedesk.ui.pages.typed_twice import TypedTwice
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


class PassphraseDialog(TypedTwice):
    """A new passphrase; the present one must be known, unless the recovery key opened the cabinet."""

    def __init__(self, parent: QWidget, office: Office) -> None:
        self.old = QLineEdit()
        self.old.setEchoMode(QLineEdit.EchoMode.Password)
        super().__init__(
            parent, office, tr("Change the passphrase"),
            asked=[] if office.store.key.recovered else [(tr("&Present passphrase"), self.old)],
            new=(tr("&New passphrase"), tr("New passphrase &again")), action=tr("Change"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.accepted.connect(self._told)

    def setting(self) -> Callable[[], None]:
        store, old, new = self.office.store, self.old.text(), self.first.text()
        return lambda: users.change_password(store, old, new)

    @Slot()
    def _told(self) -> None:
        self.office.say(tr("The passphrase was changed."))


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
