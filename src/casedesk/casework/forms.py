"""Filing forms are data: one folder a form in forms/<jurisdiction>/, `form.toml` and its text."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources.abc import Traversable
from typing import Any, Literal, cast, get_args

from casedesk.base.errors import InvalidEntry
from casedesk.base.i18n import LANGUAGES, N_, Language, tr
from casedesk.base.keys import Keys
from casedesk.base.resources import form_folders, form_part, resource
from casedesk.records.words import CreditorKind, Jurisdiction, Product

Confidence = Literal["V", "V2", "S", "U", "M"]
"""V: the provision was read; V2: a reprint was read; S: secondary; U: unverified; M: from memory."""
Begins = Literal["filed", "accepted", "answered", "judged", "ruled"]
BEGINS: tuple[Begins, ...] = get_args(Begins)
PRINTED = ("V", "V2")
"""Law of less confidence is told to the lawyer and printed in no letter."""
GROUPS = {"complaints": N_("Complaints and reports"), "credit": N_("Credit records"),
          "letters": N_("Letters to the other side"), "court": N_("To the court"),
          "agreement": N_("Authority and agreement")}
"""What forms are for, in the order they are offered."""
Texts = Mapping[str, str]
"""Language -> text."""


@dataclass(frozen=True, kw_only=True)
class Basis:
    """A provision a form rests on."""

    text: Texts
    confidence: Confidence
    source: str
    lenders: tuple[str, ...] = ()
    """Kinds of creditor it is law for; none: all."""
    products: tuple[str, ...] = ()
    """Kinds of debt it is law for; none: all."""
    since: dt.date | None = None
    """Law for contacts from this day on; none: of whatever day."""

    @property
    def printed(self) -> bool:
        return self.confidence in PRINTED

    def fits(self, lenders: Collection[str], product: str | None, last: dt.date | None = None) -> bool:
        """Whether it is law for such a debt of any of these creditors, and for the last contact.

        What is not known yet shuts nothing out.
        """
        return (not (self.lenders and lenders) or not set(self.lenders).isdisjoint(lenders)) and (
            not (self.products and product) or product in self.products) and (
            self.since is None or last is None or last >= self.since)


@dataclass(frozen=True, kw_only=True)
class Question:
    """What the form asks for when it is filled in, since no record holds it."""

    name: str
    text: Texts
    required: bool = False
    lines: int = 1
    max_length: int | None = None
    choices: tuple[str, ...] = ()
    """The answers there are, in the language the form is filed in; none: anything."""
    suggested: Mapping[str, str] = field(default_factory=dict)
    """Rule, or group of rules like us.calls -> the answer that a finding of it points to."""
    without: tuple[str, ...] = ()
    """Paths of the records, like client.name, whose values have no place in the answer."""


@dataclass(frozen=True, kw_only=True)
class Term:
    """A deadline that filing starts."""

    text: Texts
    days: int = 0
    months: int = 0
    working: bool = False
    ours: bool = False
    """What the client's side must do; else it is waited for."""
    fixed: bool = False
    """Does not move off a holiday: the day stands, as a limit of the client's own should."""
    asked: str = ""
    """The question whose answer is the number of days."""
    begins: Begins = "filed"
    """What it runs from: the filing, what came back, or the service of the judgment or of a ruling."""
    confidence: Confidence
    source: str


@dataclass(frozen=True, kw_only=True)
class Portal:
    """What the place of filing takes; None where no limit is known."""

    types: tuple[str, ...] = ()
    max_mb: float | None = None
    """Of one file."""
    max_total_mb: float | None = None
    max_files: int | None = None
    max_text: int | None = None
    """Characters of the letter's text."""
    max_pages: int | None = None
    embedded: bool = True
    """Whether it takes PDFs that hold other files."""
    confidence: Confidence
    source: str


