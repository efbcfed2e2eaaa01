"""What a letter lacks: of whom or what, and where it is entered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from casedesk.base.errors import InvalidEntry
from casedesk.base.i18n import N_, Language, tr, words
from casedesk.casework.forms import Form

if TYPE_CHECKING:
    from casedesk.exports.letters.markup import Block
    from casedesk.exports.letters.text import Filled
    from casedesk.exports.letters.values import Missing

_PARTIES, _PEOPLE, _NEGOTIATION = N_("Parties"), N_("People & debts"), N_("Negotiation")
_PAGES = {
    "Client": _PARTIES, "Creditor": _PARTIES, "Collector": _PARTIES, "Agent": _PARTIES, "PhoneNumber": _PARTIES,
    "ContactPerson": _PEOPLE, "Debt": _PEOPLE, "Guarantor": _PEOPLE, "Offer": _NEGOTIATION, "Agreement": _NEGOTIATION,
    "Instalment": _NEGOTIATION, "Payment": _NEGOTIATION, "Circumstance": _NEGOTIATION,
    "Notice": N_("Filings & notices")}
"""The page, or the section of the matter's page, that a record stands on; others have one of their own."""


@dataclass(frozen=True)
class Lacking:
    """A value the form wants and nobody has entered."""

    path: str
    label: str
    where: str
    required: bool


def lacking(form: Form, values: Mapping[str, Any], filled: Filled, lang: Language) -> Iterator[Lacking]:
    """The form's fields without a value, and whatever else its text would have printed; said in `lang`."""
    from casedesk.exports.letters.told import LISTS
    from casedesk.exports.letters.values import Missing, Writer

    writer = Writer(lang)
    empty: dict[tuple[str, str], Lacking] = {}
    questions = {f"asked.{one.name}": one for one in form.asked}
    needed = {*form.required, *(path for path, one in questions.items() if one.required)}
    for path in (*form.required, *form.optional, *questions):
        found = _wanted(values, form, path)
        if path in LISTS and not found:
            found = Missing(path, LISTS[path].titles, LISTS[path])
        if isinstance(found, Missing):
            label = questions[path].text[lang] if path in questions else writer.what(found)
            empty[path, found.which] = Lacking(path, label, _where(found, lang), path in needed)
    for missing in filled.missing:
        known = empty.get((missing.path, missing.which))
        empty[missing.path, missing.which] = Lacking(
            missing.path, known.label if known else writer.what(missing), _where(missing, lang), required=True)
    yield from empty.values()


def value_at(values: Mapping[str, Any], path: str) -> Any:
    """What a path like "client.name" names; KeyError when there is no such place."""
    found: Any = values
    for name in path.split("."):
        found = found[name]
    return found


def place_at(values: Mapping[str, Any], path: str) -> Any:
    """What a place of the firm's template names, or what is missing of it; KeyError where that cannot be printed."""
    from casedesk.exports.letters.values import Missing

    found: Any = values
    names = path.split(".")
    for at, name in enumerate(names):
        if isinstance(found, Missing):
            if found.path == ".".join(names[:at]):  # a value of its own has nothing within
                raise KeyError(path)
            return found
        found = found[name]
    if path != "basis" and isinstance(found, (Mapping, list, tuple)):
        raise KeyError(path)
    return found


def _wanted(values: Mapping[str, Any], form: Form, path: str) -> Any:
    """What a path of the form's own list names."""
    try:
        return value_at(values, path)
    except (KeyError, TypeError):
        raise InvalidEntry(
            tr("The form {name} is filled from “{path}”, which no record has.", name=form.id, path=path),
            tr("Correct its form.toml."), field="form") from None


def _where(missing: Missing, lang: Language) -> str:
    """The way to it in the window, like "Parties › Creditors"."""
    say = words(lang)
    root, _, name = missing.path.partition(".")
    if root == "asked" and not missing.label.startswith("{{"):
        return say("Checklist of the filing, or by command line --fill {name}=TEXT", name=name)
    if missing.path == "firm" or missing.record is None:
        return say("Settings")
    if root == "lawyer" and not missing.which:
        return f"{say('Matters')} › {say('Responsible')}"
    page, list_ = _PAGES.get(missing.record.__name__, ""), say(missing.record.titles)
    if root == "lawyer":
        return f"{say('Parties')} › {list_}"
    return f"{say(page)} › {list_}" if page else list_


def draft_sheet(missing: Sequence[Lacking], lang: Language) -> list[Block]:
    """The first page of a draft: what is missing and where it is entered."""
    from casedesk.exports.letters.markup import Block, Row

    wanted = [one for one in missing if one.required]
    if not wanted:
        return []
    say = words(lang)
    rows = [Row((say("What is missing"), say("Where to enter it")), "head"),
            *(Row((one.label, one.where)) for one in wanted)]
    return [Block("title", say("Draft: not to be filed yet")),
            Block("text", say("The places marked below are still empty. This page goes when they are filled.")),
            Block("table", rows=tuple(rows), widths=(1.0, 1.0)), Block("page")]
