"""The language of the window: the program's own words and those Qt puts into menus and dialogs."""

from __future__ import annotations

from PySide6.QtCore import QLibraryInfo, QTranslator
from PySide6.QtWidgets import QApplication

from casedesk.base import i18n
from casedesk.base.i18n import Language, tr

_CHINESE = "qtbase_zh_CN"


def speak(app: QApplication, language: Language) -> None:
    """Whatever is made from now on, also Copy in a menu and Save in a file dialog, speaks this language."""
    i18n.use(language)
    for other in app.findChildren(QTranslator):
        app.removeTranslator(other)
        other.deleteLater()
    theirs = QTranslator(app)
    if language == "zh" and theirs.load(_CHINESE, QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        app.installTranslator(theirs)
    app.setApplicationDisplayName(tr("CaseDesk"))
