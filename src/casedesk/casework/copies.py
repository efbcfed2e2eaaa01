"""Copies for those who may not see everything: numbers black, pictures as decided, originals kept back, all listed."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from casedesk.base import scratch
from casedesk.base.errors import DocumentError, InvalidEntry
from casedesk.base.i18n import N_, Language, Say, tr, trn, words
from casedesk.base.jobs import Progress, silent
from casedesk.casework import documents, package, personal_data
from casedesk.exports.cleaning import Find, masked
from casedesk.exports.redaction import Redacted, Treatment, pages_where, picture_pages, redact
from casedesk.records.dossier import Dossier
from casedesk.records.masking import Masking, decided
from casedesk.records.rights import Right
from casedesk.records.words import MaskDecision, RecipientKind
from casedesk.store.cabinet import Store

_LANGUAGES: tuple[Language, ...] = ("zh", "en")
_HOW = {"blacked": N_("black in {n} places, as marked by a person"),
        "shown": N_("shown as it is, decided by a person"), "withheld": N_("withheld, decided by a person"),
        "undecided": N_("withheld: nobody has masked its pictures yet"),
        "unmasked": N_("shown as it is; nobody has masked its pictures")}


class Pictured(NamedTuple):
    """An exhibit with pictures, and how the copy shows it: a key of what is said of it."""

    number: str
    name: str
    how: str
    places: int = 0

    def told(self, say: Say) -> str:
        """How it is shown, in words."""
        return say(_HOW[self.how], n=self.places)


@dataclass
class Copied:
    """What a masked copy withholds: numbers in each file, and what became of each exhibit with pictures."""

    files: dict[str, Redacted] = field(default_factory=dict)
    pictured: list[Pictured] = field(default_factory=list)
    doubtful: dict[str, list[int]] = field(default_factory=dict)
    """Pages of each file with digits like a person's number that fail its check: a person must look at them."""

    def told(self) -> Iterator[str]:
        """How each exhibit with pictures is shown, what is black, and what a person must look at."""
        for one in self.pictured:
            yield tr("{number}  {name}: {how}.", number=one.number, name=one.name, how=one.told(tr))
        for name, found in self.files.items():
            yield trn("{name}: {n} place blacked out.", "{name}: {n} places blacked out.", len(found.withheld),
                      name=name)
            if found.pictures:
                yield tr("{name}: look at the pictures on the pages {pages}.", name=name,
                         pages=", ".join(map(str, found.pictures)))
            if self.doubtful[name]:
                yield tr("{name}: digits like a person's number that fail its check are left on the pages {pages}; "
                         "look at them.", name=name, pages=", ".join(map(str, self.doubtful[name])))


@dataclass(frozen=True)
class For:
    """Whom the copy is for; `unmasked` shows pictures that nobody has decided about."""

    name: str
    kind: RecipientKind = RecipientKind.ANY
    unmasked: bool = False