@dataclass(frozen=True, kw_only=True)
class Form:
    """What a filing form is called, whom it goes to, what it needs and what it starts."""

    id: str
    jurisdiction: str
    title: Texts
    group: str
    """One of GROUPS."""
    profile: str
    """The bundle profile it is filed with."""
    lang: Language
    """The language it is filed in."""
    addressee: Texts = field(default_factory=dict)
    who: Texts = field(default_factory=dict)
    """Who may use it."""
    copies: Texts = field(default_factory=dict)
    paper: Literal["A4", "Letter"] = "A4"
    revised: bool = False
    """Late pages come with the whole bundle again, they at its end."""
    admits: bool = False
    """Its letter admits the debt, which restarts limitation."""
    basis: tuple[Basis, ...] = ()
    required: tuple[str, ...] = ()
    """Paths of the records the form is filled from, like client.name or incidents, ..."""
    optional: tuple[str, ...] = ()
    """... and of those it uses where they are there."""
    asked: tuple[Question, ...] = ()
    attachments: tuple[Texts, ...] = ()
    warnings: tuple[Texts, ...] = ()
    """What the lawyer is told before filing, like what restarts limitation."""
    deadlines: tuple[Term, ...] = ()
    portal: Portal | None = None

    @property
    def month_first(self) -> bool:
        """Whether its readers write November 3, 2026."""
        return self.jurisdiction == Jurisdiction.US

    @property
    def has_text(self) -> bool:
        """Whether the form has a letter of its own; a mere bundle has none."""
        return _text_file(self.id, self.lang).is_file()

    def uses(self, name: str) -> bool:
        """Whether the form is filled from a record of this name, like "debt" or "contact_person"."""
        paths = any(path.startswith(name + ".") for path in (*self.required, *self.optional))
        return paths or name + "." in (text_of(self, "text") or "")


def forms() -> Mapping[str, Form]:
    """All forms that can be read, by id."""
    return _found()[0]


def unreadable() -> Mapping[str, InvalidEntry]:
    """What is wrong in the form.toml of the others, by id: one that is being written stops no other."""
    return _found()[1]


@cache
def _found() -> tuple[dict[str, Form], dict[str, InvalidEntry]]:
    good: dict[str, Form] = {}
    wrong: dict[str, InvalidEntry] = {}
    for name, folder in form_folders().items():
        try:
            good[name] = read(name, (folder / "form.toml").read_bytes().decode(errors="replace"))
        except InvalidEntry as problem:
            wrong[name] = problem
    return good, wrong


def read(name: str, text: str) -> Form:
    """A form from its form.toml; InvalidEntry names the place in it and what is wrong there."""
    jurisdiction, _, folder = name.partition("-")
    file = f"forms/{jurisdiction}/{folder}/form.toml"
    try:
        keys = Keys(tomllib.loads(text), file, "")
    except tomllib.TOMLDecodeError as problem:
        raise InvalidEntry(tr("{file} is not TOML ({reason}).", file=file, reason=problem), field="form") from None
    asked = tuple(_question(one) for one in keys.tables("asked"))
    names = [one.name for one in asked]
    twice = next((one for one in names if names.count(one) > 1), None)
    if twice is not None:
        raise keys.wrong("asked", tr("{ids} stand there twice", ids=twice))
    form = Form(
        id=name, jurisdiction=jurisdiction, title=keys.both("title"), group=keys.one_of("group", tuple(GROUPS)),
        profile=keys.one_of("profile", _profiles()), lang=cast("Language", keys.one_of("lang", LANGUAGES)),
        addressee=keys.both("addressee", {}), who=keys.both("who", {}), copies=keys.both("copies", {}),
        paper=cast("Any", keys.one_of("paper", ("A4", "Letter"), "A4")), revised=keys.get("revised", bool, False),
        admits=keys.get("admits", bool, False), basis=tuple(_basis(one) for one in keys.tables("basis")),
        required=keys.strings("required"), optional=keys.strings("optional"), asked=asked,
        attachments=_told(keys, "attachments"), warnings=_told(keys, "warnings"),
        deadlines=tuple(_term(one, names) for one in keys.tables("deadlines")), portal=_portal(keys))
    keys.done()
    return form


def _profiles() -> list[str]:
    return sorted(one.name.removesuffix(".toml") for one in resource("profiles").iterdir())


def _told(keys: Keys, key: str) -> tuple[Texts, ...]:
    found = []
    for one in keys.tables(key):
        found.append(one.inline())
        one.done()
    return tuple(found)


