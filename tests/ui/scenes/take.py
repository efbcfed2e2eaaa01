"""`python -m tests.ui.scenes.take CABINET OUT LANG THEME SIZE [NAME ...]`: one setting's pictures.

What of a scene cannot be seen whole is written out.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QSize

from casedesk.base.i18n import Language
from casedesk.casework.sample import PASSPHRASE
from tests.ui.scenes.cut import faults
from tests.ui.scenes.scenes import SCENES
from tests.ui.scenes.stage import Stage


def main(cabinet: Path, out: Path, lang: Language, theme: str, size: str, names: list[str]) -> int:
    wide, high = (int(part) for part in size.split("x"))
    stage = Stage(cabinet, cabinet.parent / "settings", lang, theme, QSize(wide, high))
    if not names or "welcome" in names:
        stage.picture(out / "welcome.png")
    for name in names or SCENES:
        if name not in SCENES:
            continue
        if stage.window.office is None:
            stage.open(PASSPHRASE)
        stage.tidy()
        over = SCENES[name](stage)
        stage.picture(out / f"{name}.png", over)
        for fault in faults(over if over is not None and over.isWindow() else stage.window):
            sys.stdout.write(f"{out.name}/{name}: {fault}\n")
        if over is not None:
            over.close()
            stage.settle()
    stage.close()
    return 0


if __name__ == "__main__":
    _, cabinet_, out_, lang_, theme_, size_, *names_ = sys.argv
    wanted: Language = "en" if lang_ == "en" else "zh"
    raise SystemExit(main(Path(cabinet_), Path(out_), wanted, theme_, size_, names_))