def masked_copy(
    store: Store, matter_id: int, packed: Path, out: Path, *, recipient: For, lang: Language,
    progress: Progress = silent,
) -> Copied:
    """A package's copy for somebody else: its PDFs redacted, with the list of what is withheld.

    Resident identity, bank card, social security and National Insurance numbers go, document numbers of client and
    guarantors, telephones of contact persons and guarantors, and notes written on pages. An exhibit with pictures is
    shown as it was decided for this kind of recipient; undecided it
    is withheld. DOCX, workbook and originals are kept back.
    """
    store.require(Right.EXPORT)
    if out.exists():
        raise DocumentError(tr("{path} exists already.", path=out), tr("Choose a new folder for the package."))
    told = package.whole_manifest(packed)
    with (documents.dossier(store, matter_id, lang) as dossier, _unpacked(packed) as whole,
          package.whole_folder(out) as folder):
        if dossier.matter.ref != told["matter"]:  # whose numbers are to be black is known there alone
            raise InvalidEntry(tr("This package was made of the matter {ref}.", ref=told["matter"]),
                               tr("Make the copy there."), field="package")
        find, done = personal_data.finder(dossier), Copied()
        doubt = partial(personal_data.doubtful, find=find)
        plan = _Plan(told, dossier, recipient, words(lang), find)
        pages, lists = sorted(whole.glob("*.pdf")), {words(one)("File hashes.pdf") for one in _LANGUAGES}
        for number, file in enumerate(pages):
            progress(number, len(pages), file.name)
            if file.name not in lists:
                treated = plan.of(file)
                found = redact(file, folder / file.name, find, treated)
                done.files[file.name] = found._replace(
                    pictures=[page for page in found.pictures if page not in plan.looked_at])
                decided_on = {page for page, one in treated.items() if not one.unsure}
                done.doubtful[file.name] = [page for page in pages_where(file, doubt) if page - 1 not in decided_on]
        done.pictured = plan.pictured
        kept_back = [masked(name, find) for name in _kept_back(whole)]
        _list_withheld(folder, done, kept_back, recipient=recipient.name, lang=lang)
        package.seal_folder(folder, lang, {**{key: told[key] for key in ("form", "matter", "chain_head")},
                                           "copy_of": told["seal"], "recipient": recipient.name})
    package.zip_folder(out, out.with_name(out.name + ".zip"))
    return done


@contextmanager
def _unpacked(packed: Path) -> Iterator[Path]:
    """The folder of a package, folder or ZIP."""
    if packed.is_dir():
        yield packed
        return
    with scratch.folder() as folder, zipfile.ZipFile(packed) as archive:
        archive.extractall(folder)
        yield Path(folder)


class _Plan:
    """What is done to each page that shows pictures, by what was decided of its exhibit."""

    def __init__(self, told: Mapping[str, Any], dossier: Dossier, recipient: For, say: Say, find: Find) -> None:
        self._told, self._recipient, self._say, self._find = told, recipient, say, find
        self._kept = {str(one.uuid): one.maskings for one in dossier.evidence}
        self.pictured: list[Pictured] = []
        self.looked_at: set[int] = set()
        """Pages of the file asked for last, from 1, that a person has looked at."""

    def of(self, file: Path) -> dict[int, Treatment]:
        """The treatment of a file's pages, from 0; letters and lists have none."""
        self.looked_at = set()
        where, revised = self._where(file), file.name in self._told["bundle"]["revised"]
        if not (where or revised):
            return {}
        shown = picture_pages(file)
        treated: dict[int, Treatment] = {}
        for entry in self._told["evidence"]:
            first, last = entry["pages"] or (0, -1)
            own = [where[page] for page in range(first, last + 1) if page in where]
            if any(page in shown for page in own):
                treated |= self._exhibit(entry, own, shown)
        if revised:  # of what was filed before nobody can be asked here
            late, say = set(where.values()), self._say
            lines = [say("Withheld: filed before, its pictures are not masked.")]
            treated |= {page: Treatment(unsure=lines) if self._recipient.unmasked else Treatment(instead=lines)
                        for page in shown if page not in late}
        return treated

    def _where(self, file: Path) -> dict[int, int]:
        """Where in a file each page of the bundle, as the manifest counts them, is; empty when it has none."""
        from casedesk.exports.bundle.volumes import late_places

        files = self._told["bundle"]["files"]
        if file.name in self._told["bundle"]["revised"]:
            late = late_places(file, [file.with_name(one["path"]) for one in files])
            return {files[0]["first"] + page: place for page, place in late.items()}
        return {page: page - one["first"] for one in files if one["path"] == file.name
                for page in range(one["first"], one["last"] + 1)}

    def _exhibit(
        self, entry: Mapping[str, Any], own: Sequence[int], shown: Mapping[int, tuple[int, int]],
    ) -> dict[int, Treatment]:
        decision = decided(self._kept.get(entry["id"], ()), self._recipient.kind)
        if decision is not None and decision.decision is MaskDecision.BLACKED and not _fits(decision, own, shown):
            decision = None
        how = "unmasked" if self._recipient.unmasked else "undecided"
        how = how if decision is None else str(decision.decision)
        places = len(decision.places) if decision is not None else 0
        name, say = masked(entry["name"], self._find), self._say
        self._note(Pictured(entry["exhibit"], name, how, places))
        if how == "unmasked":
            why = say("Withheld: the picture's own text has a number of a person, and where the picture shows it is "
                      "not sure.")
            return {page: Treatment(unsure=[f"{entry['exhibit']}  {name}", why]) for page in own}
        if how == "shown":
            self.looked_at |= {page + 1 for page in own}
            return {}
        if how == "blacked" and decision is not None:
            return {page: Treatment([one[1:5] for one in decision.places if one.page == number])
                    for number, page in enumerate(own, 1)}
        lines = [f"{entry['exhibit']}  {name}", Pictured("", "", how).told(self._say)]
        return {page: Treatment(instead=lines) for page in own}

    def _note(self, one: Pictured) -> None:
        if one not in self.pictured:
            self.pictured.append(one)


