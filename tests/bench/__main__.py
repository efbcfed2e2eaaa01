"""`python -m tests.bench [--slow] [MEASURE ...]` takes the measures, with inputs made here, and prints the table."""

from __future__ import annotations

import importlib
import os
import pkgutil
import platform
import sys

import sqlcipher3.dbapi2 as sqlcipher

from tests.bench import measures
from tests.bench.frame import Row

_VERDICT = {True: "met", False: "MISSED", None: ""}


def main(names: list[str]) -> int:
    """Take the measures named, or all; 2 for a name that is none."""
    known = [found.name for found in pkgutil.iter_modules(measures.__path__)]
    if unknown := set(names) - set(known):
        print(f"No such measure: {', '.join(sorted(unknown))}. There are: {', '.join(known)}.", file=sys.stderr)  # noqa: T201
        return 2
    _say(f"Python {platform.python_version()}, SQLite {sqlcipher.sqlite_version}, {os.cpu_count()} cores, "
         f"{platform.system()} {platform.machine()}. A time is the median (least-most, runs).")
    missed = 0
    for name in names or known:
        for row in importlib.import_module(f"tests.bench.measures.{name}").measure():
            _show(row)
            missed += row.met is False
    _say(f"{missed} targets missed." if missed else "Every target met.")
    return 0


def _show(row: Row) -> None:
    _say(f"\n{row.what}")
    for label, value in (("ours", row.ours), ("peer", row.peer), ("ratio", row.ratio),
                         ("target", f"{row.target}  {_VERDICT[row.met]}".strip()), *(("", note) for note in row.notes)):
        if value:
            _say(f"  {label:7}{value}")


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main([name for name in sys.argv[1:] if name != "--slow"]))
