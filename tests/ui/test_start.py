"""What the window waits for before it is seen."""

from __future__ import annotations

import subprocess
import sys


def test_the_window_is_there_before_the_libraries_of_the_cabinet() -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", "import casedesk.ui.app, sys; print(*{name.split('.')[0] for name in sys.modules})"],
        check=True, capture_output=True, text=True).stdout.split()
    assert "PySide6" in loaded
    assert not {"sqlalchemy", "sqlcipher3", "cryptography", "psycopg", "openpyxl", "reportlab"} & set(loaded)
