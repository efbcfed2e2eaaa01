"""The package: bundle, workbook, originals and a manifest a stranger can check."""

from __future__ import annotations

import hashlib
import json
import shutil
import uuid
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple

from casedesk import __version__
from casedesk.base import scratch
from casedesk.base.errors import DocumentError, InvalidEntry, VerificationFailed
from casedesk.base.files import beside, sync_file, sync_folder, whole_file
from casedesk.base.i18n import N_, Language, Say, tr, words
from casedesk.base.jobs import Progress, silent
from casedesk.base.resources import resource_path
from casedesk.casework import documents, filed_packages, lasting, letters, portal
from casedesk.casework.check import Problem
from casedesk.casework.earlier import Earlier
from casedesk.casework.exhibit_order import arranged
from casedesk.casework.forms import Form
from casedesk.casework.letters import Bound, Choice, Letter
from casedesk.casework.names import bundle_name, safe_name
from casedesk.casework.sealing import MANIFEST, STAMP, Sealing, checked, timestamp_server
from casedesk.records.dossier import Dossier
from casedesk.records.rights import Right
from casedesk.store.cabinet import Store

if TYPE_CHECKING:
    from casedesk.exports.bundle import Result
    from casedesk.exports.bundle.added import Supplement
    from casedesk.exports.bundle.volumes import Limits, Volume

VERIFIER, ORIGINALS = "verify.py", "originals"


@dataclass(frozen=True)
class Packed:
    """What was packed: the bundle's pages and exhibits, the letter if the form has one, what should be known of it."""

    bundle: Result
    letter: Letter | None
    seal: str
    """SHA-256 over the manifest: noted down, it proves later that this is the package that was written."""
    remarks: list[str]


def write(
    store: Store, matter_id: int, out: Path, form: Form, *, lang: Language, choice: Choice | None = None,
    follows: Earlier | None = None, slip_sheets: bool = False, sealing: Sealing | None = None, attach: bool = False,
    progress: Progress = silent,
) -> Packed:
    """Write the folder `out` and `out`.zip, whole or not at all; both hold the same files.

    With `follows` only evidence that was not filed before goes in, its numbers and pages running on. The time-stamp
    authority set in the cabinet stamps the manifest; `sealing` says otherwise, and who signs. With `attach` the bundle
    holds the originals too, where the place of filing takes that.
    """
    from casedesk.exports import bundle, workbook
    from casedesk.exports.bundle.profiles import profile

    store.require(Right.FILE)
    if sealing is not None and (sealing.certificate is not None or sealing.token is not None):
        store.require(Right.SIGN)
    if out.exists():
        raise DocumentError(tr("{path} exists already.", path=out), tr("Choose a new folder for the package."))
    if attach and form.portal is not None and not form.portal.embedded:
        raise InvalidEntry(tr("This place takes no PDF with files in it."), tr("Send the originals beside the bundle."),
                           field="attach")
    wanted = sealing or Sealing(server=timestamp_server(store))
    with (wanted.opened() as sealer, whole_folder(out) as folder,
          documents.dossier(store, matter_id, lang) as whole):
        say, before, choice = words(lang), follows or Earlier(), choice or Choice()
        filed = before.filed(whole, inserting=profile(form.profile, lang).inserted)
        dossier = before.without(arranged(whole, choice.exhibits))
        named = partial(bundle_name, profile(form.profile, lang).file, whole.matter, choice.answers)
        file = folder / named(say("Evidence bundle.pdf"))
        options = before.options(filed_packages.cited(store, matter_id, form.group), filed)
        result = bundle.write(dossier, file, profile=form.profile, lang=lang, slip_sheets=slip_sheets,
                              options=options, progress=progress)
        revised = _revised((file, folder / named(say("Revised bundle.pdf"))), form, before,
                           before.supplement(dossier, result), say)
        bundled = _Bundled(result, before, _volumes(file, form, result, before, say), revised)
        told = dossier if lang == form.lang else documents.retold(store, dossier, form.lang)
        letter = letters.write_letter(store, told, form, folder, choice,
                                      bound=Bound(_pages(result), filed)) if form.has_text else None
        workbook.write(dossier, folder / say("Workbook.xlsx"), lang=lang, progress=progress)
        originals = _originals(dossier, folder, progress)
        plain = [*lasting.keep(dossier, result, bundled.volumes, folder, originals if attach else {}),
                 *(told for one in revised for told in lasting.plain(folder / one))]
        unsealed = list(sealer.sign(folder, say))
        seal = seal_folder(folder, lang, _told(dossier, form, originals, bundled) | {"terms": _terms(form, choice)})
        remarks = [*portal.of_package(folder, form, bundled.volumes, result.exhibits), *plain,
                   *dict.fromkeys([*unsealed, *sealer.stamp(folder)])]
    zip_folder(out, out.with_name(out.name + ".zip"))
    return Packed(result, letter, seal, remarks)


