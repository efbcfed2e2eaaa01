"""One letter for each field of a form, reachable with Alt, none twice."""

from __future__ import annotations

import string

_ALL = string.ascii_uppercase + string.digits


def letters(labels: list[str]) -> list[str]:
    """A letter for each label: one of its own where it can be, else the next free one; empty when none is left."""
    taken: set[str] = set()
    given: dict[int, str] = {}
    for at, label in enumerate(labels):
        own = next((char for char in _liked(label) if char not in taken), "")
        if own:
            given[at] = own
            taken.add(own)
    for at in range(len(labels)):
        if at not in given:
            given[at] = next((char for char in _ALL if char not in taken), "")
            taken.add(given[at])
    return [given[at] for at in range(len(labels))]


def _liked(label: str) -> list[str]:
    """First letters of words, then the others."""
    words = [word for word in label.upper().split() if word]
    first = [word[0] for word in words]
    return [char for char in (*first, *"".join(words)) if char in string.ascii_uppercase]
