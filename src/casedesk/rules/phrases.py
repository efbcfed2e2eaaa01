"""Tags proposed from the words said: a proposal with the phrase marked, never a finding."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache

from casedesk.base.errors import InvalidEntry
from casedesk.base.resources import resource
from casedesk.records.words import ContentTag

_BETWEEN = r"[^。！？!?.\n]{0,8}"
_BEFORE = 24
"""So many characters before a phrase may take it back."""
_END = re.compile(r"[。！？!?.；;\n]")


@dataclass(frozen=True)
class Proposal:
    """A tag, and the place in the words that suggests it."""

    tag: ContentTag
    phrase: str
    start: int
    end: int


@cache
def _list() -> tuple[re.Pattern[str], tuple[tuple[ContentTag, re.Pattern[str]], ...]]:
    data = tomllib.loads(resource("rules", "phrases.toml").read_text(encoding="utf-8"))
    unknown = set(data["phrases"]) - {tag.value for tag in ContentTag}
    if unknown:
        raise InvalidEntry(f"phrases.toml: {', '.join(sorted(unknown))}")
    return _any(data["not"]), tuple((ContentTag(tag), _any(found)) for tag, found in data["phrases"].items())


def _any(phrases: list[str]) -> re.Pattern[str]:
    longest_first = sorted(phrases, key=len, reverse=True)
    return re.compile("|".join(_pattern(phrase) for phrase in longest_first), re.IGNORECASE)


def _pattern(phrase: str) -> str:
    written = _BETWEEN.join(re.escape(part) for part in phrase.split("…"))
    return rf"(?<![a-z]){written}(?![a-z])" if phrase.isascii() else written


def proposals(words: str) -> list[Proposal]:
    """What the words suggest, one place for each tag, in the order of the list."""
    taken_back, phrases = _list()
    found = []
    for tag, pattern in phrases:
        for hit in pattern.finditer(words):
            before = _END.split(words[max(0, hit.start() - _BEFORE):hit.start()])[-1]
            if not taken_back.search(before):
                found.append(Proposal(tag, hit[0], hit.start(), hit.end()))
                break
    return found
