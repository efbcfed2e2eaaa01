"""The evidence bundle, from a dossier to a file that is there whole or not at all."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, fields
from pathlib import Path

from casedesk.base.errors import DocumentError
from casedesk.base.files import syncing, whole_file
from casedesk.base.fonts import code_points
from casedesk.base.i18n import Language, tr, words
from casedesk.base.jobs import Progress, seldom_swept, silent
from casedesk.exports.bundle import annex, chronology, cover, index, looking, plan, sheets, statistics
from casedesk.exports.bundle.binding import Binding
from casedesk.exports.bundle.draft import Draft, Options
from casedesk.exports.bundle.front import Front
from casedesk.exports.bundle.looking import Notice, Problem
from casedesk.exports.bundle.profiles import profile as found_profile
from casedesk.exports.exhibits.assembly import Assembly, Late
from casedesk.exports.exhibits.findings import Examined
from casedesk.exports.statistics import Statistics
from casedesk.records.dossier import Dossier
from casedesk.records.record import Record

_WHOLE = Options()


@dataclass(frozen=True)
class Exhibit:
    """Where an exhibit is in the bundle."""

    number: str
    evidence: uuid.UUID
    first: int
    """Its first and last page, counted through what was filed before and this; the printed numbers, unless these are
    inserted ones."""
    last: int
    pages: str
    """As they are cited."""


@dataclass(frozen=True)
class Result:
    """What was written, and what should be known of it."""

    pages: int
    """Of this document, whatever number the first one bears."""
    last: int
    """The last number of a page that is not inserted."""
    listed: str
    """The printed number of the page that the list of exhibits begins on, ..."""
    contents: int
    """... and the page it ends on."""
    dated: dt.date
    """The day the bundle is as of."""
    groups: int
    """With those that were filed before."""
    exhibits: list[Exhibit]
    problems: list[Problem]
    moved: list[Problem]
    """Of these, where an exhibit stands elsewhere than in what was filed before."""


@seldom_swept()
def write(
    dossier: Dossier, out: Path, *, profile: str = "cn-court", lang: Language = "zh", slip_sheets: bool = False,
    options: Options = _WHOLE, progress: Progress = silent,
) -> Result:
    """Write the bundle; DocumentError names every file that cannot be shown, unless slip sheets are accepted for them.

    The same dossier and options give the same bytes. The dossier's files must stay readable until this returns.
    """
    draft = _draft(dossier, profile, lang, options)
    with _assembly(draft) as assembly:
        found = looking.look(draft, assembly, _stage(progress, 0, 0.25))
        if not slip_sheets and (refused := looking.refusal(draft.exhibits, found, draft.say)):
            raise refused
        _draw(draft, _stage(progress, 0.25, 0.6))
        found, binding = _bound(draft, assembly, found, slip_sheets=slip_sheets, progress=_stage(progress, 0.6, 0.9))
        with closing(binding.sections), whole_file(out, error=DocumentError) as part:
            progress(90, 100, out.name)
            binding.save(part)
            with syncing(part):
                binding.sections.close()  # to free so much takes as long as the disk does
    progress(100, 100, out.name)
    places = list(_places(binding))
    moved = list(_moved(draft, places))
    fresh = sum(group.exhibits[0].behind is None for group in draft.groups)
    contents = binding.map.places.get(index.KEY, plan.Place(0))
    return Result(binding.map.total, binding.last, binding.printed(contents.page) if contents.page else "",
                  contents.last, draft.dated, options.filed.groups + fresh, places,
                  [*_problems(draft, found), *moved], moved)


def preflight(
    dossier: Dossier, *, profile: str = "cn-court", lang: Language = "zh", options: Options = _WHOLE,
    most_pages: int | None = None, progress: Progress = silent,
) -> list[Notice]:
    """What each chosen file is like, before anything is built; nothing is raised for what is in a file.

    With `most_pages` a file of more is told: it would have to be cut.
    """
    draft = _draft(dossier, profile, lang, options)
    with _assembly(draft) as assembly:
        found = looking.look(draft, assembly, progress)
        long = list(looking.long(draft, found, most_pages)) if most_pages else []
        unfit = list(looking.unfit(draft, found))
    return [*looking.notices(draft.exhibits, found, draft.say), *long, *unfit]


def _draft(dossier: Dossier, name: str, lang: Language, options: Options) -> Draft:
    chosen = found_profile(name, lang)
    running = dossier.matter.case_number or dossier.matter.ref
    return Draft(
        dossier=dossier, profile=chosen, lang=lang, say=words(lang), options=options,
        groups=plan.groups(dossier.evidence, chosen, options.filed), front=Front(chosen.paper, running),
        statistics=Statistics(chosen.night))


def _assembly(draft: Draft) -> Assembly:
    return Assembly(draft.say, paper=draft.profile.paper, office=draft.options.office,
                    together=draft.options.pictures_a_sheet)


def _draw(draft: Draft, progress: Progress) -> None:
    """All front pages. The chronology comes first, since it counts; the list of contents last, since it names them."""
    say = draft.say
    first = draft.front.part("cover", say("Cover"), head=False)
    contents = draft.front.part(index.KEY, draft.titled(draft.profile.index))
    counted = draft.front.part(statistics.KEY, say("Statistics of contacts"))
    told = draft.front.part(chronology.KEY, say("Chronology"))
    single = draft.front.part(sheets.KEY, say("Incident sheets"))
    further = {key: draft.front.part(key, say(title)) for key, title in annex.TITLES.items()}
    for record in _records(draft.dossier):
        draft.noticed(record.changed_at)
    chronology.draw(draft, told, progress)
    sheets.draw(draft, single, progress)
    annex.draw(draft, further)
    if draft.wants(statistics.KEY):
        statistics.draw(draft, counted)
    if draft.wants(index.KEY):
        index.draw(draft, contents)
    if draft.wants("cover"):
        cover.draw(draft, first)


def _records(dossier: Dossier) -> Iterator[Record]:
    """All but the incidents, which are walked later."""
    yield dossier.matter
    yield dossier.client
    for place in fields(dossier):
        if place.name not in {"matter", "client", "incidents"}:
            found = getattr(dossier, place.name)
            yield from (one for one in found if isinstance(one, Record)) if isinstance(found, list | tuple) else ()


def _bound(
    draft: Draft, assembly: Assembly, found: list[Examined], *, slip_sheets: bool, progress: Progress,
) -> tuple[list[Examined], Binding]:
    """The exhibits put together and stamped. A file found to be damaged only now is treated like one found before."""
    slipped: dict[int, Examined] = {}
    while True:
        try:
            found = assembly.counted(found)
            binding = Binding(draft, assembly.extents(found))
            with ExitStack() as undone:
                undone.callback(binding.sections.close)
                for section, last in assembly.sections(found, progress):
                    binding.add(section, last=last)
                    del section  # or it would be held while the next is made
                undone.pop_all()
            return found, binding
        except Late as late:
            number = next(number for number, one in enumerate(found) if one is late.exhibit)
            slipped[number] = looking.slipped(looking.files(draft)[number], late.problem)
        found = [slipped.get(number, one) for number, one in enumerate(looking.look(draft, assembly, silent))]
        if not slip_sheets and (refused := looking.refusal(draft.exhibits, found, draft.say)):
            raise refused


def _stage(progress: Progress, start: float, end: float) -> Progress:
    """The part of the whole job that goes from `start` to `end`."""
    def told(done: int, total: int, note: str = "") -> None:
        progress(round(100 * (start + (end - start) * done / max(total, 1))), 100, note)
    return told


def _places(binding: Binding) -> Iterator[Exhibit]:
    for exhibit in binding.draft.exhibits:
        place, before = binding.map.places[exhibit.key], binding.draft.options.filed.pages
        yield Exhibit(exhibit.number, exhibit.evidence.uuid, before + place.page, before + place.last,
                      binding.cited(place))


def _problems(draft: Draft, found: list[Examined]) -> Iterator[Problem]:
    for notice in looking.notices(draft.exhibits, found, draft.say):
        yield Problem(notice.evidence, notice.message)
    for char in draft.front.letters.missing:
        yield Problem(None, tr("No typeface has the character {char}; its code point is printed.",
                               char=code_points(char)))
    if draft.wants(sheets.KEY) and not draft.has_sheets and draft.dossier.incident_count:
        yield Problem(None, tr("More than {n} incidents: incident sheets are left out; the chronology holds all "
                               "words.", n=f"{draft.options.sheets_at_most:,}"))


def _moved(draft: Draft, places: list[Exhibit]) -> Iterator[Problem]:
    """The exhibits that stand elsewhere than in what was filed before, told whoever must correct what cites them."""
    for exhibit, place in zip(draft.exhibits, places, strict=True):
        was = draft.options.cited.get(place.evidence)
        if was is not None and (was.number, was.pages) != (place.number, place.pages):
            yield Problem(place.evidence, tr(
                "{name}: now {number}, pages {pages}. {was}. Citations of it must follow.",
                name=looking.named(exhibit.evidence), number=place.number, pages=place.pages,
                was=tr("As filed on {day}: {number}, pages {pages}", **was._asdict())))