def _basis(keys: Keys) -> Basis:
    found = Basis(
        text=keys.inline(), confidence=_confidence(keys), source=keys.get("source", str),
        lenders=keys.strings("lenders", [one.value for one in CreditorKind]),
        products=keys.strings("products", [one.value for one in Product]), since=keys.day_or_none("since"))
    keys.done()
    return found


def _confidence(keys: Keys) -> Confidence:
    return cast("Confidence", keys.one_of("confidence", get_args(Confidence)))


def _question(keys: Keys) -> Question:
    name = keys.get("name", str)
    if not name.isidentifier():
        raise keys.wrong("name", tr("letters, digits and _ only, a letter first"))
    found = Question(
        name=name, text=keys.inline(), required=keys.get("required", bool, False), lines=keys.positive("lines") or 1,
        max_length=keys.positive("max_length"), choices=keys.strings("choices"),
        suggested=keys.get("suggested", dict, {}), without=keys.strings("without"))
    if not set(found.suggested.values()) <= set(found.choices):
        raise keys.wrong("suggested", tr("it should be one of {words}", words=", ".join(found.choices)))
    keys.done()
    return found


def _term(keys: Keys, questions: Sequence[str]) -> Term:
    lengths = {key: keys.positive(key) for key in ("days", "months")} | {"asked": keys.get("asked", str, None)}
    if sum(one is not None for one in lengths.values()) != 1:
        raise keys.wrong("days", tr("a deadline has one of days, months and asked"))
    if lengths["asked"] is not None and lengths["asked"] not in questions:
        raise keys.wrong("asked", tr("it should be one of {words}", words=", ".join(questions)))
    found = Term(
        text=keys.inline(), working=keys.get("working", bool, False), ours=keys.get("ours", bool, False),
        fixed=keys.get("fixed", bool, False), begins=cast("Any", keys.one_of("begins", BEGINS, "filed")),
        confidence=_confidence(keys), source=keys.get("source", str),
        **{key: one for key, one in lengths.items() if one is not None})
    keys.done()
    return found


def _portal(keys: Keys) -> Portal | None:
    entries = keys.get("portal", dict, None)
    if entries is None:
        return None
    return portal_of(Keys(entries, keys.file, "portal"))


def portal_of(inside: Keys) -> Portal:
    """What a place of filing takes, by the entries that tell it."""
    found = Portal(
        types=inside.strings("types"), max_mb=inside.positive("max_mb", float),
        max_total_mb=inside.positive("max_total_mb", float), max_files=inside.positive("max_files"),
        max_text=inside.positive("max_text"), max_pages=inside.positive("max_pages"),
        embedded=inside.get("embedded", bool, True), confidence=_confidence(inside), source=inside.get("source", str))
    inside.done()
    return found


def within(form: Form, max_mb: float | None, max_pages: int | None) -> Form:
    """The form with what its place of filing takes now, as far as that is given: its own limits may have changed."""
    own = form.portal or Portal(confidence="V", source="the place of filing")
    portal = replace(own, max_mb=max_mb or own.max_mb, max_pages=max_pages or own.max_pages)
    return form if portal == own else replace(form, portal=portal)


def find_form(name: str) -> Form:
    """The form of this id; InvalidEntry names the ones there are."""
    if name in unreadable():
        raise unreadable()[name]
    if name not in forms():
        raise InvalidEntry(tr("There is no filing form “{name}”.", name=name),
                           tr("Known are: {names}.", names=", ".join(sorted(forms()))), field="form")
    return forms()[name]


def offered(jurisdiction: str) -> list[Form]:
    """The forms of a jurisdiction, by id."""
    return [form for form in forms().values() if form.jurisdiction == jurisdiction]


def _text_file(name: str, lang: Language) -> Traversable:
    return form_folders()[name] / f"text.{lang}.txt"


def text_of(form: Form, name: str) -> str | None:
    """The form's own text under the name "text", else a shared part; None when there is none."""
    found = _text_file(form.id, form.lang) if name == "text" else form_part(name)
    return found.read_text(encoding="utf-8") if found.is_file() else None
