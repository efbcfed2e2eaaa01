"""One tag by three names: its word, its English label, its Chinese label."""

from __future__ import annotations

import json
from functools import cache, lru_cache

from casedesk.base.i18n import words
from casedesk.records.words import ContentTag


@cache
def _by_name() -> dict[str, ContentTag]:
    said = words("zh")
    return {name.casefold(): tag for tag in ContentTag for name in (tag.value, tag.label, said(tag.label))}


def tag_of(text: str) -> ContentTag | None:
    """The tag a text names in either language; None for free text."""
    return _by_name().get(text.strip().casefold())


@lru_cache(maxsize=4096)
def read_tags(kept: str) -> frozenset[str]:
    """The words of the known tags in a kept JSON list."""
    found = (tag_of(str(one)) for one in json.loads(kept or "[]"))
    return frozenset(tag.value for tag in found if tag is not None)
