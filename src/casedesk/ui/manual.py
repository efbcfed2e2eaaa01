"""F1: the manual at the page one is on."""

from __future__ import annotations

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from casedesk.base.resources import resource_path

_README = "README.md"


def open_manual(page: str) -> None:
    """Open the README, which is the manual for now."""
    path = resource_path().parent / _README
    if path.is_file():
        url = QUrl.fromLocalFile(str(path))
        url.setFragment(page)
        QDesktopServices.openUrl(url)
