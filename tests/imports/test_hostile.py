"""Files made to harm: each is read or refused with a reason, within 20 s and 512 MB, and nothing else happens."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from tests.imports import hostile

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits of a child process")
LIGHT = 64 * 1024


def read_alone(paths: list[Path], cwd: Path, kind: str = "imports", before: Sequence[str] = ()) -> list[dict[str, Any]]:
    """What came of each file, read as this kind of thing; the folder they are read in stays as it was.

    `before` are words of the command line that start the process.
    """
    cwd.mkdir()
    ended = subprocess.run(
        [*before, sys.executable, "-m", "tests.imports.reading_alone", kind, *map(str, paths)], cwd=cwd, capture_output=True,
        text=True, check=True, timeout=3600, env={"PYTHONPATH": str(Path(__file__).parents[2])})
    assert list(cwd.iterdir()) == []
    return [json.loads(line) for line in ended.stdout.splitlines()]


def assert_tame(found: list[dict[str, Any]], count: int) -> None:
    assert len(found) == count
    assert [one for one in found if one["outcome"] == "crashed"] == []
    assert [one for one in found if one["cpu"] > 20 or one["mb"] > 512] == []
    assert [one for one in found if one["outcome"] in ("refused", "unknown") and not one["why"]] == []


def test_the_corpus_is_large_and_each_file_is_made_the_same_again() -> None:
    names = [name for name, _ in hostile.corpus()]
    assert len(names) == len(set(names)) >= 300
    again = [make() for name, make in hostile.corpus() if name.startswith("damaged_books")]
    assert len(again) == 40


def test_small_hostile_files_are_read_or_refused(tmp_path: Path) -> None:
    light = ((name, made) for name, make in islice(hostile.corpus(), 0, None, 4)
             if not name.startswith(("long_values", "zip_bombs", "csv_shapes", "deep")) and len(made := make()) < LIGHT)
    paths = []
    for name, made in light:
        paths.append(tmp_path / name)
        paths[-1].write_bytes(made)
    assert len(paths) > 60
    assert_tame(read_alone(paths, tmp_path / "empty"), len(paths))


@pytest.mark.parametrize(("bomb", "outcome"), [("entities-0", "refused"), ("entities-2", "unknown"),
                                                ("zip_bombs-4", "refused")])
def test_bombs_are_refused_by_name(bomb: str, outcome: str, tmp_path: Path) -> None:
    make = dict(hostile.corpus())[bomb]
    (tmp_path / bomb).write_bytes(make())
    (found,) = read_alone([tmp_path / bomb], tmp_path / "empty")
    assert (found["outcome"], bool(found["why"])) == (outcome, True)


@pytest.mark.slow
def test_every_hostile_file_is_read_or_refused(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    paths = hostile.write_all(tmp_path / "corpus")
    assert_tame(read_alone(paths, tmp_path / "empty"), len(paths))
