"""The records an operator's web page gives as JSON, as the rows of a table: the keys are its titles."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from casedesk.base.encodings import decoded
from casedesk.base.errors import ImportProblem
from casedesk.base.i18n import tr
from casedesk.imports.sheets import MOST_TEXT, Line

_LARGEST = 64_000_000
_TIMES = ("calldate", "callStartTime")


def lines(path: Path) -> Iterator[Line]:
    """The titles as line 0, then each record by its number; ImportProblem when it is no such file."""
    if path.stat().st_size > _LARGEST:
        raise ImportProblem(tr("The file is larger than {n} million bytes.", n=_LARGEST // 1_000_000),
                            tr("Split it and import the parts."))
    try:
        found = json.loads(decoded(path.read_bytes())[0].lstrip("\ufeff"))
    except (ValueError, RecursionError) as trouble:
        raise ImportProblem(tr("The file is damaged: it is no whole JSON."),
                            tr("Save the operator's answer again.")) from trouble
    records = list(_records(found))
    titles = list(dict.fromkeys(key for record in records for key in record))
    if not records:
        return
    yield Line("", 0, titles)
    for count, record in enumerate(records, 1):
        yield Line("", count, [_cell(record.get(key)) for key in titles])


def _records(found: Any) -> Iterator[dict[str, Any]]:
    """Every object that has the time of a call, in the order of the file, at any depth."""
    waiting = [found]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            if any(key in one for key in _TIMES):
                yield one
            else:
                waiting.extend(reversed(list(one.values())))
        elif isinstance(one, list):
            waiting.extend(reversed(one))


def _cell(value: Any) -> Any:
    return value[:MOST_TEXT] if isinstance(value, str) else value if isinstance(value, int | float) else None
