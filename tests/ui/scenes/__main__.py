"""`python -m tests.ui.scenes OUT [NAME ...]`: every scene, in both languages, both themes, at 100 and 150 %.

`--size 1024x700 --scale 1 2 --lang en --theme dark` narrows what is taken, and says how large the window is.
"""

from __future__ import annotations

import argparse
import json
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
                    screen = _screen(Path(folder), chosen.size, float(scale))
                    where = chosen.out / f"{lang}-{theme}-{round(float(scale) * 100)}"
                    subprocess.run([sys.executable, "-m", "tests.ui.scenes.take", str(copy), str(where), lang, theme,
                                    chosen.size, *chosen.names],
                                   check=True, env={**os.environ, "QT_SCALE_FACTOR": scale,
                                               "QT_QPA_PLATFORM": f"offscreen:configfile={screen}"})
    return 0


def _screen(folder: Path, size: str, scale: float) -> Path:
    """What tells Qt of a screen that the window just fills."""
    wide, high = (round(int(part) * scale) for part in size.split("x"))
    said = folder / f"screen-{wide}x{high}.json"
    said.write_text(json.dumps({"windowFrameMargins": True, "screens": [
        {"name": "screen", "x": 0, "y": 0, "width": wide, "height": high, "logicalDpi": 96, "dpr": 1}]}))
    return said


def _build(cabinet: Path) -> None:
    from casedesk.casework.sample import sample_cabinet
    from casedesk.store.keys import Cost

    sample_cabinet(cabinet, cost=Cost(memory=64, passes=1, lanes=1)).close()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
