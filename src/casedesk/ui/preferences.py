"""What one person chose on one machine: language, theme, layout, recent cabinets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QByteArray, QLocale, QSettings

from casedesk.base import paths
from casedesk.base.i18n import LANGUAGES, Language

THEMES = ("system", "light", "dark")
_RECENT = 8


class Preferences:
    """Preferences kept in one readable file."""

    def __init__(self, folder: Path | None = None) -> None:
        folder = folder or paths.settings_folder()
        self._kept = QSettings(str(folder / "casedesk.ini"), QSettings.Format.IniFormat)

    @property
    def language(self) -> Language:
        """The language chosen, else the system's."""
        said = str(self._kept.value("language", ""))
        for known in LANGUAGES:
            if said == known:
                return known
        return "zh" if QLocale.system().language() == QLocale.Language.Chinese else "en"

    @language.setter
    def language(self, lang: Language) -> None:
        self._kept.setValue("language", lang)

    @property
    def theme(self) -> str:
        said = str(self._kept.value("theme", "system"))
        return said if said in THEMES else "system"

    @theme.setter
    def theme(self, theme: str) -> None:
        self._kept.setValue("theme", theme)

    @property
    def idle_minutes(self) -> int:
        """Lock after so many minutes without a key or a click; 0 never."""
        said = str(self._kept.value("idle_minutes", "15"))
        return int(said) if said.isdigit() else 15

    @idle_minutes.setter
    def idle_minutes(self, minutes: int) -> None:
        self._kept.setValue("idle_minutes", minutes)

    @property
    def reminds(self) -> bool:
        """Whether the system's notifications tell what is due."""
        return str(self._kept.value("reminds", "true")) == "true"

    @reminds.setter
    def reminds(self, on: bool) -> None:
        self._kept.setValue("reminds", on)

    @property
    def reminded(self) -> tuple[str, frozenset[str]]:
        """The day of the last notifications, and what they told of."""
        said = str(self._kept.value("reminded", "")).split()
        return (said[0], frozenset(said[1:])) if said else ("", frozenset())

    def remember_reminded(self, day: str, told: frozenset[str]) -> None:
        """Told on this day; yesterday's are forgotten."""
        self._kept.setValue("reminded", " ".join([day, *sorted(told)]))

    @property
    def snoozed(self) -> dict[str, dt.datetime]:
        """What was put off, by its UUID in hex, until when."""
        pairs = (one.partition("@") for one in str(self._kept.value("snoozed", "")).split())
        return {name: dt.datetime.fromisoformat(until) for name, _, until in pairs}

    def keep_snoozed(self, snoozed: Mapping[str, dt.datetime]) -> None:
        """Remember what is put off."""
        self._kept.setValue("snoozed", " ".join(f"{name}@{until.isoformat()}" for name, until in snoozed.items()))

    @property
    def who(self) -> str:
        """The name changes are signed with; empty for the login name."""
        return str(self._kept.value("who", ""))

    @who.setter
    def who(self, name: str) -> None:
        self._kept.setValue("who", name)

    @property
    def recent(self) -> list[Path]:
        """Cabinets opened before, the last first."""
        said = self._kept.value("recent", [])
        found = [said] if isinstance(said, str) else said if isinstance(said, list) else []
        return [Path(str(one)) for one in found if one]

    def opened(self, folder: Path) -> None:
        """Remember a cabinet as the last opened."""
        others = [one for one in self.recent if one != folder]
        self._kept.setValue("recent", [str(one) for one in [folder, *others][:_RECENT]])

    def forget(self, folder: Path) -> None:
        """Take a cabinet off the list."""
        self._kept.setValue("recent", [str(one) for one in self.recent if one != folder])

    def layout(self, name: str) -> QByteArray:
        """A window's or splitter's remembered state; empty when it has none."""
        said = self._kept.value(f"layout/{name}")
        return said if isinstance(said, QByteArray) else QByteArray()

    def keep_layout(self, name: str, state: QByteArray) -> None:
        self._kept.setValue(f"layout/{name}", state)

    def words(self, name: str) -> list[str]:
        """A remembered list, as the columns of a table."""
        said = self._kept.value(f"lists/{name}", [])
        if isinstance(said, str):
            return [said] if said else []
        return [str(one) for one in said] if isinstance(said, list) else []

    def keep_words(self, name: str, words: list[str]) -> None:
        self._kept.setValue(f"lists/{name}", words)
