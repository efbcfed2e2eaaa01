"""`python -m tests.ui.scenes.take CABINET OUT LANG THEME [NAME ...]`: one setting's pictures."""

from __future__ import annotations

import sys
from pathlib import Path

from casedesk.base.i18n import Language
from casedesk.casework.sample import PASSPHRASE
from tests.ui.scenes.scenes import SCENES
from tests.ui.scenes.stage import Stage


def main(cabinet: Path, out: Path, lang: Language, theme: str, names: list[str]) -> int:
    stage = Stage(cabinet, cabinet.parent / "settings", lang, theme)
    if not names or "welcome" in names:
        stage.picture(out / "welcome.png")
    for name in names or SCENES:
        if name not in SCENES:
            continue
        if stage.window.office is None:
            stage.open(PASSPHRASE)
        over = SCENES[name](stage)
        stage.picture(out / f"{name}.png", over)
        if over is not None:
            over.close()
            stage.settle()
    stage.close()
    return 0


if __name__ == "__main__":
    wanted: Language = "en" if sys.argv[3] == "en" else "zh"
    raise SystemExit(main(Path(sys.argv[1]), Path(sys.argv[2]), wanted, sys.argv[4], sys.argv[5:]))
