"""Letters of a matter: what a form still lacks, and the letter itself as DOCX and PDF."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from casedesk.base import scratch
from casedesk.base.errors import InvalidEntry
from casedesk.base.i18n import language, tr, trn, words
from casedesk.casework import documents, portal, templates
from casedesk.casework.exhibit_order import arranged
from casedesk.casework.forms import Basis, Form, Term, find_form, text_of
from casedesk.casework.lacking import Lacking, draft_sheet, lacking, place_at, value_at
from casedesk.casework.names import safe_name
from casedesk.casework.restarts import restart_warning
from casedesk.exports.letters.choice import UNBOUND, Asked, Bound, Choice
from casedesk.records import Debt, User
from casedesk.records.dossier import Dossier
from casedesk.records.rights import Right
from casedesk.records.words import FindingState
from casedesk.store.cabinet import Store

if TYPE_CHECKING:
    from casedesk.exports.letters.markup import Block
    from casedesk.exports.letters.text import Filled
    from casedesk.exports.pages import Paper

__all__ = ["Bound", "Checklist", "Choice", "Lacking", "Letter", "checklist", "choose", "preview", "value_at",
           "write", "write_letter"]


@dataclass(frozen=True)
class Checklist:
    """What a lawyer looks at before a form is filed."""

    form: Form
    missing: list[Lacking]
    basis: Sequence[Basis]
    attachments: list[str]
    copies: str
    deadlines: Sequence[Term]
    remarks: list[str] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        return not any(one.required for one in self.missing)


@dataclass(frozen=True)
class Letter:
    """What was written: the DOCX to edit, the PDF to file, and what is missing in them."""

    docx: Path
    pdf: Path
    pages: int
    missing: list[Lacking]


def checklist(store: Store, matter_id: int, form_id: str, choice: Choice | None = None) -> Checklist:
    """What the form still lacks and what goes with it, in the person's language."""
    form, choice = find_form(form_id), choice or Choice()
    with documents.dossier(store, matter_id, form.lang) as whole:
        dossier = arranged(whole, choice.exhibits)
        values = _values(store, dossier, form, choice)
        filled = _filled(store, form, values)
        return Checklist(
            form, list(lacking(form, values, filled, language())), form.basis, [_in(one) for one in form.attachments],
            _in(form.copies), form.deadlines,
            [*_restarts(store, matter_id, form, choice), *_remarks(form, dossier, filled, choice),
             *portal.of_answers(form, values, choice)])


def admitted(store: Store, matter_id: int, form: Form, choice: Choice) -> int | None:
    """The debt that the form's letter would admit; None where it admits none."""
    if not form.admits or choice.debt is not None:
        return choice.debt if form.admits else None
    with store.read() as session:
        return session.scalars(select(Debt.id).where(Debt.matter_id == matter_id).order_by(Debt.id)).first()


def _restarts(store: Store, matter_id: int, form: Form, choice: Choice) -> Iterator[str]:
    """What the letter does to the limitation of the debt it admits, unless a lawyer said before to go on."""
    debt = admitted(store, matter_id, form, choice)
    told = restart_warning(store, debt, "letter", _today()) if debt is not None else None
    if told is not None:
        yield f"{told.by(tr)} {told.source.by(tr)}"


def choose(store: Store, matter_id: int, *, debt: str = "", answers: Mapping[str, str]) -> Choice:
    """A choice by contract number; InvalidEntry when no debt of the matter bears it."""
    if not debt:
        return Choice(answers=answers)
    with store.read() as session:
        found = session.scalars(select(Debt.id).where(
            Debt.matter_id == matter_id, Debt.contract_number == debt)).first()
    if found is None:
        raise InvalidEntry(tr("No debt of this matter has the contract number {number}.", number=debt),
                           tr("Type it as it stands in the debt."), field="debt")
    return Choice(debt=found, answers=answers)


def write(
    store: Store, matter_id: int, form_id: str, folder: Path, choice: Choice | None = None,
) -> Letter:
    """Write the form's letter into a folder; a draft that lacks something begins with the list of it."""
    store.require(Right.EXPORT)
    form, choice = find_form(form_id), choice or Choice()
    with documents.dossier(store, matter_id, form.lang) as dossier:
        return write_letter(store, arranged(dossier, choice.exhibits), form, folder, choice)


def preview(store: Store, matter_id: int, form: Form, choice: Choice) -> bytes:
    """The letter's PDF as it would be filed, to be looked at before anything is written."""
    with documents.dossier(store, matter_id, form.lang) as whole, scratch.folder() as folder:
        made = _write_letter(store, arranged(whole, choice.exhibits), form, Path(folder), choice)
        return made.pdf.read_bytes()


def write_letter(
    store: Store, dossier: Dossier, form: Form, folder: Path, choice: Choice, *,
    bound: Bound = UNBOUND,
) -> Letter:
    """The same from a dossier at hand, with the bundle it goes with."""
    store.require(Right.EXPORT)
    return _write_letter(store, dossier, form, folder, choice, bound=bound)


