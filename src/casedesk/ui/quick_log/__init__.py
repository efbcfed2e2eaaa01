"""Logging an incident while the call is still on: `open_quick_log`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication, QWidget

from casedesk.base import i18n

if TYPE_CHECKING:
    from casedesk.records import Draft
    from casedesk.ui.office import Office
    from casedesk.ui.quick_log.panel import QuickLog


def prepared(parent: QWidget, office: Office) -> QuickLog:
    """The quick log of a window, made when it is not there yet; made while nothing else is to do, it opens at once."""
    from casedesk.ui.quick_log.panel import QuickLog

    window = parent.window()
    for there in window.findChildren(QuickLog):
        if there.office is office and there.lang == i18n.language():
            return there
        there.close()
        there.deleteLater()
    return QuickLog(window, office)


def open_quick_log(parent: QWidget, office: Office, matter_id: int | None = None,
                   draft: Draft | None = None) -> QuickLog:
    """Show the quick log, for a matter when one is open, or to go on with a draft; the one there is comes forward.

    It stands over whatever is open, a wizard or another dialog too, which stays as it is and has the keyboard again
    when the quick log is left.
    """
    panel = prepared(parent, office)
    _stand_over(QApplication.activeModalWidget() or parent.window(), panel)
    if not panel.isVisible():
        panel.begin(matter_id)
    panel.show()
    panel.raise_()
    panel.activateWindow()
    panel.form.start()
    if draft is not None:
        panel.show_draft(draft)
    return panel


def _stand_over(window: QWidget, panel: QuickLog) -> None:
    """Belong to this window on the screen: a dialog stops what belongs to other windows, never what belongs to it."""
    popup = QApplication.activePopupWidget()
    if popup is not None:
        popup.close()  # an open list has all the keys
    panel.create()  # it has a handle from now on
    handle = panel.windowHandle()
    if handle is not None and not panel.isAncestorOf(window):
        handle.setTransientParent(window.windowHandle())
