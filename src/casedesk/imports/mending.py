"""Characters of a file that no cabinet can keep: shown as a sign instead, and told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from casedesk.base.i18n import tr
from casedesk.base.kept_text import is_kept, mended
from casedesk.imports.draft import Draft, Remark, Row

_TEXTS = ("number", "our_number", "name", "words", "sheet")


def kept(rows: Iterable[Row]) -> Iterator[Row]:
    """The rows with every text fit to be kept; at the end, how many had to be mended and the line of the first."""
    count = first = 0
    for row in rows:
        changed = _mended(row) if isinstance(row, Draft) else {}
        if changed:
            count, first = count + 1, first or row.line
            yield replace(row, **changed)
        else:
            yield row
    if count:
        yield Remark(tr("In {n} rows a character cannot be kept (NUL); it is shown as �. The first is in line {line}.",
                        n=count, line=first), first)


def _mended(draft: Draft) -> dict[str, Any]:
    """The fields that must be mended, as they then are."""
    changed: dict[str, Any] = {name: mended(text) for name in _TEXTS if not is_kept(text := getattr(draft, name))}
    fields = {name: mended(value) for name, value in draft.fields.items()
              if isinstance(value, str) and not is_kept(value)}
    if fields:
        changed["fields"] = {**draft.fields, **fields}
    files = [file for file in draft.attachments if not is_kept(file.file_name)]
    if files:
        changed["attachments"] = tuple(replace(file, file_name=mended(file.file_name)) for file in draft.attachments)
    return changed
