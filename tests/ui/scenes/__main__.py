"""`python -m tests.ui.scenes OUT [NAME ...]`: every scene, in both languages, both themes, at 100 and 150 %.

`--size 1024x700 --scale 1 2 --lang en --theme dark` narrows what is taken, and says how large the window is.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path


def main(words: list[str]) -> int:
    """Each setting in a process of its own: the scale is known before Qt starts."""
    said = argparse.ArgumentParser("tests.ui.scenes")
    said.add_argument("out", nargs="?", type=Path, default=Path("screenshots"))
    said.add_argument("names", nargs="*")
    said.add_argument("--size", default="1360x860", help="the window's, in logical pixels")
    said.add_argument("--scale", nargs="+", default=["1", "1.5"])
    said.add_argument("--lang", nargs="+", default=["zh", "en"])
    said.add_argument("--theme", nargs="+", default=["light", "dark"])
    chosen = said.parse_args(words)
    with tempfile.TemporaryDirectory() as folder:
        cabinet = Path(folder) / "sample"
        _build(cabinet)
        for scale in chosen.scale:
            for lang in chosen.lang:
                for theme in chosen.theme:
                    copy = Path(folder) / f"{lang}-{theme}-{scale}" / "cabinet"
                    shutil.copytree(cabinet, copy)
                    where = chosen.out / f"{lang}-{theme}-{round(float(scale) * 100)}"
                    subprocess.run([sys.executable, "-m", "tests.ui.scenes.take", str(copy), str(where), lang, theme,
                                    chosen.size, *chosen.names],
                                   check=True, env={**os.environ, "QT_SCALE_FACTOR": scale})
    return 0


def _build(cabinet: Path) -> None:
    from casedesk.casework.sample import sample_cabinet
    from casedesk.store.keys import Cost

    sample_cabinet(cabinet, cost=Cost(memory=64, passes=1, lanes=1)).close()


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    raise SystemExit(main(sys.argv[1:]))
