"""Recordings are played by the system's player from a private copy, which is gone when the cabinet is closed."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject

from casedesk.base import scratch
from casedesk.base.files import private
from casedesk.base.jobs import Progress
from casedesk.store.cabinet import Store
from casedesk.ui.evidence.previewing import Facts
from casedesk.ui.office import Office

_ENDINGS = {
    "audio/mpeg": ".mp3", "audio/mp4": ".m4a", "audio/x-m4a": ".m4a", "audio/x-wav": ".wav", "audio/amr": ".amr",
    "audio/ogg": ".ogg", "audio/x-flac": ".flac", "audio/aac": ".aac", "video/mp4": ".mp4", "video/quicktime": ".mov",
    "video/3gpp": ".3gp", "video/x-msvideo": ".avi", "video/webm": ".webm", "video/x-matroska": ".mkv",
}


class PrivateCopies(QObject):
    """The folder of copies of one open cabinet."""

    def __init__(self, office: Office) -> None:
        super().__init__(office)
        self._folder = scratch.folder()
        self.path = Path(self._folder.name)
        private(self.path)
        office.destroyed.connect(self._folder.cleanup)

    @classmethod
    def of(cls, office: Office) -> PrivateCopies:
        """The office's folder, made when it is first needed."""
        found = office.findChild(cls)
        return found if isinstance(found, cls) else cls(office)


class Copying:
    """Write a recording where a player can open it, named by its kind alone; gives the path."""

    def __init__(self, store: Store, facts: Facts, folder: Path) -> None:
        self._store, self._facts, self._folder = store, facts, folder

    def __call__(self, progress: Progress) -> Path:
        path = self._folder / f"{self._facts.sha256[:16]}{_ENDINGS.get(self._facts.media_type, '')}"
        if not path.is_file():
            self._store.vault.copy_out(self._facts.kept, path, progress)
            private(path)
        return path
