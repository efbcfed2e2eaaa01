"""Where backups of a cabinet lie: one or more folders, each with many backups and one copy of every evidence file.

A place is PLACE/NAME-ID, made when the place is chosen: where it is missing the disk is not there, and nothing is
written to the empty mount point instead.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import secrets
import shutil
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from casedesk.base import times
from casedesk.base.errors import CasedeskError, StoreUnavailable
from casedesk.base.files import explained, make_folder, private, whole_file
from casedesk.base.i18n import tr
from casedesk.base.jobs import Progress, silent
from casedesk.store import backup, keys
from casedesk.store.backup import Contents, Pool
from casedesk.store.cabinet import VAULT, Store

SUFFIX = ".casedesk-backup"
HEADS = "heads.jsonl"
_NAMED = re.compile(r"(\d{8}T\d{9})Z-[0-9a-f]{4}")
_STALE = 24 * 3600
_HOURS, _DAYS, _WEEKS = 24, 30, 26
"""How long one backup an hour, a day and a week is kept; one a month is kept for good."""


class BackupPlace:
    """One cabinet's backups in one place."""

    def __init__(self, place: Path, store: Store) -> None:
        self.place = place
        self.store = store
        self.folder = place / f"casedesk-{keys.cabinet_id(store.folder)}"

    def prepare(self) -> None:
        """Make the place ready; StoreUnavailable when it lies within the cabinet or cannot be written."""
        if self.place.resolve().is_relative_to(self.store.folder.resolve()):
            raise StoreUnavailable(tr("A backup cannot lie within the cabinet itself."), tr("Choose another place."))
        try:
            make_folder(self.folder / VAULT)
            private(self.folder)
        except OSError as problem:
            raise StoreUnavailable(*explained(self.folder, problem)) from problem

    def set_aside(self) -> Path | None:
        """Begin a new folder here, because those in the old one open by another key; returns where they lie now."""
        if not self.folder.is_dir():
            return None
        aside = self.folder.with_name(f"{self.folder.name}-before-{times.now():%Y%m%dT%H%M%S}")
        try:
            self.folder.rename(aside)
            self.prepare()
            if (aside / HEADS).exists():
                shutil.copyfile(aside / HEADS, self.folder / HEADS)
        except OSError as problem:
            raise StoreUnavailable(*explained(self.folder, problem)) from problem
        return aside

    def backups(self) -> list[Path]:
        """The backups, the oldest first."""
        return sorted(path for path in self.folder.glob(f"*{SUFFIX}") if _NAMED.fullmatch(path.stem))

    def take(self, progress: Progress = silent, *, afresh: bool = False) -> tuple[Path, Contents]:
        """A new backup, whole and checked; then those that are too many are taken away.

        `afresh` copies every evidence file again, because those that lie here are no longer believed.
        """
        if not (self.folder / VAULT).is_dir():
            raise StoreUnavailable(tr("The backup place {path} is not there.", path=self.place),
                                   tr("Connect its disk, or choose the place anew."))
        self._sweep()
        now = times.now()
        name = f"{now:%Y%m%dT%H%M%S}{now.microsecond // 1000:03}Z-{secrets.token_hex(2)}{SUFFIX}"
        path = self.folder / name
        pool = Pool(self.folder / VAULT, {} if afresh else self._known())
        contents = backup.write(self.store, path, progress, pool=pool)
        self._keep_head(contents)
        self._thin(now)
        return path, contents

    def _keep_head(self, contents: Contents) -> None:
        """The end of the history, kept for good away from it: what was cut off or computed anew shows against it."""
        heads = self.folder / HEADS
        with whole_file(heads, error=StoreUnavailable) as part:
            before = heads.read_bytes() if heads.exists() else b""
            said = json.dumps({"at": contents.at, "seq": contents.seq, "head": contents.head})
            part.write_bytes(before + said.encode() + b"\n")

    def heads(self) -> list[tuple[str, int, str]]:
        """(when, number, hash) of the end of the history at each backup ever made here; a line damaged is left out."""
        try:
            written = (self.folder / HEADS).read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return []
        found = []
        for line in written:
            with suppress(ValueError, KeyError, TypeError):
                told = json.loads(line)
                found.append((str(told["at"]), int(told["seq"]), str(told["head"])))
        return found

    def _known(self) -> dict[str, tuple[str, int]]:
        """The vault files as the newest whole list here tells them."""
        for path in reversed(self.backups()):
            try:
                written = backup.checked_list(path, self.store.key)
            except CasedeskError:  # a damaged one vouches for nothing; what it listed is copied and compared anew
                continue
            return written.beside
        return {}

    def _sweep(self) -> None:
        """Take away what was left half written a day ago."""
        for part in (*self.folder.glob("*.part*"), *self.folder.glob(f"{VAULT}/??/*.part")):
            if time.time() - part.stat().st_mtime > _STALE:
                part.unlink(missing_ok=True)

    def _thin(self, now: dt.datetime) -> None:
        found = {path: taken(path) for path in self.backups()}
        keep = kept(found.values(), now)
        gone = [path for path, at in found.items() if at not in keep]
        for path in gone:
            path.unlink()
        if gone:
            self._drop_unlisted()

    def _drop_unlisted(self) -> None:
        """Take vault files away that no backup lists; those just copied may belong to one being written."""
        listed: set[str] = set()
        for path in self.backups():
            try:
                listed |= backup.checked_list(path, self.store.key).beside.keys()
            except CasedeskError:  # what a damaged one needs is not known: keep all
                return
        for file in (self.folder / VAULT).glob("??/*"):
            if (f"{file.parent.name}/{file.name}" not in listed and time.time() - file.stat().st_mtime > _STALE):
                file.unlink()


def taken(path: Path) -> dt.datetime:
    """When a backup was taken, by its name."""
    named = _NAMED.fullmatch(path.stem)
    if named is None:
        raise ValueError("not the name of a backup")
    return dt.datetime.strptime(named[1] + "000", "%Y%m%dT%H%M%S%f").replace(tzinfo=dt.UTC)


def kept(moments: Iterable[dt.datetime], now: dt.datetime) -> set[dt.datetime]:
    """Which backups stay: all of the last hour, then the newest of each hour, day, week and month."""
    keep: set[dt.datetime] = set()
    seen: set[tuple[object, ...]] = set()
    for at in sorted(moments, reverse=True):
        age = now - at
        if age < dt.timedelta(hours=1):
            keep.add(at)
        elif (slot := _slot(at, age)) not in seen:
            seen.add(slot)
            keep.add(at)
    return keep


def _slot(at: dt.datetime, age: dt.timedelta) -> tuple[object, ...]:
    if age < dt.timedelta(hours=_HOURS):
        return ("hour", at.date(), at.hour)
    if age < dt.timedelta(days=_DAYS):
        return ("day", at.date())
    if age < dt.timedelta(weeks=_WEEKS):
        return ("week", *at.isocalendar()[:2])
    return ("month", at.year, at.month)
