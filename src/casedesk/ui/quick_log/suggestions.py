"""Tags suggested by the words: a suggestion only, a person adds the tag or not."""

from __future__ import annotations

from dataclasses import dataclass

from casedesk.base.i18n import Language, words as spoken
from casedesk.rules.phrases import proposals
from casedesk.rules.tags import tag_of

_LOOKED_AT = 10_000
"""Characters in which phrases are looked for at every key; nobody says more in a call."""


@dataclass(frozen=True)
class Suggestion:
    """A tag and the words that suggest it, with their place."""

    tag: str
    because: str
    start: int = 0
    end: int = 0


def suggested(words: str, had: list[str], lang: Language) -> list[Suggestion]:
    """The tags the words suggest and that are not there yet, in the order of the phrase list."""
    say, there = spoken(lang), {tag_of(text) for text in had}
    return [Suggestion(say(one.tag.label), one.phrase, one.start, one.end) for one in proposals(words[:_LOOKED_AT])
            if one.tag not in there]
