"""Who opens the cabinet, each by a password of their own, and what each may do."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QWidget

from casedesk.base.errors import CasedeskError
from casedesk.base.i18n import tr
from casedesk.casework import users
from casedesk.casework.users import Person
from casedesk.records.rights import ROLES
from casedesk.records.words import UserRole
from casedesk.ui import look, parts
from casedesk.ui.allowed import only_with
from casedesk.ui.office import Office
from casedesk.ui.pages.typed_twice import TypedTwice


class Users(QWidget):
    """One line for each person; below, a new one."""

    def __init__(self, office: Office) -> None:
        super().__init__()
        self.office = office
        self.lines = QGridLayout()
        self.lines.setHorizontalSpacing(look.grid(3))
        self.lines.setVerticalSpacing(look.grid(1))
        self.lines.setColumnStretch(4, 1)
        self.none = parts.text(tr("One passphrase opens it for everybody. With the first user you add, it becomes "
                                  "yours alone, and you the owner."), tone="faint", wrap=True)
        self.none.hide()
        self.shared = parts.text("", tone="doubt", wrap=True)
        self.shared.hide()
        self.add = parts.button(tr("Add a user …"), icon="plus")
        self.add.clicked.connect(self._ask_new)
        only_with(office, "users", self.add)
        self.said = parts.text("", tone="error", wrap=True)
        self.said.hide()
        self.setLayout(parts.column(self.lines, self.none, self.shared, parts.row(self.add, None), self.said, gap=1.5))
        self.setFocusProxy(self.add)

    def read(self) -> None:
        """Show who there is."""
        self.office.read(lambda: users.people(self.office.store), self._show)
        self.office.read(lambda: users.shared_login(self.office.store), self._warn)

    @Slot(object)
    def _warn(self, login: str) -> None:
        self.shared.setText(users.told_of_login(login))
        self.shared.setVisible(bool(login))

    @Slot(object)
    def _show(self, found: list[Person]) -> None:
        parts.clear(self.lines)
        self.none.setVisible(not found)
        for at, one in enumerate(found):
            self.lines.addWidget(parts.text(one.name, tone="" if one.opens else "faint"), at, 0)
            self.lines.addWidget(self._role(one), at, 1)
            if not one.opens:
                self.lines.addWidget(parts.text(tr("disabled"), tone="faint"), at, 2)
                continue
            for column, (said, slot) in enumerate(((tr("Other password …"), self._ask_password),
                                                   (tr("Disable"), self._disable)), 2):
                button = parts.button(said, "link")
                button.setAccessibleName(f"{said} {one.name}")
                button.setProperty("user", one.name)
                button.clicked.connect(slot)
                only_with(self.office, "users", button)
                self.lines.addWidget(button, at, column)

    def _role(self, one: Person) -> QComboBox:
        box = _roles()
        box.setCurrentIndex(box.findData(one.role))
        box.setAccessibleName(tr("Role of {name}", name=one.name))
        box.setProperty("user", one.name)
        box.setEnabled(one.opens)
        box.activated.connect(self._set_role)
        only_with(self.office, "users", box)
        return box

    @Slot()
    def _set_role(self) -> None:
        box = self.sender()
        assert isinstance(box, QComboBox)
        name, role = str(box.property("user")), UserRole(box.currentData())
        self.office.write(lambda: users.set_role(self.office.store, name, role), self._changed, self._failed)

    @Slot()
    def _disable(self) -> None:
        name = str(self.sender().property("user"))
        self.office.write(lambda: users.disable(self.office.store, name), self._changed, self._failed)

    @Slot()
    def _ask_new(self) -> None:
        dialog = PersonDialog(self.window(), self.office)
        dialog.accepted.connect(self._added)
        dialog.open()

    @Slot()
    def _ask_password(self) -> None:
        PersonDialog(self.window(), self.office, str(self.sender().property("user"))).open()

    @Slot()
    def _added(self) -> None:
        self.office.preferences.who = self.office.store.who
        self._changed(None)

    @Slot(object)
    def _changed(self, nothing: object) -> None:
        self.said.hide()
        self.read()

    @Slot(object)
    def _failed(self, problem: CasedeskError) -> None:
        self.said.setText(str(problem))
        self.said.show()
        self.read()


class PersonDialog(TypedTwice):
    """A new user with name, role and password; or another password for the one named."""

    def __init__(self, parent: QWidget, office: Office, name: str = "") -> None:
        self._whose, self.name, self.role = name, QLineEdit(name), _roles()
        self.name.setReadOnly(bool(name))
        self.role.setCurrentIndex(self.role.findData(UserRole.PARALEGAL))
        role = [] if name else [(tr("&Role"), self.role)]
        super().__init__(
            parent, office, tr("Another password for {name}", name=name) if name else tr("Add a user"),
            asked=[(tr("&Name"), self.name), *role], new=(tr("&Password"), tr("Password &again")),
            action=tr("Set the password") if name else tr("Add"),
            note=tr("Give it to them in person; they change it in their settings."))
        self.finished.connect(self.deleteLater)

    def setting(self) -> Callable[[], object]:
        store, name, role, password = self.office.store, self.name.text(), self.role.currentData(), self.first.text()
        if self._whose:
            return lambda: users.reset_password(store, name, password)
        return lambda: users.add(store, name, UserRole(role), password)


def _roles() -> QComboBox:
    box = QComboBox()
    for role in ROLES:
        box.addItem(tr(role.label), role)
    return box
