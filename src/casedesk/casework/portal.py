"""What the place of filing would not take: of files and text before anything is built, and of what was built."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from casedesk.base.i18n import language, tr
from casedesk.casework.forms import Form, Portal
from casedesk.casework.lacking import value_at
from casedesk.exports.letters.choice import Choice
from casedesk.records import Evidence
from casedesk.records.dossier import Dossier

if TYPE_CHECKING:
    from casedesk.exports.bundle import Exhibit
    from casedesk.exports.bundle.volumes import Volume


class Refused(NamedTuple):
    """Something that the place would not take, in the person's language."""

    evidence: uuid.UUID | None
    kind: str
    message: str


def of_files(dossier: Dossier, form: Form) -> Iterator[Refused]:
    """Of the originals, one by one and together."""
    portal = form.portal
    chosen = [one for one in dossier.evidence if one.in_bundle and not one.privileged]
    if portal is None:
        return
    if portal.types and "pdf" not in portal.types:
        yield Refused(None, "type", tr("The portal takes {types}: letter and bundle are PDFs and cannot go there.",
                                       types=", ".join(portal.types)))
    for one in chosen:
        yield from _of_file(one, portal)
    if portal.max_files and len(chosen) > portal.max_files:
        yield Refused(None, "number", tr("There are {n} files; the portal takes {most}.", n=len(chosen),
                                         most=portal.max_files))
    total = sum(one.size for one in chosen) / 1e6
    if portal.max_total_mb and total > portal.max_total_mb:
        yield Refused(None, "size", tr("All files together have {size} MB; the portal takes {most} MB.",
                                       size=f"{total:.1f}", most=f"{portal.max_total_mb:g}"))


def _of_file(one: Evidence, portal: Portal) -> Iterator[Refused]:
    suffix = one.file_name.rpartition(".")[2].lower()
    if portal.types and suffix not in portal.types:
        yield Refused(one.uuid, "type", tr("“{name}” goes in only within the bundle: the portal takes {types}.",
                                           name=one.caption, types=", ".join(portal.types)))
    if portal.max_mb and one.size > portal.max_mb * 1_000_000:
        yield Refused(one.uuid, "size", tr(
            "“{name}” has {size} MB; the portal takes {most} MB a file.", name=one.caption,
            size=f"{one.size / 1e6:.1f}", most=f"{portal.max_mb:g}"))


def of_text(form: Form, length: int, choice: Choice) -> Iterator[str]:
    """Of a letter's text of so many characters, and of the answers it asked for."""
    if form.portal is not None and form.portal.max_text and length > form.portal.max_text:
        yield tr("The text has {n} characters; the portal takes {most}.", n=f"{length:,}",
                 most=f"{form.portal.max_text:,}")
    for one in form.asked:
        answer, label = choice.answers.get(one.name, "").strip(), one.text[language()]
        if answer and one.choices and answer not in one.choices:
            yield tr("“{label}” must be one of: {choices}.", label=label, choices=tr("; ").join(one.choices))
        if one.max_length is not None and len(answer) > one.max_length:
            yield tr("“{label}” has {n} characters; at most {most} are taken.", label=label, n=f"{len(answer):,}",
                     most=f"{one.max_length:,}")


def of_answers(form: Form, values: Mapping[str, Any], choice: Choice) -> Iterator[str]:
    """Of what the answers tell although it has no place there, like a name in a text that is made public."""
    for one in form.asked:
        answer = choice.answers.get(one.name, "").casefold()
        for path in one.without:
            found = value_at(values, path)
            if isinstance(found, str) and len(found) > 1 and found.casefold() in answer:
                yield tr("“{label}” tells “{value}”, which has no place there.", label=one.text[language()],
                         value=found)


def of_package(folder: Path, form: Form, volumes: Sequence[Volume], exhibits: Sequence[Exhibit]) -> Iterator[str]:
    """Of a written package."""
    portal = form.portal
    if portal is None:
        return
    files = [path for path in folder.iterdir() if path.is_file()]
    whole = {one.file.name: _uncut(one, exhibits) for one in volumes}
    for path in files:
        if portal.max_mb and path.stat().st_size > portal.max_mb * 1_000_000:
            yield tr("“{name}” has {size} MB; the portal takes {most} MB a file.", name=path.name,
                     size=f"{path.stat().st_size / 1e6:.1f}", most=f"{portal.max_mb:g}") + whole.get(path.name, "")
    for one in volumes:
        if portal.max_pages and one.last - one.first >= portal.max_pages:
            yield tr("“{name}” has {n} pages; the portal takes {most} a file.", name=one.file.name,
                     n=one.last - one.first + 1, most=portal.max_pages) + whole[one.file.name]
    if portal.max_files and len(volumes) + form.has_text > portal.max_files:
        yield tr("Letter and bundle are {n} files; the portal takes {most}.", n=len(volumes) + form.has_text,
                 most=portal.max_files)
    total = sum(path.stat().st_size for path in files) / 1e6
    if portal.max_total_mb and total > portal.max_total_mb:
        yield tr("All files together have {size} MB; the portal takes {most} MB.", size=f"{total:.1f}",
                 most=f"{portal.max_total_mb:g}")


def _uncut(volume: Volume, exhibits: Sequence[Exhibit]) -> str:
    """Names the document that fills a volume, since none is cut; empty when it is not a single one."""
    inside = [one for one in exhibits if volume.first <= one.first <= volume.last]
    if len(inside) != 1:
        return ""
    return " " + tr("It holds {number} alone, and no document is cut.", number=inside[0].number)
