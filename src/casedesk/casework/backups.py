"""Backups that are restored: where they lie, when one is due, and the monthly drill that proves one by restoring it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import select

from casedesk.base import times
from casedesk.base.errors import CasedeskError, InvalidEntry, StoreUnavailable
from casedesk.base.files import explained, whole_file
from casedesk.base.i18n import tr
from casedesk.base.jobs import Progress, silent
from casedesk.casework import check, sanity
from casedesk.records import Change, Draft, Setting
from casedesk.records.rights import Right
from casedesk.store import backup, header, office, restoring
from casedesk.store.backup import described
from casedesk.store.cabinet import Store
from casedesk.store.places import BackupPlace

EVERY = dt.timedelta(minutes=30)
DRILL_EVERY = dt.timedelta(days=30)
_PLACES, _STATE = "backup places", "backup state"
STAMP_STATE = "head stamp"
_OUR_OWN = (_STATE, sanity.STATE, STAMP_STATE)
"""Settings that say how backups, checks and time-stamps went: no change that needs a backup."""


@dataclass(frozen=True)
class PlaceState:
    """How backups to one place went; times are ISO, UTC, and empty when it never happened."""

    place: str
    good_at: str = ""
    name: str = ""
    """The file of the last good backup, within the place."""
    files: int = 0
    lacking: int = 0
    """Evidence files the cabinet itself had lost when that backup was taken."""
    state: str = ""
    """What the cabinet was like at the last good backup."""
    tried_at: str = ""
    problem: str = ""
    """Why the last try failed; empty when it did not."""
    drill_at: str = ""
    drill_good: bool = False
    drill_said: str = ""


def places(store: Store) -> list[Path]:
    """Where backups go: the places chosen, else the folder beside the cabinet; an office's must be chosen."""
    chosen = _setting(store, _PLACES).get("places")
    return [Path(one) for one in chosen or ()] or ([] if store.is_office else [beside(store)])


def beside(store: Store) -> Path:
    """The place nobody has to choose."""
    folder = store.folder.absolute()
    return folder.with_name(f"{folder.name}-backups")


def add_place(store: Store, place: Path) -> None:
    """Send backups to this folder too; StoreUnavailable when it cannot be written."""
    store.require(Right.SETTINGS)
    place = place.absolute()
    BackupPlace(place, store).prepare()
    _keep(store, _PLACES, {"places": [str(one) for one in dict.fromkeys([*places(store), place])]})


def forget_place(store: Store, place: Path) -> None:
    """Send no more backups to this folder; those that lie there stay."""
    store.require(Right.SETTINGS)
    known = places(store)
    left = [one for one in known if one != place.absolute()]
    if left == known:
        raise InvalidEntry(tr("{folder} is no place for backups.", folder=place),
                           tr("The places are: {names}.", names=", ".join(map(str, known))))
    if not left:
        raise InvalidEntry(tr("This is the only place for backups."), tr("Add another place first."))
    _keep(store, _PLACES, {"places": [str(one) for one in left]})


def states(store: Store) -> list[PlaceState]:
    """How it stands with each place."""
    kept = _setting(store, _STATE)
    return [PlaceState(**kept.get(str(place), {"place": str(place)})) for place in places(store)]


def _somewhere(store: Store) -> list[PlaceState]:
    if found := states(store):
        return found
    raise InvalidEntry(tr("No place is chosen for the office's backups, so there is none."),
                       tr("Choose a folder away from the server: Settings, or “casedesk backup CABINET --add-place "
                          "FOLDER”."))


def same_disk(store: Store, place: Path) -> bool:
    """Whether a place would be lost together with the cabinet's disk, as far as the system tells."""
    if office.holds_all(store.folder):
        return False
    try:
        return place.stat().st_dev == store.folder.stat().st_dev
    except OSError:
        return False


def present(store: Store) -> str:
    """What tells the cabinet as it is from what it was: history, settings, drafts and header."""
    with store.read(whole=True) as session:
        last = session.execute(select(Change.seq, Change.hash).order_by(Change.seq.desc()).limit(1)).first()
        chosen = session.execute(select(Setting.key, Setting.value).where(Setting.key.not_in(_OUR_OWN))
                                 .order_by(Setting.key)).all()
        drafts = session.execute(select(Draft.key, Draft.at).order_by(Draft.key)).all()
    said = json.dumps([[*(last or ())], [[*one] for one in chosen], [[*one] for one in drafts]], default=str)
    return hashlib.sha256(f"{said} {header.read(store.folder)}".encode()).hexdigest()


def due(store: Store, now: dt.datetime) -> bool:
    """Whether a place lacks what changed, and the last try was half an hour ago."""
    found = [one for one in states(store) if _reached(store, one) and _older(one.tried_at, EVERY, now)]
    return bool(found) and not {one.state for one in found} <= {present(store)}


def _reached(store: Store, one: PlaceState) -> bool:
    """Whether a place is to be tried from here: of an office's places each desk knows those it has."""
    return not store.is_office or Path(one.place).is_dir()


def drill_due(store: Store, now: dt.datetime) -> bool:
    """Whether a place with a backup had no drill for a month."""
    return any(one.good_at and _older(one.drill_at, DRILL_EVERY, now) for one in states(store) if _reached(store, one))


def _older(at: str, than: dt.timedelta, now: dt.datetime) -> bool:
    return not at or not dt.timedelta(0) <= now - dt.datetime.fromisoformat(at) < than


