"""Watches over an open cabinet on its own thread: what other desks save, who edits what, whether the server is there.

On PostgreSQL the desks tell each other by NOTIFY, heard on a connection of its own; where nothing comes through, as
behind some poolers, and in a folder of one's own, it is looked for instead; there each desk says what it edits by a
file beside the cabinet.
"""

from __future__ import annotations

import json
import math
import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy.exc import DBAPIError

from casedesk.base.errors import CasedeskError, Unreachable
from casedesk.base.i18n import tr
from casedesk.records import Record
from casedesk.store import office
from casedesk.store.cabinet import Store
from casedesk.store.news import changes_since
from casedesk.store.presence import Presence, Slips

if TYPE_CHECKING:
    import psycopg

_OFTEN, _SELDOM = 0.5, 10.0
"""Seconds between two looks; the second where changes are told anyway."""
_BEAT = 4.0
"""Seconds after which a desk says again what it edits."""
_AGAIN = 1.0
_LEAVE = 3.0
_TOGETHER = 0.5
"""What is told sooner after the last news is told with what comes until then: every window reads anew each time."""


class Watch:
    """What is heard goes to the store's listeners; `reached` is told the problem, or None once it is over."""

    def __init__(self, store: Store, *, reached: Callable[[Unreachable | None], object] = lambda problem: None,
                 editors: Callable[[], object] = lambda: None) -> None:
        self._store, self._works = store, store.works
        self._reached, self._editors = reached, editors
        self._presence = Presence()
        self._editing: frozenset[str] = frozenset()
        self._said: tuple[frozenset[str], float] = (frozenset(), 0.0)
        self._told = False
        """Whether what desks tell comes through."""
        self._hearing = False
        self._looked, self._seq = 0.0, self._works.seen
        self._news: frozenset[str] = frozenset()
        self._news_at = 0.0
        self._left = threading.Event()
        self._doubt = False
        self._woken, self._waker = socket.socketpair()
        self._woken.setblocking(False)
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._works.doubted = self._suspect
        self._thread.start()

    def stop(self) -> None:
        """Leave, and say that nothing is edited here any more; a server that is away is not waited for."""
        self._left.set()
        self._works.doubted = lambda: None
        with suppress(OSError):  # it left by itself
            self._wake()
        if self._thread.is_alive():
            self._thread.join(_LEAVE)
        self._works.lost = None

    def edit(self, record: str, *, on: bool) -> None:
        """Tell the other desks that a record is, or is no more, being edited here."""
        self._editing = self._editing | {record} if on else self._editing - {record}
        if not self._left.is_set():
            self._wake()

    def editors(self, record: str) -> tuple[str, ...]:
        """Who edits a record at another desk."""
        return self._presence.editors(record)

    def _suspect(self) -> None:
        self._doubt = True
        self._wake()

    def _wake(self) -> None:
        self._waker.send(b"!")

    def _wait(self, seconds: float, *more: Any) -> None:
        """Return when woken, when one of `more` can be read, or after this time."""
        ready, _, _ = select.select([self._woken, *more], [], [], max(0.0, seconds))
        if self._woken in ready:
            self._woken.recv(1024)

    def _run(self) -> None:
        look = self._hear if self._store.is_office else self._poll
        while not self._left.is_set():
            try:
                look()
            except (office.driver_error(), DBAPIError, Unreachable) as problem:
                if not self._hearing:  # else it may be this connection alone
                    self._lose(str(problem))
                self._hearing = False
            except (CasedeskError, sqlcipher.Error):  # full, locked, damaged: whoever works in it is told
                self._wait(_AGAIN)
        self._woken.close()
        self._waker.close()

    # a folder of one's own

    def _poll(self) -> None:
        """Look whether another connection changed the file; only then read what."""
        slips = Slips(self._store.folder, self._works.desk)
        raw = self._store.engine.raw_connection()
        raw.detach()
        try:
            before, cursor = None, raw.cursor()
            while not self._left.is_set():
                now = cursor.execute("PRAGMA data_version").fetchone()
                if now != before:
                    self._look()
                before = now
                self._meet(slips)
                self._wait(_OFTEN)
        finally:
            slips.put(self._store.who, ())
            raw.close()

    def _meet(self, slips: Slips) -> None:
        """Tell the other desks what is edited here, and hear what they edit."""
        if self._due():
            self._said = (self._editing, time.monotonic())
            slips.put(self._store.who, self._said[0])
        told = list(slips.others())
        new = [self._presence.hear(*one) for one in told]
        if self._presence.keep([desk for desk, _, _ in told]) or any(new):
            self._editors()

    # an office

    def _hear(self) -> None:
        with self._listening() as connection:
            self._regain()
            self._hearing = True
            self._say(connection, hello=True)
            while not self._left.is_set():
                due = min(self._looked + self._every, self._news_at if self._news else math.inf)
                self._wait(min(_BEAT, due - time.monotonic()), connection)
                for note in list(connection.notifies(timeout=0)):
                    self._note(connection, json.loads(note.payload))
                if self._doubt:
                    self._doubt = False
                    connection.execute("SELECT 1")
                if time.monotonic() >= self._looked + self._every:
                    self._look()
                if self._news and time.monotonic() >= self._news_at:
                    self._pass_on()
                self._say(connection)
                if self._presence.expire():
                    self._editors()
            self._editing = frozenset()
            self._say(connection)

    @contextmanager
    def _listening(self) -> Iterator[psycopg.Connection]:
        raw = self._store.engine.raw_connection()
        connection: Any = raw.driver_connection
        raw.detach()
        try:
            connection.autocommit = True
            connection.execute(f"LISTEN {office.CHANNEL}")
            yield connection
        finally:
            connection.close()
            raw.invalidate()  # or the pool would ask a lost one to roll back, and print that it cannot

    @property
    def _every(self) -> float:
        return _SELDOM if self._told else _OFTEN

    def _note(self, connection: psycopg.Connection, said: dict[str, Any]) -> None:
        if said["desk"] == self._works.desk:
            self._told = True
        elif "tables" in said:
            self._seq = max(self._seq, said["seq"])
            self._news |= frozenset(said["tables"])
        else:
            if said["hello"]:
                self._said = (frozenset(), 0.0)  # it was not there to hear what is edited here
                self._say(connection)
            if self._presence.hear(said["desk"], said["who"], frozenset(said["edits"])):
                self._editors()

    def _pass_on(self) -> None:
        """Tell the window what others saved since the last time."""
        news, self._news = self._news, frozenset()
        self._news_at = time.monotonic() + _TOGETHER
        self._store.announce(news)

    def _say(self, connection: psycopg.Connection, *, hello: bool = False) -> None:
        """Tell what is edited here, where that is new or was said long ago."""
        if not (hello or self._due()):
            return
        editing = self._editing
        told = {"desk": self._works.desk, "who": self._store.who, "edits": sorted(editing)[:50], "hello": hello}
        connection.execute("SELECT pg_notify(%s, %s)", (office.CHANNEL, json.dumps(told)))
        self._said = (editing, time.monotonic())

    def _due(self) -> bool:
        """Whether what is edited here is to be said again: it is new, or was said long ago."""
        editing, (before, at) = self._editing, self._said
        return editing != before or bool(editing and time.monotonic() - at >= _BEAT)

    def _look(self) -> None:
        """Read what was saved since the last look, and tell what others did."""
        self._looked = time.monotonic()
        self._seq, tables = changes_since(self._store, self._seq, tuple(self._works.wrote))
        if tables:
            self._store.announce(tables)

    def _lose(self, reason: str) -> None:
        """The server is not there: nothing is asked of it until it is."""
        problem = Unreachable(tr("The office's database cannot be reached ({reason}).",
                                 reason=reason.strip().split("\n")[0]),
                              tr("Check the network and the server; nothing was saved."))
        if self._works.lost is None and not self._left.is_set():
            self._works.lost = problem
            self._reached(problem)
            if self._presence.clear():
                self._editors()
        self._store.engine.dispose()
        self._wait(_AGAIN)

    def _regain(self) -> None:
        self._told = False
        if self._works.lost is not None:
            self._works.lost = None
            self._look()
            self._reached(None)
            self._store.announce(frozenset(Record.metadata.tables))  # what was asked for meanwhile was not answered
        else:
            self._look()
