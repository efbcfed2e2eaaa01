"""Names of files that leave the program."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from casedesk.records import Matter

_SIDES = re.compile(r"\s*/\s*")
_CASE, _HEARING, _BUNDLE = 36, 20, 100
"""Characters of a case's name and of a date that leave room for what else names a bundle; and of all."""
_DEVICES = {"CON", "PRN", "AUX", "NUL", *(f"{port}{number}" for port in ("COM", "LPT") for number in "123456789¹²³")}
"""What Windows takes for a device, whatever follows the first dot."""


def safe_name(name: str, most: int = 80) -> str:
    """A file name that every system takes: no path, no reserved characters or names, at most so many characters."""
    kept = "".join(ch if ch.isprintable() and ch not in '<>:"/\\|?*' else "_" for ch in name).strip(" .")
    stem, dot, suffix = kept.rpartition(".")
    stem, suffix = (stem, suffix) if dot and len(suffix) <= 8 else (kept, "")
    short = stem[: most - len(suffix)].rstrip(" .") or "file"
    if short.partition(".")[0].rstrip().upper() in _DEVICES:
        short = f"_{short}"
    return f"{short}.{suffix}" if suffix else short


def bundle_name(wanted: Sequence[str], matter: Matter, answers: Mapping[str, str], name: str) -> str:
    """How the file of a bundle is called: by what is known of the wanted parts; `name` where none is wanted."""
    parts = {"case": _SIDES.sub(" v ", matter.name)[:_CASE], "bundle": name.removesuffix(".pdf"),
             "hearing": answers.get("hearing", "")[:_HEARING], "number": matter.case_number}
    known = [one for one in (parts[part].strip() for part in wanted) if one]
    return safe_name(", ".join(known) + ".pdf", _BUNDLE) if known else name