class _Bundled(NamedTuple):
    """A bundle in its files."""

    result: Result
    before: Earlier
    volumes: list[Volume]
    revised: list[str]
    """Names of the files that hold what was filed before, too, in order; none where there is no such bundle."""


def _revised(
    files: tuple[Path, Path], form: Form, before: Earlier, supplement: Supplement, say: Say,
) -> list[str]:
    """Late pages in the bundle as filed, beside the new pages alone; volumes that were filed begin where they did."""
    from casedesk.exports.bundle.volumes import page_numbers, revise, split

    if not form.revised or not before.bundle:
        return []
    late, file = files
    cuts = revise(before.bundle, late, file, say, supplement)
    begin = {page_numbers(late)[0], *(one.ends[0] for one in before.evidence.values()),
             *(one.pages.partition("-")[0] for one in supplement.exhibits)}
    starts = [page for page, number in enumerate(page_numbers(file), 1) if number in begin]
    return [one.file.name for one in split(file, starts, _limits(form), say, cuts=cuts)]


def _volumes(file: Path, form: Form, result: Result, before: Earlier, say: Say) -> list[Volume]:
    """The bundle in as many files as the place of filing wants."""
    from casedesk.exports.bundle.volumes import Limits, Volume, split

    if _limits(form) == Limits():
        return [Volume(file, before.pages + 1, before.pages + result.pages)]
    return split(file, [one.first - before.pages for one in result.exhibits], _limits(form), say, before=before.pages)


def _limits(form: Form) -> Limits:
    """What one file may have where it is filed."""
    from casedesk.exports.bundle.volumes import Limits

    place = form.portal
    return Limits(int(place.max_mb * 1_000_000) if place and place.max_mb else None,
                  place.max_pages if place else None)


def _pages(result: Result) -> dict[uuid.UUID, str]:
    return {one.evidence: one.pages for one in result.exhibits}


def _hash_list(folder: Path, lang: Language) -> None:
    """Every file written so far with its size and SHA-256, to be printed and kept on paper."""
    from casedesk.exports.letters import pdf
    from casedesk.exports.letters.markup import Block, Row

    say = words(lang)
    rows = [Row((say("File"), say("Bytes"), "SHA-256"), "head"), *(
        Row((path.relative_to(folder).as_posix(), f"{path.stat().st_size:,}", sha256_of(path)))
        for path in _files(folder))]
    notes = (say("Each file of this package as it was written. A file whose SHA-256 is another was changed since."),
             say("The originals bear the SHA-256 they had when the firm received them. It shows that they were not "
                 "changed after receipt; it shows nothing of the time before."),
             say("To check: python verify.py, in this folder; Python 3.6 or newer, nothing else is needed."))
    blocks = [Block("title", say("List of files and hashes")), *(Block("text", note) for note in notes),
              Block("table", rows=tuple(rows), widths=(20.0, 8.0, 24.0))]
    pdf.write(blocks, folder / say("File hashes.pdf"), lang=lang, title=say("List of files and hashes"))


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


@contextmanager
def whole_folder(out: Path) -> Iterator[Path]:
    """Yield a folder to write into; it becomes `out` when all is written and on the disk, else it is gone."""
    part = beside(out)
    try:
        part.mkdir(parents=True)
        yield part
        for file in part.rglob("*"):
            if file.is_file():
                sync_file(file)
        part.replace(out)
        sync_folder(out.parent)
    except OSError as problem:
        raise DocumentError(tr("{path} cannot be written: {reason}.", path=out, reason=problem.strerror or problem),
                            tr("Choose another place and try again.")) from problem
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _originals(dossier: Dossier, folder: Path, progress: Progress) -> dict[str, str]:
    """Copy every original out, verified; evidence UUID -> path within the package."""
    paths: dict[str, str] = {}
    chosen = [evidence for evidence in dossier.evidence if evidence.in_bundle]
    for number, evidence in enumerate(chosen, 1):
        progress(number, len(chosen), evidence.file_name)
        name = f"{number:04d}-{safe_name(evidence.file_name)}"
        digest = hashlib.sha256()
        (folder / ORIGINALS).mkdir(exist_ok=True)
        with dossier.open_file(evidence) as source, (folder / ORIGINALS / name).open("wb") as target:
            while chunk := source.read(1 << 20):
                digest.update(chunk)
                target.write(chunk)
        if digest.hexdigest() != evidence.sha256:
            raise VerificationFailed(tr("“{name}” is not the file that was received.", name=evidence.caption),
                                     tr("Verify the cabinet and restore the file from a backup."))
        paths[str(evidence.uuid)] = f"{ORIGINALS}/{name}"
    return paths


