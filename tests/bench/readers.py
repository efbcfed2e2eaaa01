"""What is measured in a process that loads no more than the one beside an import does: our readers and bare parsers."""

from __future__ import annotations

import csv
from pathlib import Path
from xml.parsers import expat

from casedesk.imports import formats
from casedesk.imports.draft import Draft, Options

ROWS = 100_000


def read(path: str) -> None:
    """Every row as our format gives it."""
    found = formats.recognise(Path(path))
    assert found is not None
    assert sum(isinstance(row, Draft) for row in found.read(Path(path), Options())) == ROWS


def bare_xml(path: str) -> None:
    """Expat with one handler that counts."""
    count = 0

    def start(name: str, given: dict[str, str]) -> None:
        nonlocal count
        count += name == "call"

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    with Path(path).open("rb") as file:
        parser.ParseFile(file)
    assert count == ROWS


def bare_csv(path: str) -> None:
    """The standard library's reader."""
    with Path(path).open(encoding="utf-8", newline="") as file:
        assert sum(1 for _ in csv.reader(file)) == ROWS + 1