def back_up(store: Store, progress: Progress = silent, *, changed_only: bool = False) -> list[PlaceState]:
    """A backup to every place; one that fails is told in its state, and the others go on.

    InvalidEntry when one is asked for and an office has chosen no place; `changed_only` does what there is to do.
    """
    store.require(Right.KEEP if changed_only else Right.BACKUP)
    wanted = states(store) if changed_only else _somewhere(store)
    state, found = present(store), []
    for one in wanted:
        if not (changed_only and (one.state == state or not _reached(store, one))):
            if store.is_office:  # the other desks need not do the same meanwhile
                _remember(store, replace(one, tried_at=times.now().isoformat()))
            found.append(_tried(store, one, state, progress))
            _remember(store, found[-1])
        else:
            found.append(one)
    return found


def _tried(store: Store, one: PlaceState, state: str, progress: Progress) -> PlaceState:
    place = BackupPlace(Path(one.place), store)
    one = replace(one, tried_at=times.now().isoformat())
    try:
        if place.place == beside(store):
            place.prepare()
        path, contents = place.take(progress, afresh=bool(one.drill_at) and not one.drill_good)
    except CasedeskError as problem:
        return replace(one, problem=str(problem))
    return replace(one, good_at=contents.at, name=str(path.relative_to(place.place)),
                   files=len(contents.files) + len(contents.beside), lacking=len(contents.lacking), state=state,
                   problem="")


def write_file(store: Store, out: Path, progress: Progress = silent) -> None:
    """One whole backup as a file."""
    store.require(Right.BACKUP)
    backup.write(store, out, progress)


def before(store: Store, progress: Progress = silent) -> None:
    """A backup before what is hard to take back, where something changed; a failure is told, and hinders nothing.

    An office's comes only when it is due: it is copied whole each time, whichever desk does it.
    """
    if store.may(Right.KEEP) and not (store.is_office and not due(store, times.now())):
        back_up(store, progress, changed_only=True)


def drill(store: Store, progress: Progress = silent) -> list[PlaceState]:
    """Restore the newest backup of every place into a scratch folder, check every byte, and write a report there.

    InvalidEntry when an office has chosen no place.
    """
    store.require(Right.KEEP)
    found = []
    for one in _somewhere(store):
        place = BackupPlace(Path(one.place), store)
        at = times.now()
        report = _drilled(store, place, progress)
        good = not report["problems"]
        said = (tr("{n} files restored, every byte checked.", n=f"{report['files']:,}") if good
                else report["problems"][0])
        found.append(replace(one, drill_at=at.isoformat(), drill_good=good, drill_said=said))
        _remember(store, found[-1])
        if place.folder.is_dir():
            with whole_file(place.folder / f"drill-{at:%Y%m%dT%H%M%SZ}.json", error=StoreUnavailable) as part:
                part.write_text(json.dumps({"at": at.isoformat(), **report}, ensure_ascii=False, indent=1) + "\n",
                                encoding="utf-8")
    return found


def _drilled(store: Store, place: BackupPlace, progress: Progress) -> dict[str, Any]:
    backups = place.backups()
    report: dict[str, Any] = {"backup": backups[-1].name if backups else "", "files": 0, "rows": 0, "problems": []}
    if not backups:
        report["problems"].append(tr("There is no backup in {path}.", path=place.place))
        return report
    try:
        scratch = Path(tempfile.mkdtemp(prefix="drill-", suffix=".part", dir=place.folder))
    except OSError as problem:
        report["problems"].append(explained(place.folder, problem)[0])
        return report
    try:
        restoring.restore(backups[-1], scratch / "cabinet", lambda _: replace(store.key, user=""), progress)
        told = described(backups[-1])
        report["files"] = len(told["files"]) + len(told["beside"])
        report["rows"] = sum(told["rows"].values())
        lacking = set(told["lacking"])
        with Store.open(scratch / "cabinet", store.key, house=True) as again:
            report["problems"] += [one.message for one in check.verify(again, progress)
                                   if one.path.partition("/")[2] not in lacking]
    except CasedeskError as problem:
        report["problems"].append(str(problem))
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return report


def listed(store: Store) -> list[tuple[Path, dict[str, Any]]]:
    """Every backup of this cabinet in its places, the newest first, with what each says of itself.

    Of one that cannot be read “problem” says why; the others are told all the same.
    """
    found = [(path, _told(path)) for place in places(store) for path in BackupPlace(place, store).backups()]
    return sorted(found, key=lambda one: one[0].name, reverse=True)


def _told(path: Path) -> dict[str, Any]:
    try:
        return described(path)
    except CasedeskError as problem:
        return {"problem": str(problem)}


def _remember(store: Store, one: PlaceState) -> None:
    with store.work(Right.KEEP) as session:
        kept = session.get(Setting, _STATE)
        session.merge(Setting(key=_STATE, value={**(kept.value if kept else {}), one.place: asdict(one)}))


def _setting(store: Store, key: str) -> dict[str, Any]:
    with store.read() as session:
        found = session.get(Setting, key)
        return dict(found.value) if found is not None else {}


def _keep(store: Store, key: str, value: dict[str, Sequence[str]]) -> None:
    with store.work(Right.SETTINGS) as session:
        session.merge(Setting(key=key, value=value))
