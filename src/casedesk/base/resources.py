"""What the program ships: one way to it, from a checkout and from an installed wheel."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path


@cache
def _shipped(folder: str) -> Traversable:
    inside = files("casedesk") / folder
    return inside if inside.is_dir() else Path(__file__).parents[3] / folder


def resource(*parts: str) -> Traversable:
    """A file or folder under resources/."""
    found = _shipped("resources")
    for part in parts:
        found = found / part
    return found


def resource_path(*parts: str) -> Path:
    """The same as a path in the file system, for libraries that open files by name (fonts, Qt, Alembic)."""
    return Path(str(resource(*parts)))


def form_folders() -> dict[str, Traversable]:
    """The folders forms/<jurisdiction>/<name> that hold a filing form, by "<jurisdiction>-<name>"."""
    return {f"{law.name}-{form.name}": form for law in _folders(_shipped("forms")) for form in _folders(law)
            if (form / "form.toml").is_file()}


def form_part(name: str) -> Traversable:
    """A piece of text that several forms include, under forms/parts."""
    return _shipped("forms") / "parts" / name


def _folders(place: Traversable) -> list[Traversable]:
    return sorted((entry for entry in place.iterdir() if entry.is_dir()), key=lambda entry: entry.name)
