"""The head of the history under a time-stamp (RFC 3161), kept in every backup place: it was there at that time.

head-SEQ.txt holds SEQ:HASH, head-SEQ.tsr the authority's answer, as `openssl ts -verify -data TXT -in TSR` takes them.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from contextlib import suppress

from casedesk.base import times
from casedesk.base.errors import DocumentError, InvalidEntry, StoreUnavailable
from casedesk.base.files import whole_file
from casedesk.base.i18n import tr
from casedesk.casework import backups
from casedesk.casework.sealing import timestamp_server
from casedesk.records import Setting
from casedesk.records.rights import Right
from casedesk.store.cabinet import Store
from casedesk.store.places import BackupPlace

EVERY = dt.timedelta(days=7)


def stamp(store: Store, seq: int, head: str) -> dt.datetime:
    """Have the firm's authority stamp the head; answers the time it gave. DocumentError when it gave none."""
    from casedesk.exports import signing

    store.require(Right.KEEP)
    url = timestamp_server(store)
    if not url:
        raise InvalidEntry(tr("No time-stamp authority is named."), tr("Name it in the settings."))
    said = f"{seq}:{head}".encode()
    digest = hashlib.sha256(said).digest()
    _keep(store, tried=times.now().isoformat())
    answer = signing.stamp(digest, signing.Server(url))
    at = signing.read_stamp(answer, digest).at
    there = [place for place in _places(store) if place.folder.is_dir()]
    if not there:
        raise StoreUnavailable(tr("No backup place is there to keep the time-stamp."), tr("Make a backup first."))
    for place in there:
        for name, content in ((f"head-{seq}.txt", said), (f"head-{seq}.tsr", answer)):
            with whole_file(place.folder / name, error=StoreUnavailable) as part:
                part.write_bytes(content)
    _keep(store, at=at.isoformat(), seq=seq)
    return at


def _keep(store: Store, **told: str | int) -> None:
    with store.work(Right.KEEP) as session:
        before = session.get(Setting, backups.STAMP_STATE)
        session.merge(Setting(key=backups.STAMP_STATE, value={**(before.value if before else {}), **told}))


def due(store: Store, seq: int, now: dt.datetime) -> bool:
    """Whether an authority is named, and the history went on since the last stamp, a week ago; tried once an hour."""
    if not timestamp_server(store):
        return False
    with store.read() as session:
        kept = session.get(Setting, backups.STAMP_STATE)
    told = kept.value if kept is not None else {}
    return told.get("seq") != seq and not (
        _within(told.get("tried"), dt.timedelta(hours=1), now) or _within(told.get("at"), EVERY, now))


def _within(at: str | None, span: dt.timedelta, now: dt.datetime) -> bool:
    return at is not None and dt.timedelta(0) <= now - dt.datetime.fromisoformat(at) < span


def kept(store: Store) -> Iterator[tuple[str, int, str]]:
    """(when, number, hash) of every stamp that fits what it stamped."""
    from casedesk.exports import signing

    for place in _places(store):
        for path in sorted(place.folder.glob("head-*.txt")):
            with suppress(OSError, ValueError, DocumentError):  # one that does not fit proves nothing
                said = path.read_bytes()
                seq, _, head = said.decode().partition(":")
                given = signing.read_stamp(path.with_suffix(".tsr").read_bytes(), hashlib.sha256(said).digest())
                yield given.at.isoformat(), int(seq), head


def _places(store: Store) -> list[BackupPlace]:
    return [BackupPlace(place, store) for place in backups.places(store)]
