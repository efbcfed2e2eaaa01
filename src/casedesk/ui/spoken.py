"""The language of the window: the program's own words and those Qt puts into menus and dialogs."""

from __future__ import annotations

from PySide6.QtCore import QLibraryInfo, QTranslator
from PySide6.QtWidgets import QApplication

from casedesk.base import i18n
from casedesk.base.i18n import N_, Language, tr

_CHINESE = "qtbase_zh_CN"
_LACKING = (N_("&Look in:"), N_("Files of &type:"), N_("Page &Set:"))
"""What its dialogs say and its own translation lacks."""


class Lacking(QTranslator):
    """Says what Qt's own translation leaves in English."""

    def isEmpty(self) -> bool:
        return False

    def translate(self, context: str | bytes, source: str | bytes, disambiguation: str | bytes | None = None,
                  n: int = -1) -> str:
        said = source.decode() if isinstance(source, bytes) else source
        return tr(said) if said in _LACKING else ""


def speak(app: QApplication, language: Language) -> None:
    """Whatever is made from now on, also Copy in a menu and Save in a file dialog, speaks this language."""
    i18n.use(language)
    for other in app.findChildren(QTranslator):
        app.removeTranslator(other)
        other.deleteLater()
    theirs = QTranslator(app)
    if language == "zh":
        app.installTranslator(Lacking(app))  # asked after theirs
    if language == "zh" and theirs.load(_CHINESE, QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        app.installTranslator(theirs)
    app.setApplicationDisplayName(tr("CaseDesk"))
