"""Lines that stand in no form: what is typed into them is kept as a draft, and stands there again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QLineEdit, QWidget

from casedesk.casework.drafts import draft, drop_draft, keep_draft
from casedesk.records.rights import Right
from casedesk.store.cabinet import Store
from casedesk.ui.office import Office

_DEBOUNCE = 300


@dataclass(frozen=True)
class About:
    """What lines ask for: the key of their draft, what the desk calls it and where it leads."""

    key: str
    caption: str = ""
    where: Mapping[str, Any] = field(default_factory=dict)
    """The record, as `pages.unfinished.Opening` reads it, or a `place`: page, matter, section."""
    said: Mapping[str, str] = field(default_factory=dict)
    """What holds now, by line; a line that says the same holds nothing to be kept."""


class KeptLines(QObject):
    """Some lines by name, kept together; `Frame` has them kept before they go."""

    returned = Signal()
    """What was typed before stands in the lines again."""

    def __init__(self, office: Office, lines: Mapping[str, QLineEdit], parent: QWidget) -> None:
        super().__init__(parent)
        self._office, self._lines = office, dict(lines)
        self._about: About | None = None
        self._late = QTimer(self, singleShot=True, interval=_DEBOUNCE)
        self._late.timeout.connect(self.keep)
        for line in self._lines.values():
            line.textEdited.connect(self.keep_soon)
            line.editingFinished.connect(self.leave)

    def ask(self, about: About | None) -> None:
        """Ask for this from now on: the lines say what holds, then what was typed and not taken yet."""
        self.leave()
        same = about is not None and self._about is not None and about.key == self._about.key
        self._about = about
        for name, line in self._lines.items():
            if not (same and line.hasFocus()):
                line.setText(about.said.get(name, "") if about is not None else "")
        if about is not None:
            self._office.read(partial(_kept, self._office.store, about.key), self._show)

    @Slot(object)
    def _show(self, kept: tuple[str, Mapping[str, str]]) -> None:
        about = self._about
        if about is None or kept[0] != about.key or not kept[1]:
            return
        for name, typed in kept[1].items():
            line = self._lines.get(name)
            if line is not None and line.text() == about.said.get(name, ""):
                line.setText(typed)
        self.returned.emit()

    @Slot()
    def keep_soon(self) -> None:
        """Keep what is typed once typing rests."""
        self._late.start()

    def rest(self) -> None:
        """Keep nothing more: it is being taken."""
        self._late.stop()

    @Slot()
    def leave(self) -> None:
        """Keep what was typed just now without waiting."""
        if self._late.isActive():
            self.keep()

    def taken(self, said: Mapping[str, str]) -> None:
        """Such holds now: what was typed of it is no draft any more."""
        if self._about is not None:
            self._about = replace(self._about, said={**self._about.said, **said})
            self.keep()

    @Slot()
    def keep(self) -> None:
        """Keep what differs from what holds; where nothing does, no draft is left."""
        self._late.stop()
        about, store = self._about, self._office.store
        if about is None or not store.may(Right.KEEP):
            return
        typed = {name: line.text() for name, line in self._lines.items()
                 if line.text().strip() != about.said.get(name, "").strip()}
        if typed:
            caption = "  ".join(part for part in (about.caption, *typed.values()) if part.strip())
            self._office.write(partial(keep_draft, store, about.key,
                                       {**about.where, "lines": typed, "caption": caption}), self._told)
        else:
            self._office.write(partial(drop_draft, store, about.key), self._told)

    @Slot(object)
    def _told(self, nothing: object) -> None:
        self._office.drafts_changed.emit()


def _kept(store: Store, key: str) -> tuple[str, Mapping[str, str]]:
    found = draft(store, key)
    return key, found.values["lines"] if found is not None else {}
