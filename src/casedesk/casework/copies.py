"""Copies for those who may not see everything: numbers of persons blacked out, originals kept back, all listed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from casedesk.base.errors import DocumentError
from casedesk.base.i18n import Language, tr, words
from casedesk.base.jobs import Progress, silent
from casedesk.casework import documents, package, personal_data
from casedesk.exports.redaction import Found, Redacted, masked, redact
from casedesk.records.dossier import Dossier
from casedesk.records.rights import Right
from casedesk.store.cabinet import Store


def masked_copy(
    store: Store, matter_id: int, packed: Path, out: Path, *, recipient: str, lang: Language,
    progress: Progress = silent,
) -> dict[str, Redacted]:
    """A package's copy for somebody else: its PDFs redacted, with the list of what is withheld.

    Resident identity, bank card and social security numbers go, and telephones of contact persons. DOCX, workbook and
    originals are kept back. Answers what was withheld in each file.
    """
    store.require(Right.EXPORT)
    if out.exists():
        raise DocumentError(tr("{path} exists already.", path=out), tr("Choose a new folder for the package."))
    told = package.manifest(packed)
    with documents.dossier(store, matter_id, lang) as dossier, package.whole_folder(out) as folder:
        phones = _phones(dossier)
        done: dict[str, Redacted] = {}
        pages = sorted(packed.glob("*.pdf"))
        for number, file in enumerate(pages):
            progress(number, len(pages), file.name)
            if file.name != words(lang)("File hashes.pdf"):
                done[file.name] = redact(file, folder / file.name, lambda text: _found(text, phones))
        kept_back = [masked(name, lambda text: _found(text, phones)) for name in _kept_back(packed)]
        _list_withheld(folder, done, kept_back, recipient=recipient, lang=lang)
        package.seal_folder(folder, lang, {**{key: told[key] for key in ("form", "matter", "chain_head")},
                                           "copy_of": told["seal"], "recipient": recipient})
    package.zip_folder(out, out.with_name(out.name + ".zip"))
    return done


def _phones(dossier: Dossier) -> list[str]:
    return [one.phone for one in dossier.contact_persons if one.phone]


def _found(text: str, phones: Sequence[str]) -> list[Found]:
    return [*personal_data.spans(text), *personal_data.phone_spans(text, phones)]


def _kept_back(packed: Path) -> list[str]:
    return sorted(path.relative_to(packed).as_posix() for path in packed.rglob("*")
                  if path.is_file() and (path.suffix in (".docx", ".xlsx") or path.parent.name == package.ORIGINALS))


def _list_withheld(
    folder: Path, done: dict[str, Redacted], kept_back: list[str], *, recipient: str, lang: Language,
) -> None:
    """The list of what is withheld and why, and which pages no program has read."""
    from casedesk.exports.letters import pdf
    from casedesk.exports.letters.markup import Block, Row

    say = words(lang)
    rows = [Row((name, str(one.page), say(one.kind), f"…{one.tail}"))
            for name, found in done.items() for one in found.withheld]
    unread = [f"{name}: {', '.join(map(str, found.pictures))}" for name, found in done.items() if found.pictures]
    title = say("List of what is withheld")
    blocks = [
        Block("title", title), Block("text", say("Copy for: {recipient}", recipient=recipient)),
        Block("text", say("Reason: numbers of persons that this recipient does not need for what is asked of it.")),
        Block("table", rows=(Row((say("File"), say("Page"), say("Withheld"), say("Ends in")), "head"), *rows),
              widths=(5.0, 1.0, 4.0, 2.0)),
        Block("label", say("Files kept back")), *(Block("flush", name) for name in kept_back),
        Block("label", say("Pages with pictures, to be looked at by a person")), *(
            Block("flush", line) for line in unread or [say("None")])]
    pdf.write(blocks, folder / say("Withheld.pdf"), lang=lang, title=title)