def _fits(decision: Masking, own: Sequence[int], shown: Mapping[int, tuple[int, int]]) -> bool:
    """Whether the places were marked on pages like these."""
    return all(one.page <= len(own) and shown.get(own[one.page - 1], (one.width, one.height)) == (one.width, one.height)
               for one in decision.places)


def _kept_back(packed: Path) -> list[str]:
    return sorted(path.relative_to(packed).as_posix() for path in packed.rglob("*")
                  if path.is_file() and (path.suffix in (".docx", ".xlsx") or path.parent.name == package.ORIGINALS))


def _list_withheld(folder: Path, done: Copied, kept_back: list[str], *, recipient: str, lang: Language) -> None:
    """The list of what is withheld and why, and which pages no program has read."""
    from casedesk.exports.letters import pdf
    from casedesk.exports.letters.markup import Block, Row

    say = words(lang)
    rows = [Row((name, str(one.page), say(one.kind), f"…{one.tail}" if one.tail else ""))
            for name, found in done.files.items() for one in found.withheld]
    doubtful = [f"{name}: {', '.join(map(str, pages))}" for name, pages in done.doubtful.items() if pages]
    unread = [f"{name}: {', '.join(map(str, found.pictures))}" for name, found in done.files.items() if found.pictures]
    pictured = [Row((one.number, one.name, one.told(say))) for one in done.pictured]
    title = say("List of what is withheld")
    blocks = [
        Block("title", title), Block("text", say("Copy for: {recipient}", recipient=recipient)),
        Block("text", say("Reason: numbers of persons that this recipient does not need for what is asked of it.")),
        Block("table", rows=(Row((say("File"), say("Page"), say("Withheld"), say("Ends in")), "head"), *rows),
              widths=(5.0, 1.0, 4.0, 2.0)),
        Block("label", say("Exhibits with pictures")),
        Block("table", rows=(Row((say("No."), say("Exhibit"), say("How it is shown")), "head"), *pictured),
              widths=(1.5, 5.0, 6.0)),
        Block("label", say("Files kept back")), *(Block("flush", name) for name in kept_back),
        Block("label", say("Pages with pictures, to be looked at by a person")), *(
            Block("flush", line) for line in unread or [say("None")]),
        Block("label", say("Pages with digits like a person's number that fail its check, left as they are")), *(
            Block("flush", line) for line in doubtful or [say("None")]),
        Block("text", say("Numbers are known by their form and check digit, or because the records hold them. Names, "
                          "addresses and mistyped numbers were not looked for."))]
    pdf.write(blocks, folder / say("Withheld.pdf"), lang=lang, title=title)
