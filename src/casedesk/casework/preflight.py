"""Before anything is filed: every problem of every file, what the portal would refuse, what had better not leave."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import select

from casedesk.base.i18n import Language, language, tr, words
from casedesk.base.jobs import Progress, silent
from casedesk.casework import documents, letters, personal_data, portal, templates
from casedesk.casework.earlier import Earlier
from casedesk.casework.evidence import kept
from casedesk.casework.exhibit_order import arranged
from casedesk.casework.forms import Form
from casedesk.exports.exhibits.kinds import ExhibitFile
from casedesk.exports.exhibits.preflight import examine
from casedesk.exports.exhibits.readable import page_texts
from casedesk.exports.letters.choice import Choice
from casedesk.records import Evidence
from casedesk.records.dossier import Dossier
from casedesk.store.cabinet import Store

MOST_PLACES = 3


class Remark(NamedTuple):
    """One line of the pre-flight, in the person's language; one that blocks stops the package."""

    evidence: uuid.UUID | None
    kind: str
    """file, type, size, number, privileged, personal or letter."""
    message: str
    blocks: bool = False


def look(
    store: Store, matter_id: int, form: Form, progress: Progress = silent, *, choice: Choice | None = None,
    follows: Earlier | None = None,
) -> list[Remark]:
    """All that should be known before a matter is filed with this form; an empty list says that nothing was found."""
    from casedesk.exports import bundle

    choice = choice or Choice()
    with documents.dossier(store, matter_id, language()) as whole:
        dossier = (follows or Earlier()).without(arranged(whole, choice.exhibits))
        notices = bundle.preflight(dossier, profile=form.profile, lang=language(), progress=_half(progress, 0),
                                   most_pages=form.portal.max_pages if form.portal else None)
        return [*(Remark(one.evidence, "file", one.message, one.blocking) for one in notices),
                *(Remark(*one) for one in portal.of_files(dossier, form)), *_privileged(store, matter_id),
                *_personal(dossier), *_in_files(store, dossier, _half(progress, 1)),
                *(Remark(None, "letter", told) for told in letters.refused(store, dossier, form, choice)),
                *_letterhead(store, form)]


def _half(progress: Progress, place: int) -> Progress:
    """The first or the second half of the whole job."""
    def told(done: int, total: int, note: str = "") -> None:
        progress(total * place + done, 2 * total, note)
    return told


def _letterhead(store: Store, form: Form) -> Iterator[Remark]:
    """How the letter's PDF will show the firm's template."""
    from casedesk.exports.letters import headed

    template = templates.of_form(store, form.id) if form.has_text else None
    if template is not None:
        yield Remark(None, "letter", headed.told(template))


def _privileged(store: Store, matter_id: int) -> Iterator[Remark]:
    with store.read() as session:
        kept_back = session.scalars(select(Evidence).where(
            Evidence.matter_id == matter_id, Evidence.in_bundle, Evidence.privileged.is_(True)).order_by(Evidence.id))
        for one in kept_back:
            yield Remark(one.uuid, "privileged", tr("“{name}” is privileged and stays here.", name=one.caption))


def _personal(dossier: Dossier) -> Iterator[Remark]:
    """Numbers of persons that stand openly in what would be printed."""
    for number, places in personal_data.in_dossier(dossier).items():
        told = tr("; ").join(places[:MOST_PLACES]) + (" …" if len(places) > MOST_PLACES else "")
        yield Remark(None, "personal", tr("{kind} ending in {tail} stands openly in: {places}", kind=tr(number.kind),
                                          tail=number.tail, places=told))


def _in_files(store: Store, dossier: Dossier, progress: Progress) -> Iterator[Remark]:
    """Numbers of persons that can be read on the pages of an exhibit, each where it first stands."""
    chosen = [one for one in dossier.evidence if one.in_bundle]
    for done, one in enumerate(chosen):
        progress(done, len(chosen), one.caption)
        seen: dict[personal_data.Number, int] = {}
        for page, text in enumerate(page_texts(exhibit_file(store, one), words(language())), 1):
            for number in personal_data.numbers(text):
                seen.setdefault(number, page)
        if seen:
            told = [tr("{kind} ending in {tail} (page {page})", kind=tr(number.kind), tail=number.tail, page=page)
                    for number, page in seen.items()]
            more = tr(" and {n} more", n=len(told) - MOST_PLACES) if len(told) > MOST_PLACES else ""
            yield Remark(one.uuid, "personal", tr("“{name}” shows openly: {numbers}", name=one.caption,
                                                  numbers=tr("; ").join(told[:MOST_PLACES]) + more))


@dataclass(frozen=True)
class Trouble:
    """A file that would stop the bundle."""

    evidence_id: int
    name: str
    file_name: str
    message: str
    hint: str
    needs_password: bool


def troubles(store: Store, matter_id: int, lang: Language, progress: Progress = silent) -> list[Trouble]:
    """Every file of the bundle that cannot be shown, in the words of `lang`; empty when all can."""
    with store.read() as session:
        wanted = session.scalars(select(Evidence).where(
            Evidence.matter_id == matter_id, Evidence.in_bundle, Evidence.privileged.is_(False)).order_by(Evidence.id))
        chosen = wanted.all()
    found = []
    for done, one in enumerate(chosen):
        progress(done, len(chosen), one.caption)
        examined = examine(exhibit_file(store, one), words(lang))
        if examined.problem is not None:
            problem = examined.problem
            found.append(Trouble(one.id, one.caption, one.file_name, problem.message, problem.hint,
                                 examined.needs_password))
    progress(len(chosen), len(chosen), "")
    return found


def exhibit_file(store: Store, one: Evidence) -> ExhibitFile:
    """A piece of evidence as a file that can be drawn."""
    return ExhibitFile(
        key=str(one.uuid), title=one.name, file_name=one.file_name, size=one.size, sha256=one.sha256,
        open=lambda: store.vault.open(kept(one)), media_type=one.media_type, password=one.password or None,
        duration_s=one.duration, transcript=one.transcript)
