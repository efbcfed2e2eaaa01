"""The program's end: nothing Python made outlives Python."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

_START = """
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication
from casedesk.ui.app import application
from casedesk.ui.preferences import Preferences
from pathlib import Path
import sys
app = application(Preferences(Path(sys.argv[1])))
"""
_COPY = """
data = QMimeData()
data.setText("a\\tb")
data.setHtml("<table><tr><td>a</td></tr></table>")
QGuiApplication.clipboard().setMimeData(data)
"""


@pytest.mark.parametrize("then", ["", _COPY, _COPY + "QGuiApplication.clipboard().clear()"],
                         ids=["nothing copied", "rows copied", "cleared"])
def test_the_program_ends_quietly(tmp_path: Path, then: str) -> None:
    done = subprocess.run([sys.executable, "-c", _START + then, str(tmp_path)], capture_output=True, text=True,
                          timeout=60, check=False)
    assert (done.returncode, done.stderr.replace("This plugin does not support propagateSizeHints()\n", "")) == (0, "")
