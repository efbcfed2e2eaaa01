"""The JSON schema of a matter exchange file, made from the field declarations."""

from __future__ import annotations

from typing import Any

from casedesk.records import ALL, Evidence, Matter, Record, TeamMember, User
from casedesk.records.exchange import DAY, FILE, FORMAT, LARGEST, LEFT_OUT, MOMENT, UUID, VERSION, Member, members

EXCHANGED: tuple[type[Record], ...] = tuple(kind for kind in ALL if kind not in (User, TeamMember))
"""The kinds of record in an exchange file: not who works in the firm. Those that others point at come first."""

_FORMS: dict[str, dict[str, Any]] = {
    "text": {"type": "string"},
    "words": {"type": "array", "items": {"type": "string"}},
    "flag": {"type": "boolean"},
    "count": {"type": "integer", "minimum": -LARGEST, "maximum": LARGEST},
    "day": {"type": "string", "pattern": DAY},
    "moment": {"type": "string", "pattern": MOMENT},
    "uuid": {"type": "string", "pattern": UUID},
    "reference": {"type": "string", "pattern": UUID},
    "word": {"type": "string"},
}


def schema() -> dict[str, Any]:
    """The schema (JSON Schema 2020-12) of matter.json."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "CaseDesk matter exchange file",
        "description": (
            "One matter with everything in it, except, where it says so, what is privileged. In a ZIP it is called "
            "matter.json, and each piece of evidence names its file there; alone, the files stand in the folder beside "
            "it. Every entry has its own UUID and names others by theirs; every entry named is in the file. Entries "
            "keep the order they were made in. Amounts are in hundredths of the currency. Times are UTC. What lies in "
            "the trash and the history of changes are not in it."),
        "type": "object",
        "properties": {
            "format": {"const": FORMAT},
            "version": {"const": VERSION},
            LEFT_OUT: {
                "type": "object", "properties": {"privileged": {"type": "integer", "minimum": 0}},
                "additionalProperties": False,
                "description": "How many records were left out because they are privileged; missing: none is"},
            "records": {
                "type": "object",
                "properties": {kind.__tablename__: _list(kind) for kind in EXCHANGED},
                "required": ["client", "matter"],
                "additionalProperties": False,
            },
        },
        "required": ["format", "version", "records"],
        "additionalProperties": False,
    }


def _list(kind: type[Record]) -> dict[str, Any]:
    size = {"minItems": 1, "maxItems": 1} if kind is Matter else {}
    return {"type": "array", "description": (kind.__doc__ or "").strip(), **size, "items": _entry(kind)}


def _entry(kind: type[Record]) -> dict[str, Any]:
    properties = {member.name: _value(member) for member in members(kind)}
    if kind is Evidence:
        properties[FILE] = {
            "type": ["string", "null"],
            "description": "Path of the file within the ZIP, files/<uuid>/<name>; its size and SHA-256 stand beside it"}
    return {"type": "object", "properties": properties, "additionalProperties": False,
            "required": [member.name for member in members(kind) if member.required]}


def _value(member: Member) -> dict[str, Any]:
    form = dict(_FORMS[member.form])
    if member.words:
        form["enum"] = list(member.words)
    if member.declared is not None and member.declared.money:
        form["minimum"] = 0
    if member.column.nullable:
        form["type"] = [form["type"], "null"]
        if member.words:
            form["enum"].append(None)
    described = _described(member)
    return {**form, "description": described} if described else form


def _described(member: Member) -> str:
    declared = member.declared
    if declared is None:
        return ""
    parts = (declared.label, declared.help, f"in {declared.unit}" if declared.unit else "",
             "hundredths of the currency" if declared.money else "",
             f"UUID of a {member.target.__tablename__}" if member.target is not None else "")
    return "; ".join(part for part in parts if part)


if __name__ == "__main__":
    import json
    from pathlib import Path

    place = Path(__file__).parents[3] / "resources" / "schema" / "matter.schema.json"
    place.write_text(json.dumps(schema(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
