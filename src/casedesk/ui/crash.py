"""What was not foreseen: one dialog with a report that can be copied and holds nothing of a client."""

from __future__ import annotations

import sys
from types import TracebackType

import PySide6
from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QDialogButtonBox, QLabel, QPlainTextEdit, QVBoxLayout

from casedesk.base import reports
from casedesk.base.errors import CasedeskError
from casedesk.base.i18n import tr

_SHOWN: set[CrashDialog] = set()
"""Held while they are seen: without a window to belong to, a dialog would be gone at once."""


class CrashDialog(QDialog):
    """Says that something went wrong, and what to send."""

    def __init__(self, said: str, report_text: str) -> None:
        super().__init__(QApplication.activeWindow())
        self.setWindowTitle(tr("Something went wrong"))
        self._report = report_text
        text = QLabel(said)
        text.setWordWrap(True)
        text.setTextFormat(Qt.TextFormat.PlainText)
        shown = QPlainTextEdit(report_text)
        shown.setReadOnly(True)
        shown.setAccessibleName(tr("Report"))
        shown.setVisible(bool(report_text))
        buttons = QDialogButtonBox()
        close = buttons.addButton(tr("Close"), QDialogButtonBox.ButtonRole.RejectRole)
        close.setDefault(True)
        copy = buttons.addButton(tr("Copy the report"), QDialogButtonBox.ButtonRole.ActionRole)
        copy.setVisible(bool(report_text))
        copy.clicked.connect(self._copy)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        for part in (text, shown, buttons):
            layout.addWidget(part)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._report)


def show(kind: type[BaseException], value: BaseException, trace: TracebackType | None) -> None:
    """The excepthook of the window."""
    if issubclass(kind, KeyboardInterrupt):
        QApplication.quit()
    elif isinstance(value, CasedeskError):
        _open(CrashDialog(str(value), ""))
    else:
        reports.told(kind, value, trace)
        _open(CrashDialog(
            tr("This is a fault of the program. What you typed is kept as a draft. Please send us this report; "
               "it holds nothing of your clients."), reports.report(kind, trace, f"PySide6 {PySide6.__version__}")))


def _open(dialog: CrashDialog) -> None:
    _SHOWN.add(dialog)
    dialog.finished.connect(lambda _: _SHOWN.discard(dialog))
    dialog.open()


def install() -> None:
    """Show unforeseen errors instead of ending silently."""
    reports.install()
    sys.excepthook = show
