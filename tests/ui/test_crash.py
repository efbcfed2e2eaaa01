"""What is shown and printed of a fault holds nothing of a client."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QPlainTextEdit

from casedesk.ui import crash

CANARY = "金丝雀甲乙丙"


def test_the_crash_window_shows_and_prints_no_value(
    qapp: QApplication, capsys: pytest.CaptureFixture[str],
) -> None:
    def fault(name: str) -> None:
        raise RuntimeError(name)

    try:
        fault(CANARY)
    except RuntimeError as problem:
        crash.show(type(problem), problem, problem.__traceback__)
    [dialog] = [one for one in QApplication.topLevelWidgets() if isinstance(one, crash.CrashDialog)]
    shown = "".join(one.toPlainText() for one in dialog.findChildren(QPlainTextEdit))
    dialog.close()
    printed = capsys.readouterr().err
    for said in (shown, printed):
        assert "RuntimeError" in said
        assert "fault" in said
        assert CANARY not in said
