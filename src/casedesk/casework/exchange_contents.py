"""What an exchange file says, checked in full before anything of it is kept; each error names the place."""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import dataclass
from typing import Any

from casedesk.base.errors import InvalidEntry
from casedesk.base.i18n import tr
from casedesk.casework.exchange_parcel import MATTER, Parcel
from casedesk.records import Evidence, Matter, Record
from casedesk.records.exchange import FILE, FORMAT, LEFT_OUT, VERSION, members, shown, values
from casedesk.records.exchange_schema import EXCHANGED

_NAME = re.compile(r"[^/\\:\x00-\x1f]{1,255}")


@dataclass(frozen=True)
class Contents:
    """The checked entries of each kind, in their order, and the path of each piece of evidence that has a file."""

    entries: dict[type[Record], list[dict[str, Any]]]
    files: dict[uuid.UUID, str]
    left_out: int = 0
    """How many privileged records were left out when it was made."""

    @property
    def matter(self) -> dict[str, Any]:
        """The one matter's entry."""
        return self.entries[Matter][0]


def read(parcel: Parcel) -> Contents:
    """The contents of a parcel; InvalidEntry when any of it is not as the schema says or a file is not there."""
    records, left_out = _records(_parsed(parcel.text()))
    files: dict[uuid.UUID, str] = {}
    entries: dict[type[Record], list[dict[str, Any]]] = {}
    for kind in EXCHANGED:
        raw = records.pop(kind.__tablename__, [])
        if not isinstance(raw, list):
            raise _wrong(tr("“{table}” must be a list.", table=kind.__tablename__))
        entries[kind] = [_entry(kind, number, one, files) for number, one in enumerate(raw, 1)]
        raw.clear()
    _one_matter(entries[Matter])
    _references(entries)
    _files(parcel, entries[Evidence], files)
    return Contents(entries, files, left_out)


def _parsed(text: bytes) -> Any:
    try:
        return json.loads(text.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=_no_number)
    except json.JSONDecodeError as problem:
        raise _wrong(tr("line {line}, column {column} is not JSON.", line=problem.lineno,
                        column=problem.colno)) from None
    except UnicodeDecodeError as problem:
        raise _wrong(tr("byte {place} is not UTF-8.", place=problem.start)) from None
    except RecursionError:
        raise _wrong(tr("it is nested too deep.")) from None
    except ValueError:
        raise _wrong(tr("it holds a number that is too long.")) from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _wrong(tr("“{field}” stands twice in one object.", field=shown(twice)))
    return found


def _no_number(text: str) -> None:
    raise _wrong(tr("{text} is not a number.", text=text))


def _wrong(message: str, hint: str = "", field: str = "") -> InvalidEntry:
    return InvalidEntry(tr("{file}: {problem}", file=MATTER, problem=message),
                        hint or tr("Nothing was added; ask for the file to be made again."), field=field)


def _records(document: Any) -> tuple[dict[str, Any], int]:
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise _wrong(tr("this is not a matter exchange file; “format” must be “{format}”.", format=FORMAT))
    version = document.get("version")
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise _wrong(tr("“version” must be a number from 1."))
    if version > VERSION:
        raise _wrong(tr("it was made by a newer CaseDesk (version {version} of the format).", version=shown(version)),
                     tr("Update CaseDesk, then take it in."))
    records = document.get("records")
    if not isinstance(records, dict):
        raise _wrong(tr("“records” must be an object with lists."))
    known = {kind.__tablename__ for kind in EXCHANGED}
    for name in (*(set(document) - {"format", "version", LEFT_OUT, "records"}), *(set(records) - known)):
        raise _wrong(tr("“{field}” is not known here.", field=shown(name)))
    return records, _left_out(document.get(LEFT_OUT, {}))


def _left_out(said: Any) -> int:
    count = said.get("privileged", 0) if isinstance(said, dict) else None
    if isinstance(count, bool) or not isinstance(count, int) or count < 0 or set(said) - {"privileged"}:
        raise _wrong(tr("“{field}” must say how many privileged records were left out.", field=LEFT_OUT))
    return count


def _entry(kind: type[Record], number: int, raw: Any, files: dict[uuid.UUID, str]) -> dict[str, Any]:
    try:
        found = values(kind, raw)
        if kind is Evidence and raw.get(FILE) is not None:
            files[found["uuid"]] = _path(raw[FILE], found["uuid"])
    except InvalidEntry as problem:
        raise _wrong(tr("{table}, entry {number}: {problem}", table=kind.__tablename__, number=number,
                        problem=problem.message), problem.hint, problem.field) from None
    return found


def _path(path: Any, owner: uuid.UUID) -> str:
    """The path as it is; it may lead nowhere but to the evidence's own folder."""
    folder = f"files/{owner}/"
    name = path.removeprefix(folder) if isinstance(path, str) and path.startswith(folder) else ""
    if name in ("", ".", "..") or _NAME.fullmatch(name) is None:
        raise InvalidEntry(tr("“{field}” must be a path like {example}.", field=FILE, example=f"{folder}letter.pdf"),
                           field=FILE)
    return str(path)


def _one_matter(matters: list[dict[str, Any]]) -> None:
    if len(matters) != 1:
        raise _wrong(tr("it must hold one matter; it holds {count}.", count=len(matters)))
    for name in ("ref", "name"):
        value = matters[0].get(name, "")
        if not value or value != value.strip():
            raise _wrong(tr("the matter's “{field}” must not be empty nor begin or end with a space.", field=name),
                         field=name)


def _references(entries: dict[type[Record], list[dict[str, Any]]]) -> None:
    """Every entry stands once, and every entry named is there."""
    there = {kind: {entry["uuid"] for entry in found} for kind, found in entries.items()}
    for kind, found in entries.items():
        if len(there[kind]) < len(found):
            raise _wrong(tr("two entries of “{table}” have the same UUID.", table=kind.__tablename__))
        for member in members(kind):
            if member.target is None:
                continue
            for number, entry in enumerate(found, 1):
                wanted = entry.get(member.name)
                if wanted is not None and wanted not in there[member.target]:
                    raise _wrong(tr("{table}, entry {number}: {problem}", table=kind.__tablename__, number=number,
                                    problem=tr("what “{field}” names is not in the file.", field=member.name)),
                                 field=member.name)


def _files(parcel: Parcel, evidence: list[dict[str, Any]], files: dict[uuid.UUID, str]) -> None:
    """Each file named came along in its size, and no other came."""
    for entry in evidence:
        path = files.get(entry["uuid"])
        if path is None:
            continue
        size = parcel.size(path)
        if size is None:
            raise InvalidEntry(tr("{path} is missing.", path=shown(path)), tr("Ask for it to be sent again."))
        if size != entry.get("size"):
            raise InvalidEntry(tr("{name} has {size} bytes and should have {wanted}.", name=shown(path), size=size,
                                  wanted=entry.get("size", "?")), tr("Ask for it to be sent again."))
    for name in sorted(set(parcel.sizes() or ()) - set(files.values())):
        raise InvalidEntry(tr("{name} belongs to no evidence.", name=shown(name)),
                           tr("Take it out of the file; nothing was added."))
