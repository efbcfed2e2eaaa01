"""Before anything is filed: every problem of every file, what the portal would refuse, what had better not leave."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from sqlalchemy import select

from casedesk.base.i18n import Language, language, tr, words
from casedesk.base.jobs import Progress, silent
from casedesk.casework import documents, personal_data, templates
from casedesk.casework.evidence import kept
from casedesk.casework.exhibit_order import arranged
from casedesk.casework.forms import Form
from casedesk.exports.exhibits.kinds import ExhibitFile
from casedesk.exports.exhibits.preflight import examine
from casedesk.records import Evidence
from casedesk.records.dossier import Dossier
from casedesk.store.cabinet import Store

MOST_PLACES = 3


class Remark(NamedTuple):
    """One line of the pre-flight, in the person's language; one that blocks stops the package."""

    evidence: uuid.UUID | None
    kind: Literal["file", "type", "size", "number", "privileged", "personal", "letter"]
    message: str
    blocks: bool = False


def look(
    store: Store, matter_id: int, form: Form, progress: Progress = silent, *, exhibits: Sequence[int] | None = None,
) -> list[Remark]:
    """All that should be known before a matter is filed with this form; an empty list says that nothing was found."""
    from casedesk.exports import bundle

    with documents.dossier(store, matter_id, language()) as whole:
        dossier = arranged(whole, exhibits)
        notices = bundle.preflight(dossier, profile=form.profile, lang=language(), progress=progress)
        found = [Remark(one.evidence, "file", one.message, one.blocking) for one in notices]
        return [*found, *_portal(dossier, form), *_privileged(store, matter_id), *_personal(dossier),
                *_letterhead(store, form)]


def _letterhead(store: Store, form: Form) -> Iterator[Remark]:
    """How the letter's PDF will show the firm's template."""
    from casedesk.exports.letters import headed

    template = templates.of_form(store, form.id) if form.has_text else None
    if template is not None:
        yield Remark(None, "letter", headed.told(template))


def _portal(dossier: Dossier, form: Form) -> Iterator[Remark]:
    """What of the originals the portal does not take; the letter and bundle are measured when they are written."""
    portal = form.portal
    chosen = [one for one in dossier.evidence if one.in_bundle]
    if portal is None:
        return
    for one in chosen:
        suffix = one.file_name.rpartition(".")[2].lower()
        if portal.types and suffix not in portal.types:
            yield Remark(one.uuid, "type", tr("“{name}” goes in only within the bundle: the portal takes {types}.",
                                              name=one.caption, types=", ".join(portal.types)))
        if portal.max_mb and one.size > portal.max_mb * 1_000_000:
            yield Remark(one.uuid, "size", tr(
                "“{name}” has {size} MB; the portal takes {most} MB a file.", name=one.caption,
                size=f"{one.size / 1e6:.1f}", most=f"{portal.max_mb:g}"))
    if portal.max_files and len(chosen) > portal.max_files:
        yield Remark(None, "number", tr("There are {n} files; the portal takes {most}.", n=len(chosen),
                                        most=portal.max_files))


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
