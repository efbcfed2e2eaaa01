"""Settings: what this person likes on this machine, and what belongs to the whole cabinet."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from casedesk.base.errors import CasedeskError
from casedesk.base.i18n import language, tr, trn
from casedesk.casework import importing
from casedesk.casework.sealing import set_timestamp_server, timestamp_server
from casedesk.casework.settings import firm_name, set_firm
from casedesk.store.cabinet import Store
from casedesk.ui import look, parts
from casedesk.ui.allowed import only_with
from casedesk.ui.forms.lines import About, KeptLines
from casedesk.ui.office import Office
from casedesk.ui.pages.backup_places import BackupPlaces
from casedesk.ui.pages.letter_templates import LetterTemplates
from casedesk.ui.pages.new_key import NewKey
from casedesk.ui.pages.page import Page
from casedesk.ui.pages.secrets import NewPassphrase, NewRecovery
from casedesk.ui.pages.users import Users
from casedesk.ui.places import Place

_IDLE = (0, 5, 10, 15, 30, 60)
_APART = (0, 10, 30, 60, 120, 300)
_THEMES = ("system", "light", "dark")


class SettingsPage(Page):
    """Everything applies as soon as it is chosen."""

    def __init__(self, office: Office) -> None:
        super().__init__(office)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(look.grid(5))
        self._grid.setVerticalSpacing(look.grid(2))
        self._grid.setColumnStretch(2, 1)
        self._personal()
        self._of_cabinet()
        layout = QVBoxLayout()
        layout.setContentsMargins(*[look.grid(6)] * 4)
        layout.setSpacing(look.grid(4))
        layout.addWidget(parts.title(tr("Settings")))
        layout.addLayout(self._grid)
        layout.addStretch(1)
        holder = QWidget()
        holder.setLayout(layout)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(parts.scrolling(holder))

    def _personal(self) -> None:
        preferences = self.office.preferences
        self.language = QComboBox()
        for code, name in (("zh", "中文"), ("en", "English")):
            self.language.addItem(name, code)
        self.language.setCurrentIndex(self.language.findData(language()))
        self.language.activated.connect(self._set_language)
        self.theme = QComboBox()
        for code, name in zip(_THEMES, (tr("As the system"), tr("Light"), tr("Dark")), strict=True):
            self.theme.addItem(name, code)
        self.theme.setCurrentIndex(self.theme.findData(preferences.theme))
        self.theme.activated.connect(self._set_theme)
        self.idle = QComboBox()
        for minutes in sorted({*_IDLE, preferences.idle_minutes}):
            self.idle.addItem(trn("{n} minute", "{n} minutes", minutes) if minutes else tr("never"), minutes)
        self.idle.setCurrentIndex(self.idle.findData(preferences.idle_minutes))
        self.idle.activated.connect(self._set_idle)
        self.reminds = QCheckBox(tr("The system's notifications tell what is due, without a name"))
        self.reminds.setChecked(preferences.reminds)
        self.reminds.toggled.connect(self._set_reminds)
        self.who = QLineEdit(self.office.store.who)
        self.who.setFixedWidth(look.chars(self.who, 30))
        self.who.editingFinished.connect(self._set_who)
        self._heading(tr("You, on this computer"))
        self._row(tr("&Language"), self.language)
        self._row(tr("&Appearance"), self.theme)
        self._row(tr("Lock when idle for"), self.idle)
        self._row(tr("&Reminders"), self.reminds)
        self.passphrase = NewPassphrase(self.office)
        if self.office.store.actor.user:
            self.who.setReadOnly(True)
            self._row(tr("Password"), self.passphrase)
        self._row(tr("Your &name"), self.who, tr("Changes are signed with it."))
        self._row(tr("Size"), parts.text(tr("Follows the system's display scaling, 100 to 200 %."), tone="faint"))

    def _of_cabinet(self) -> None:
        self.firm = QLineEdit()
        self.firm.setFixedWidth(look.chars(self.firm, 44))
        self.firm.editingFinished.connect(self._set_firm)
        self.apart = QComboBox()
        self.apart.activated.connect(self._set_apart)
        self._show_apart(importing.WINDOW)
        self.templates = LetterTemplates(self.office)
        self.backups = BackupPlaces(self.office)
        self.users = Users(self.office)
        self.recovery = NewRecovery(self.office)
        self.server = QLineEdit()
        self.server.setFixedWidth(look.chars(self.server, 44))
        self.server.setPlaceholderText("https://")
        self.server.editingFinished.connect(self._set_server)
        self._heading(tr("This cabinet"))
        self._row(tr("&Firm"), self.firm, tr("Printed on bundles and letters."))
        self._row(tr("&Time-stamp authority"), self.server,
                  tr("It stamps the manifest of each package (RFC 3161) and learns nothing but a hash. Empty: none."))
        self._row(tr("Letter templates"), self.templates)
        self.moving = parts.button(tr("Move the cabinet …"))
        self.moving.clicked.connect(self._move)
        only_with(self.office, "move", self.moving)
        self._row(tr("Folder"), self.moving, self.office.store.place, place=True)
        self._row(tr("The same call in two files"), self.apart,
                  tr("An import takes two calls of one number for the same when they are no further apart."))
        self._row(tr("Backups"), self.backups)
        if not self.office.store.actor.user:
            self._row(tr("Passphrase"), self.passphrase)
        self._row(tr("Users"), self.users)
        self._row(tr("Recovery key"), self.recovery)
        self.new_key = NewKey(self.office)
        self._row(tr("Cabinet key"), self.new_key)
        only_with(self.office, "settings", self.firm, self.server, self.apart)
        only_with(self.office, "recovery", self.recovery, self.new_key)
        self.problem = parts.text("", tone="error", wrap=True)
        self._row("", self.problem)
        self._kept = {name: KeptLines(self.office, {name: line}, self) for name, line in (
            ("who", self.who), ("firm", self.firm), ("server", self.server))}
        self._kept["who"].ask(_about("who", self.who.text()))

    @Slot()
    def _move(self) -> None:
        from casedesk.ui.pages.moving import MoveDialog

        dialog = MoveDialog(self.window(), self.office)
        dialog.moved.connect(self.office.moved)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _heading(self, said: str) -> None:
        at = self._grid.rowCount()
        heading = parts.heading(said)
        heading.setContentsMargins(0, look.grid(4) if at > 1 else 0, 0, 0)
        self._grid.addWidget(heading, at, 0, 1, 3)
        self._grid.addWidget(parts.line(), at + 1, 0, 1, 3)

    def _row(self, said: str, widget: QWidget, note: str = "", *, place: bool = False) -> None:
        at = self._grid.rowCount()
        label = QLabel(said)
        label.setBuddy(widget)
        widget.setAccessibleName(said.replace("&", ""))
        label.setMinimumHeight(self.who.sizeHint().height())
        self._grid.addWidget(label, at, 0, Qt.AlignmentFlag.AlignTop)
        beside = parts.row(widget)
        if note:
            beside.addWidget(parts.text(note, tone="faint", wrap=not place, cut=place), 1)
        else:
            beside.addStretch(1)
        self._grid.addLayout(beside, at, 1, 1, 2)

    def visit(self, place: Place) -> None:
        self.office.read(lambda: firm_name(self.office.store), self._show_firm)
        self.templates.read()
        self.office.read(lambda: timestamp_server(self.office.store), self._show_server)
        self.backups.read()
        self.users.read()
        self.office.read(lambda: importing.window(self.office.store), self._show_apart)

    @Slot(object)
    def _show_apart(self, seconds: int) -> None:
        self.apart.clear()
        for one in sorted({*_APART, seconds}):
            self.apart.addItem(trn("{n} second", "{n} seconds", one), one)
        self.apart.setCurrentIndex(self.apart.findData(seconds))

    @Slot()
    def _set_apart(self) -> None:
        seconds = self.apart.currentData()
        self.office.write(lambda: importing.set_window(self.office.store, seconds), None, self._failed)

    @Slot(object)
    def _show_firm(self, name: str) -> None:
        self._kept["firm"].ask(_about("firm", name))

    @Slot(object)
    def _show_server(self, url: str) -> None:
        self._kept["server"].ask(_about("server", url))

    @Slot()
    def _set_server(self) -> None:
        url = self.server.text()
        self.office.write(partial(_put, set_timestamp_server, self.office.store, url), self._server_set, self._failed)

    @Slot()
    def _set_language(self) -> None:
        self.office.preferences.language = self.language.currentData()
        self.office.preferences_changed.emit()

    @Slot()
    def _set_theme(self) -> None:
        self.office.preferences.theme = self.theme.currentData()
        self.office.preferences_changed.emit()

    @Slot()
    def _set_idle(self) -> None:
        self.office.preferences.idle_minutes = self.idle.currentData()

    @Slot(bool)
    def _set_reminds(self, on: bool) -> None:
        self.office.preferences.reminds = on

    @Slot()
    def _set_who(self) -> None:
        name = self.who.text().strip()
        if name and not self.who.isReadOnly():
            self.office.preferences.who = name
            self.office.store.who = name
            self._taken("who", name)

    @Slot()
    def _set_firm(self) -> None:
        name = self.firm.text()
        self.office.write(partial(_put, set_firm, self.office.store, name), self._firm_set, self._failed)

    @Slot(object)
    def _firm_set(self, name: str) -> None:
        self._taken("firm", name)

    @Slot(object)
    def _server_set(self, url: str) -> None:
        self._taken("server", url)

    def _taken(self, name: str, said: str) -> None:
        self.problem.setText("")
        self._kept[name].taken({name: said})

    @Slot(object)
    def _failed(self, problem: CasedeskError) -> None:
        self.problem.setText(str(problem))


def _about(name: str, said: str) -> About:
    return About(f"settings/{name}", tr("Settings"), {"place": ["settings"]}, {name: said})


def _put(put: Callable[[Store, str], object], store: Store, said: str) -> str:
    put(store, said)
    return said