def seal_folder(folder: Path, lang: Language, told: dict[str, Any]) -> str:
    """Add verifier, list of hashes and manifest, with `told` in it, to a folder's files; answers the seal."""
    shutil.copyfile(resource_path(VERIFIER), folder / VERIFIER)
    _hash_list(folder, lang)
    files = [{"path": path.relative_to(folder).as_posix(), "size": path.stat().st_size, "sha256": sha256_of(path)}
             for path in _files(folder)]
    written = verifier().sealed({
        "format": "casedesk-package", "version": verifier().VERSION, "program": __version__, "digest": "SHA-256",
        **told, "files": files})
    (folder / MANIFEST).write_bytes(written)
    return str(json.loads(written)["seal"])


def _told(dossier: Dossier, form: Form, originals: dict[str, str], bundled: _Bundled) -> dict[str, Any]:
    """What the manifest says beside the files: the form, the bundle's pages, each exhibit and its origin."""
    result, before = bundled.result, bundled.before
    by_uuid = {str(evidence.uuid): evidence for evidence in dossier.evidence}
    pages = {str(exhibit.evidence): exhibit for exhibit in result.exhibits}
    evidence = [{
        "id": uuid, "name": by_uuid[uuid].caption, "file": path, "original_name": by_uuid[uuid].file_name,
        "type": by_uuid[uuid].media_type, "sha256": by_uuid[uuid].sha256,
        "received_at": by_uuid[uuid].created_at.isoformat(), "received_by": by_uuid[uuid].created_by,
        "source": by_uuid[uuid].source, "carrier": by_uuid[uuid].carrier,
        "exhibit": pages[uuid].number if uuid in pages else "",
        "pages": [pages[uuid].first, pages[uuid].last] if uuid in pages else [],
        "printed": pages[uuid].pages if uuid in pages else "",
    } for uuid, path in originals.items()]
    return {
        "form": form.id, "matter": dossier.matter.ref, "chain_head": dossier.chain_head,
        "chain_seq": dossier.chain_seq,
        "follows": before.seal, "bundle": {
            "files": [{"path": one.file.name, "first": one.first, "last": one.last} for one in bundled.volumes],
            "revised": bundled.revised, "first": before.pages + 1, "last": result.last, "groups": result.groups,
            "contents": result.contents},
        "evidence": evidence,
    }


def _terms(form: Form, choice: Choice) -> dict[str, int]:
    """The terms that the letter itself sets, in days, by the question they were asked with."""
    given = {term.asked: choice.answers.get(term.asked, "").strip() for term in form.deadlines if term.asked}
    return {name: int(days) for name, days in given.items() if days.isascii() and days.isdigit()}


@cache
def verifier() -> Any:
    """The program of the package that a stranger checks it with; ours is the same, so that both say the same."""
    loader = SourceFileLoader("casedesk_package_verifier", str(resource_path(VERIFIER)))
    module = ModuleType(loader.name)
    loader.exec_module(module)
    return module


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def zip_folder(folder: Path, out: Path) -> None:
    """Put a folder's files into a ZIP, always the same bytes for the same files."""
    names = [path.relative_to(folder).as_posix() for path in _files(folder)]
    with whole_file(out, error=DocumentError) as part, part.open("wb") as target:
        verifier().pack(names, lambda name: (folder / name).open("rb"), target)


def take_stamp(folder: Path, archive: Path) -> None:
    """Pack a package anew whose time-stamp was put beside its manifest after it was packed, if it is as it was written.

    VerificationFailed when it is not.
    """
    if not (folder / STAMP).is_file():
        return
    with zipfile.ZipFile(archive) as packed:
        if STAMP in packed.namelist():
            return
    manifest(archive)
    manifest(folder)
    zip_folder(folder, archive)


def manifest(path: Path) -> dict[str, Any]:
    """The manifest of a package that verifies, folder or ZIP; VerificationFailed when it is not as it was written."""
    problems = verify(path)
    if problems:
        raise VerificationFailed(problems[0].message, tr("Use the package as it was written."))
    return filed_packages.completed(json.loads(_held(path, MANIFEST) or b"{}"))