def _write_letter(
    store: Store, dossier: Dossier, form: Form, folder: Path, choice: Choice, *,
    bound: Bound = UNBOUND,
) -> Letter:
    from casedesk.exports.letters import headed, pdf, word

    values = _values(store, dossier, form, choice, bound)
    filled = _filled(store, form, values)
    missing = list(lacking(form, values, filled, language()))
    title = form.title[form.lang]
    docx, printed = (folder / f"{safe_name(title)}.{kind}" for kind in ("docx", "pdf"))
    blocks = _with_draft_sheet(form, values, filled)
    template, value = templates.of_form(store, form.id), partial(_named, values, form)
    word.write(blocks, docx, lang=form.lang, title=title, letter=form.paper == "Letter", template=template, value=value)
    if template is None:
        count = pdf.write(blocks, printed, lang=form.lang, title=title, paper=_paper(form))
    else:
        count = headed.write(blocks, printed, docx=docx, template=template, value=value, lang=form.lang, title=title,
                             paper=_paper(form))
    return Letter(docx, printed, count, missing)


def _paper(form: Form) -> Paper:
    from casedesk.exports.pages import A4, LETTER

    return LETTER if form.paper == "Letter" else A4


def _with_draft_sheet(form: Form, values: Mapping[str, Any], filled: Filled) -> list[Block]:
    return [*draft_sheet(list(lacking(form, values, filled, form.lang)), form.lang), *filled.blocks]


def _values(
    store: Store, dossier: Dossier, form: Form, choice: Choice, bound: Bound = UNBOUND,
) -> dict[str, Any]:
    from casedesk.exports.bundle.profiles import profile
    from casedesk.exports.letters.told import told

    with store.read() as session:
        name = dossier.matter.responsible
        lawyer = session.scalars(select(User).where(User.name == name)).first() or (User(name=name) if name else None)
    asked = [Asked(one.name, one.text[form.lang]) for one in form.asked]
    values = told(dossier, profile(form.profile, form.lang), choice, asked, lawyer=lawyer, bound=bound,
                  on=_today())
    lenders = {str(kind) for kind in (values["creditor"]["kind"], values["debt"]["lender"]["kind"]) if kind}
    product, last = values["debt"]["product"] or None, values["count"]["last"] or None
    basis = [one for one in form.basis if one.printed and one.fits(lenders, product, last)]
    return values | {"basis": [one.text[form.lang] for one in basis],
                     "title": form.title[form.lang], "addressee": form.addressee.get(form.lang, "")}


def _filled(store: Store, form: Form, values: Mapping[str, Any]) -> Filled:
    """The form's text, and what it lacks; so does what stands in the firm's own template round it."""
    from casedesk.exports.letters.places import named
    from casedesk.exports.letters.text import Filled, fill
    from casedesk.exports.letters.values import Missing

    if not form.has_text:
        return Filled([], [])
    filled = fill("text", partial(text_of, form), values, form.lang, month_first=form.month_first)
    template = templates.of_form(store, form.id)
    for path in named(template) if template is not None else ():
        try:
            found = place_at(values, path)
        except (KeyError, TypeError):
            found = Missing(path, f"{{{{{path}}}}}")
        if isinstance(found, Missing) and found not in filled.missing:
            filled.missing.append(found)
    return filled


def _named(values: Mapping[str, Any], form: Form, path: str) -> str:
    from casedesk.exports.letters.values import Writer

    say = words(form.lang)
    try:
        return Writer(form.lang, form.month_first).write(place_at(values, path))
    except (KeyError, TypeError):
        return say("[unknown place: {path}]", path=path)


def _remarks(form: Form, dossier: Dossier, filled: Filled, choice: Choice) -> Iterator[str]:
    yield from map(_in, form.warnings)
    undecided = sum(one.state in (FindingState.OPEN, FindingState.QUESTION) for one in dossier.findings)
    if undecided:
        yield trn("{n} finding is undecided: an indicator for a lawyer's review.",
                  "{n} findings are undecided: indicators for a lawyer's review.", undecided)
    unsure = [_in(one.text) for one in form.basis if not one.printed]
    if unsure:
        yield tr("Not printed, to be checked first: {law}.", law=tr("; ").join(unsure))
    yield from _suggested(form, dossier)
    yield from portal.of_text(form, _length(filled), choice)
    debts = len(dossier.debts)
    if debts > 1:
        yield tr("This matter has {n} debts; check that the right one was chosen.", n=debts)


def _suggested(form: Form, dossier: Dossier) -> Iterator[str]:
    """The answers that findings point to, but for those dismissed."""
    rules = {one.rule for one in dossier.findings if one.state in (FindingState.OPEN, FindingState.CONFIRMED)}
    for one in form.asked:
        said = [answer for answer in one.choices if any(
            answer == pointed and any(f"{rule}.".startswith(f"{group}.") for rule in rules)
            for group, pointed in one.suggested.items())]
        if said:
            yield tr("“{label}”: findings point to {choices}.", label=_in(one.text), choices=tr("; ").join(said))


def refused(store: Store, dossier: Dossier, form: Form, choice: Choice) -> list[str]:
    """What of the letter's text the place of filing would not take."""
    values = _values(store, dossier, form, choice)
    return [*portal.of_text(form, _length(_filled(store, form, values)), choice),
            *portal.of_answers(form, values, choice)]


def _length(filled: Filled) -> int:
    return sum(len(block.text) + sum(len(cell) for row in block.rows for cell in row.cells) for block in filled.blocks)


def _today() -> dt.date:
    return dt.datetime.now().astimezone().date()


def _in(texts: Mapping[str, str]) -> str:
    return texts.get(language(), "")
