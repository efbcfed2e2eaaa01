"""`python -m tests.ui.scenes OUT [NAME ...]`: every scene, in both languages, both themes, at 100 and 150 %."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

LANGS, THEMES, SCALES = ("zh", "en"), ("light", "dark"), ("1", "1.5")


def main(words: list[str]) -> int:
    """Each setting in a process of its own: the scale is known before Qt starts."""
    out, names = Path(words[0] if words else "screenshots"), words[1:]
    with tempfile.TemporaryDirectory() as folder:
        cabinet = Path(folder) / "sample"
        _build(cabinet)
        for scale in SCALES:
            for lang in LANGS:
                for theme in THEMES:
                    copy = Path(folder) / f"{lang}-{theme}-{scale}" / "cabinet"
                    shutil.copytree(cabinet, copy)
                    where = out / f"{lang}-{theme}-{round(float(scale) * 100)}"
                    subprocess.run([sys.executable, "-m", "tests.ui.scenes.take", str(copy), str(where), lang, theme,
                                    *names], check=True, env={**os.environ, "QT_SCALE_FACTOR": scale})
    return 0


def _build(cabinet: Path) -> None:
    from casedesk.casework.sample import sample_cabinet
    from casedesk.store.keys import Cost

    sample_cabinet(cabinet, cost=Cost(memory=64, passes=1, lanes=1)).close()


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    raise SystemExit(main(sys.argv[1:]))
