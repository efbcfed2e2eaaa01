"""The program's end: nothing Python made outlives Python."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel

from casedesk.base.errors import StoreUnavailable
from casedesk.ui import app
from casedesk.ui.spoken import speak

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
_LEND = """
from casedesk.ui.clipboard import Clipboard
Clipboard.of_application().lend("a\tb", "<table><tr><td>a</td></tr></table>")
"""


def test_a_missing_library_of_x_is_named_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def load(path: str) -> None:
        raise OSError("libxcb-cursor.so.0: cannot open shared object file: No such file or directory")

    for name in ("WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("ctypes.CDLL", load)
    monkeypatch.setattr(Path, "is_file", lambda _self: True)
    with pytest.raises(StoreUnavailable, match=r"libxcb-cursor\.so\.0 is missing.*apt-get install libxcb-cursor0"):
        app.drawable()


@pytest.mark.parametrize("then", ["", _COPY, _COPY + "QGuiApplication.clipboard().clear()", _LEND],
                         ids=["nothing copied", "rows copied", "cleared", "lent"])
def test_the_program_ends_quietly(tmp_path: Path, then: str) -> None:
    done = subprocess.run([sys.executable, "-c", _START + then, str(tmp_path)], capture_output=True, text=True,
                          timeout=60, check=False)
    assert (done.returncode, done.stderr.replace("This plugin does not support propagateSizeHints()\n", "")) == (0, "")


def test_what_qt_leaves_in_english_is_said_in_chinese_too(qapp: QApplication) -> None:
    speak(qapp, "zh")
    dialog = QFileDialog()
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    said = {label.text() for label in dialog.findChildren(QLabel)}
    speak(qapp, "en")
    dialog.deleteLater()
    assert {"查找位置(&L)：", "文件类型(&T)："} <= said
    assert [one for one in said if re.search("[a-z]{2}", one)] == []
    assert QCoreApplication.translate("QFileDialog", "&Look in:") == "&Look in:"