def whole_manifest(path: Path) -> dict[str, Any]:
    """The same of a package that is no masked copy; InvalidEntry when it is one."""
    told = manifest(path)
    if "copy_of" in told:
        raise InvalidEntry(tr("{path} is a masked copy for {recipient}.", path=path, recipient=told["recipient"]),
                           tr("Use the package it was made of."), field="package")
    return told


def verify(path: Path) -> list[Problem]:
    """Compare a package, folder or ZIP, with its manifest."""
    try:
        told = verifier().compared(path)
    except verifier().NotAPackage as problem:
        return [_no_package(path, str(problem))]
    said = {"missing": N_("{path} is missing."), "changed": N_("{path} was changed."),
            "extra": N_("{path} does not belong to the package."),
            "twice": N_("{path} is there more than once, or beside a name that some computers take for the same."),
            "misnamed": N_("{path} leads out of the package, or is no file name on every computer.")}
    found = [Problem(name, verdict, tr(said[verdict], path=verifier().shown(name)))
             for name, verdict in told if verdict in said]
    return found or [Problem(name, "changed", message) for name, message in _seals(path)]


def limits(path: Path) -> str:
    """What comparing a package that passed with itself cannot show, and who vouches for it."""
    from casedesk.exports.signing import read_stamp, signatures

    told = tr("Seal {seal}. Whoever could write to the package could have computed all of it anew: compare the seal "
              "with the one that was noted when it was filed, as --cabinet does, or check its time-stamp or "
              "signatures.",
              seal=verifier().seal_of(str(path)))
    lines = [told]
    with _loose(path) as folder:
        if (folder / STAMP).is_file():
            stamp = read_stamp((folder / STAMP).read_bytes(), bytes.fromhex(sha256_of(folder / MANIFEST)))
            lines.append(tr("Time-stamped {time} by {name}; whether that authority is to be trusted was not checked.",
                            time=f"{stamp.at:%Y-%m-%d %H:%M:%S} UTC", name=stamp.by))
        for file in sorted(folder.glob("*.pdf")):
            lines += [tr("{file}: signed by {name}; whether that certificate is to be trusted was not checked.",
                         file=file.name, name=one.by) for one in (signatures(file) if _is_signed(file) else ())]
    return "\n".join(lines)


def _held(path: Path, name: str) -> bytes | None:
    """A file of a package, folder or ZIP."""
    if path.is_dir():
        return (path / name).read_bytes() if (path / name).is_file() else None
    with zipfile.ZipFile(path) as archive:
        return archive.read(name) if name in archive.namelist() else None


@contextmanager
def _loose(path: Path) -> Iterator[Path]:
    """A folder with manifest, time-stamp and PDFs of a package, folder or ZIP."""
    if path.is_dir():
        yield path
        return
    with scratch.folder() as folder, zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name in {MANIFEST, STAMP} or (name.endswith(".pdf") and "/" not in name):
                archive.extract(name, folder)
        yield Path(folder)


def _seals(path: Path) -> Iterator[tuple[str, str]]:
    """What is wrong with time-stamp and signatures of a package, folder or ZIP."""
    with _loose(path) as folder:
        stamp = folder / STAMP
        digest = bytes.fromhex(sha256_of(folder / MANIFEST))
        yield from checked(folder, digest, stamp.read_bytes() if stamp.is_file() else None,
                           (one for one in sorted(folder.glob("*.pdf")) if _is_signed(one)))


def _is_signed(path: Path) -> bool:
    """Whether a signature stands at the end of a PDF, where signing adds it."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - (1 << 18)))
        return b"/ByteRange" in file.read()


def _no_package(path: Path, reason: str) -> Problem:
    if reason == "none":
        return Problem(MANIFEST, "missing", tr("{path} has no {name}.", path=path, name=MANIFEST) + " " + tr(
            "It is not a CaseDesk package, or the manifest was taken away."))
    if reason == "version":
        return Problem(MANIFEST, "changed", tr("The manifest of {path} is of a version that is not known here.",
                                               path=path) + " " + tr("Use the verify.py that came with it."))
    if reason == "manifest":
        return Problem(MANIFEST, "changed", tr("The manifest of {path} cannot be read.", path=path) + " " + tr(
            "It was changed or cut off; ask for the package again."))
    return Problem(path.name, "changed", tr("{path} is not a whole ZIP file ({reason}).", path=path, reason=reason)
                   + " " + tr("Ask for it to be sent again."))
