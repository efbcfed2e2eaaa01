"""The certificate that a matter was destroyed, to be printed and signed by the two who did it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from casedesk.base.i18n import Language, Say, words
from casedesk.exports.letters import pdf
from casedesk.exports.letters.markup import Block, Row


def write(told: Mapping[str, Any], out: Path, *, lang: Language) -> None:
    """Write what the certificate's JSON tells as a PDF."""
    say = words(lang)
    title = say("Certificate of destruction")
    pdf.write(list(_blocks(told, say, title)), out, lang=lang, title=title)


def _blocks(told: Mapping[str, Any], say: Say, title: str) -> Iterator[Block]:
    yield Block("title", title)
    yield Block("centre", str(told["matter"]))
    yield Block("text", say(
        "The records of this matter, their words in the history and its evidence files with their keys were destroyed. "
        "The hashes in the history stay, so that it can still be verified."))
    facts = ((say("Matter"), told["matter"]), (say("Identifier"), told["record"]), (say("Reason"), told["reason"]),
             (say("Asked for by"), f"{told['asked_by']}, {_moment(told['asked_at'])}"),
             (say("Carried out by"), f"{told['done_by']}, {_moment(told['done_at'])}"),
             (say("Number of records"), f"{told['records']:,}"), (say("Evidence files"), f"{told['files']:,}"),
             (say("Changes emptied in the history"), f"{told['changes']:,}"),
             (say("SHA-256 over their hashes"), told["digest"]), (say("Program"), f"CaseDesk {told['program']}"))
    yield Block("table", rows=tuple(Row((label, str(value))) for label, value in facts), widths=(1.4, 4.0))
    held = told["backups_that_still_hold_it"]
    yield Block("label", say("Backups that still hold the matter"))
    for path in held:
        yield Block("text", str(path))
    if not held:
        yield Block("text", say("None is known."))
    yield Block("text", say("That a disk really overwrites is not promised; without the keys what may be left on it "
                            "cannot be read."))
    for label in (say("Asked for by"), say("Carried out by")):
        yield Block("text", f"{label}: ______________________    {say('Date')}: ______________")


def _moment(at: str) -> str:
    return f"{dt.datetime.fromisoformat(at).astimezone(dt.UTC):%Y-%m-%d %H:%M} UTC"
