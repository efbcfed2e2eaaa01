"""Everything the window can be told to do, with its words and keys: menus, the list of shortcuts and the command box
read this.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import partial

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from casedesk.base.i18n import N_, tr
from casedesk.ui import icons


@dataclass(frozen=True)
class Command:
    """One thing to do; `name` is the slot of the window that does it."""

    name: str
    label: str
    keys: str = ""
    icon: str = ""
    right: str = ""
    """What one must be allowed (see `records.rights`) for it to be offered; empty for anybody."""
    everywhere: bool = False
    """Whether its keys work in every window, also in a dialog over the others (see `ui.everywhere`)."""


FILE, GO, VIEW, HELP = N_("File"), N_("Go"), N_("View"), N_("Help")
COMMANDS: dict[str, tuple[Command | None, ...]] = {
    FILE: (
        Command("log", N_("Log an incident"), "Ctrl+L", "log", "write", everywhere=True),
        Command("new_matter", N_("New matter"), "Ctrl+Shift+M", "plus", "write"),
        Command("new_here", N_("New record on this page"), "Ctrl+N", "", "write"),
        Command("import_files", N_("Import a phone's history, a bill, a chat or a table"), "Ctrl+I", "import",
                "import"),
        Command("list_imports", N_("Imports of this matter"), "Ctrl+Shift+I", "history"),
        None,
        Command("check", N_("Check the findings again"), "F5", "refresh", "keep"),
        Command("undo", N_("Undo the last delete"), "Ctrl+Z", "undo", "undo"),
        None,
        Command("lock", N_("Lock"), "Ctrl+Alt+L", "lock", everywhere=True),
        Command("close_tab", N_("Close the tab"), "Ctrl+W", "close"),
        Command("leave", N_("Quit"), "Ctrl+Q"),
    ),
    GO: (
        Command("back", N_("Back"), "Alt+Left", "back"),
        Command("forward", N_("Forward"), "Alt+Right", "forward"),
        Command("search", N_("Search or command"), "Ctrl+K", "search"),
        None,
        Command("go_desk", N_("Desk"), "Ctrl+1", "desk"),
        Command("go_matters", N_("Matters"), "Ctrl+2", "matters"),
        Command("go_parties", N_("Parties"), "Ctrl+3", "parties"),
        Command("go_incidents", N_("Incidents"), "Ctrl+4", "incidents"),
        Command("go_evidence", N_("Evidence"), "Ctrl+5", "evidence"),
        Command("go_negotiation", N_("Negotiation"), "Ctrl+6", "negotiation"),
        Command("go_filings", N_("Filings"), "Ctrl+7", "filings"),
        Command("go_trash", N_("Trash"), "Ctrl+8", "trash"),
        Command("go_settings", N_("Settings"), "Ctrl+9", "settings"),
        None,
        Command("next_tab", N_("Next tab"), "Ctrl+Tab"),
        Command("previous_tab", N_("Previous tab"), "Ctrl+Shift+Tab"),
    ),
    VIEW: (
        Command("narrow", N_("Show or hide the rail"), "Ctrl+B", "columns"),
        Command("switch_theme", N_("Light or dark"), "Ctrl+Shift+D", "appearance"),
        Command("switch_language", N_("中文 / English"), "Ctrl+Shift+L"),
        Command("full", N_("Full screen"), "F11"),
    ),
    HELP: (
        Command("manual", N_("Manual for this page"), "F1", "help"),
        Command("shortcuts", N_("Keyboard shortcuts"), "Ctrl+?", "keyboard"),
    ),
}

IN_PLACE: tuple[tuple[str, str], ...] = (
    (N_("Save the form"), "Ctrl+S"), (N_("Leave the form; what is typed is kept as a draft"), "Esc"),
    (N_("Go to a field: hold Alt to see its letter"), "Alt+…"),
    (N_("Next or previous section of a matter"), "Ctrl+PgDown, Ctrl+PgUp"),
    (N_("New record for a field that names one"), "Ctrl+Shift+A"), (N_("Filter the list"), "Ctrl+F"),
    (N_("Copy the chosen lines as a table"), "Ctrl+C"), (N_("Move the chosen lines to the trash"), "Del"),
    (N_("Open the line"), "Enter"), (N_("Jump to a line: type its beginning"), "A … Z"),
)
"""Keys that work inside forms and lists."""


def all_commands() -> Iterator[Command]:
    """Every command in the order of the menus."""
    for commands in COMMANDS.values():
        yield from (command for command in commands if command is not None)


def actions(window: QWidget) -> dict[str, QAction]:
    """One action for each command, wired to the window's slot of the same name; `dress` gives it its icon."""
    made: dict[str, QAction] = {}
    for command in all_commands():
        action = QAction(tr(command.label), window)
        if command.keys:
            action.setShortcut(QKeySequence(command.keys))
        action.triggered.connect(getattr(window, command.name))
        window.addAction(action)
        made[command.name] = action
    return made


def menu(window: QWidget, made: dict[str, QAction]) -> QMenu:
    """The menu behind the menu button."""
    whole = QMenu(window)
    for name, commands in COMMANDS.items():
        part = whole.addMenu(tr(name))
        part.aboutToShow.connect(partial(dress, made, [command.name for command in commands if command is not None]))
        for command in commands:
            if command is None:
                part.addSeparator()
            else:
                part.addAction(made[command.name])
    return whole


def dress(made: dict[str, QAction], names: Collection[str]) -> None:
    """Give these actions their icons, where they are shown: to draw all of them takes as long as a page."""
    for command in all_commands():
        if command.icon and command.name in names and made[command.name].icon().isNull():
            icons.put(made[command.name], command.icon)
