"""A short piece of a text around the words that were searched."""

from __future__ import annotations

from casedesk.store.search_text import normal

_MORE = "…"


def snippet(text: str, words: str, width: int = 60) -> str:
    """At most `width` characters of the text around the first of the words, and … where something was left out."""
    terms = normal(words).split()
    for line in text.splitlines():
        start, end = _place(line, terms)
        if end:
            return _cut(line, start, end, width)
    return _cut(" ".join(text.split()), 0, 0, width)


def _place(line: str, terms: list[str]) -> tuple[int, int]:
    """From where to where the first term found stands in the line; (0, 0) when none does."""
    folded, origin = _folded(line)
    found = [(at, len(term)) for term in terms if (at := folded.find(term)) >= 0]
    if not found:
        return 0, 0
    at, length = min(found)
    return origin[at], origin[at + length - 1] + 1


def _folded(line: str) -> tuple[str, list[int]]:
    """The line in normal form character by character, and for each the place in the line it came from."""
    folded, origin = "", []
    for place, character in enumerate(line):
        form = normal(character) or " "
        folded += form
        origin += [place] * len(form)
    return folded, origin


def _cut(line: str, start: int, end: int, width: int) -> str:
    if len(line) <= width:
        return line
    first = max(0, min(start - max(0, width - (end - start)) // 3, len(line) - width))
    before, after = (_MORE if first else ""), (_MORE if first + width < len(line) else "")
    return before + line[first + len(before):first + width - len(after)] + after
