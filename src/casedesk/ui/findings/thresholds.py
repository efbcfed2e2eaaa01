"""The thresholds of a rule as a person reads and types them: in the words of the window, or as a rule file has them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from typing import Any

from casedesk.base.errors import InvalidEntry
from casedesk.base.fields import Choice
from casedesk.base.i18n import N_, tr
from casedesk.records.words import CallKind, Channel, ContentTag, NoticeKind, Role

NAMES = {
    "banned": N_("banned hours"), "channels": N_("channels"), "count": N_("from how many"),
    "days": N_("within days"), "debtor": N_("to the debtor too"), "delay": N_("days of delay"),
    "kind": N_("kind of call"), "lasts": N_("days it lasts"), "least": N_("at least"),
    "minutes": N_("within minutes"), "months": N_("months"), "most": N_("at most"), "notices": N_("notices"),
    "reply": N_("reply counts"), "review": N_("for review"), "roles": N_("persons reached"),
    "starts": N_("starts with"), "sundays": N_("whole Sundays"), "tags": N_("tags"),
    "third": N_("third persons only"), "tries": N_("failed tries"), "unanswered": N_("unanswered count"),
    "until_answered": N_("until answered"), "years": N_("years"), "zones": N_("every possible zone"),
}
_APART, _COMMAS = re.compile("[;；]"), re.compile("[,，、]")
"""Between the words of a list; a word may hold a comma itself."""

_WORDS: dict[str, type[Choice]] = {
    "channels": Channel, "roles": Role, "notices": NoticeKind, "kind": CallKind, "tags": ContentTag}
"""The thresholds whose values are of a closed list of words."""


def written(value: object, name: str) -> str:
    """A threshold as it is shown."""
    if isinstance(value, list):
        return tr("; ").join(_said(str(one), name) for one in value)
    if isinstance(value, bool):
        return tr("Yes") if value else tr("No")
    return _said(str(value), name)


def _said(word: str, name: str) -> str:
    return next((tr(one.label) for one in _words(name) if one.value == word), word)


def _words(name: str) -> Iterable[Choice]:
    return iter(_WORDS[name]) if name in _WORDS else ()


def understood(typed: str, before: object, name: str) -> Any:
    """A threshold as it was typed, of the kind it was before; InvalidEntry names it."""
    meant = {tr(one.label).casefold(): str(one.value) for one in _words(name)}
    if isinstance(before, list):
        apart = _APART if _APART.search(typed) or typed.strip().casefold() in meant else _COMMAS
        return [meant.get(one.casefold(), one) for one in map(str.strip, apart.split(typed)) if one]
    if isinstance(before, bool):
        answers = {tr("Yes").casefold(): True, tr("No").casefold(): False, "true": True, "false": False}
        if typed.strip().casefold() in answers:
            return answers[typed.strip().casefold()]
        raise _no_value(typed, name)
    if isinstance(before, str):
        return meant.get(typed.strip().casefold(), typed.strip())
    try:
        return tomllib.loads(f"value = {typed.strip()}")["value"]
    except tomllib.TOMLDecodeError:
        raise _no_value(typed, name) from None


def _no_value(typed: str, name: str) -> InvalidEntry:
    return InvalidEntry(tr("“{typed}” is no value for {name}.", typed=typed, name=tr(NAMES.get(name, name))),
                        field=name)
