"""The way of every kept file from receipt on, to be printed: who had it when, and the hash it had then."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from casedesk.base import times
from casedesk.base.i18n import Language, Say, words
from casedesk.exports.letters import pdf
from casedesk.exports.letters.markup import Block, Row
from casedesk.records.dossier import Dossier
from casedesk.records.evidence import CustodyEvent, Evidence


def write(dossier: Dossier, out: Path, *, lang: Language) -> int:
    """Write the PDF; answers its pages. What is privileged is not in it, as in every document that leaves."""
    say = words(lang)
    title = say("Custody of the evidence")
    return pdf.write(list(_blocks(dossier, say, title)), out, lang=lang, title=title)


def _blocks(dossier: Dossier, say: Say, title: str) -> Iterator[Block]:
    events: dict[int, list[CustodyEvent]] = defaultdict(list)
    for event in dossier.custody:
        events[event.evidence_id].append(event)
    yield Block("title", title)
    yield Block("centre", dossier.matter.caption)
    yield Block("text", say(
        "A file's SHA-256 is taken when the firm receives it. That it is still the same shows that the file was not "
        "changed after receipt; it shows nothing of the time before."))
    if dossier.chain_head:
        yield Block("text", say("Head of the record chain (SHA-256): {hash}", hash=dossier.chain_head))
    for one in dossier.evidence:
        yield Block("label", one.caption)
        yield _facts(one, dossier.matter.zone, say)
        yield _events(one, events[one.id], dossier.matter.zone, say)


def _facts(one: Evidence, zone: str, say: Say) -> Block:
    captured = times.show(one.captured_at, zone) if one.captured_at else ""
    told = [(say("File"), one.file_name), (say("Size"), f"{one.size:,} {say('bytes')}"), ("SHA-256", one.sha256),
            (say("Source"), one.source), (say("Original carrier"), one.carrier), (say("Captured at"), captured),
            (say("Captured by"), one.captured_by), (say("Captured how"), one.captured_how),
            (say("Notary deed no."), one.notary_deed)]
    return Block("table", rows=tuple(Row(pair) for pair in told if pair[1]), widths=(1.0, 4.0))


def _events(one: Evidence, events: list[CustodyEvent], zone: str, say: Say) -> Block:
    head = Row((say("Time"), say("Who"), say("Action"), "SHA-256", say("Notes")), "head")
    rows = [Row((times.show(event.at, zone), event.who, say(event.action.label), _same(event.digest, one.sha256, say),
                 event.notes)) for event in sorted(events, key=lambda event: (event.at, event.id))]
    return Block("table", rows=(head, *rows), widths=(3.4, 2.0, 2.4, 2.4, 5.0))


def _same(digest: str, received: str, say: Say) -> str:
    """Whether the hash was the one on receipt; another one is printed whole."""
    return say("as received") if digest == received else digest
