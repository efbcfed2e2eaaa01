"""Names of files that leave the program."""

from __future__ import annotations

_DEVICES = {"CON", "PRN", "AUX", "NUL", *(f"{port}{number}" for port in ("COM", "LPT") for number in "123456789¹²³")}
"""What Windows takes for a device, whatever follows the first dot."""


def safe_name(name: str) -> str:
    """A file name that every system takes: no path, no reserved characters or names, at most 80 characters."""
    kept = "".join(ch if ch.isprintable() and ch not in '<>:"/\\|?*' else "_" for ch in name).strip(" .")
    stem, dot, suffix = kept.rpartition(".")
    stem, suffix = (stem, suffix) if dot and len(suffix) <= 8 else (kept, "")
    short = stem[: 80 - len(suffix)].rstrip(" .") or "file"
    if short.partition(".")[0].rstrip().upper() in _DEVICES:
        short = f"_{short}"
    return f"{short}.{suffix}" if suffix else short
