"""What a desk does while it is harmed: a scenario is some steps, and a step may promise what must hold afterwards.

Every scenario can be done again from its start after a fault, as a person would.
"""

from __future__ import annotations

import datetime as dt
import shutil
import uuid
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import select

from casedesk.base.errors import InvalidEntry, StoreUnavailable
from casedesk.casework import (
    backups,
    destruction,
    documents,
    drafts,
    exchange,
    exchange_writing,
    findings,
    history,
    importing,
    moving,
    new_key,
    sanity,
    trash,
    users,
)
from casedesk.casework.importing.batches import batches, undo
from casedesk.casework.incidents import log_incident
from casedesk.casework.moving import Place
from casedesk.casework.records import save
from casedesk.casework.settings import set_firm
from casedesk.records import Client, Incident, Matter
from casedesk.records.words import UserRole
from casedesk.store import attempts, header, keys
from casedesk.store.cabinet import Store
from casedesk.store.restoring import restore
from tests.conftest import QUICK

AT = dt.datetime(2026, 11, 3, 14, 14, tzinfo=dt.UTC)
Promise = dict[str, Any] | None
"""What a step says besides “saved”: `file`, `firm`, `draft`, `opens`, `cabinet`, `anew`; see `oracle`."""
Step = Callable[[], Promise]
Scenario = Callable[[Store], Iterator[Step]]


def uuid_of(number: int) -> uuid.UUID:
    """The UUID under which step `number` logs, also when it is tried again."""
    return uuid.UUID(int=0xFA017 << 64 | number)


def contact(matter: int, number: int) -> Incident:
    """The contact that step `number` logs."""
    return Incident(uuid=uuid_of(number), matter_id=matter, at=AT + dt.timedelta(minutes=number),
                    number="0755 8888 0001", words=f"第{number}次")


def _log(store: Store, number: int, *files: Path) -> Promise:
    log_incident(store, contact(1, number), files=files)
    return None


def logging(store: Store) -> Iterator[Step]:
    for number in range(5):
        yield partial(_log, store, number)


def attaching(store: Store) -> Iterator[Step]:
    for number in range(3):
        yield partial(_log, store, number, store.folder.parent / f"proof-{number}.txt")


def editing(store: Store) -> Iterator[Step]:
    def rename(name: str) -> Promise:
        with store.work() as session:
            session.get_one(Matter, 1).name = name
        return None

    for number in range(4):
        yield partial(rename, f"名称{number}")


def saving(store: Store) -> Iterator[Step]:
    def add(number: int) -> Promise:
        save(store, Client, {"name": f"客户{number}"}, uuid=uuid_of(number))
        return None

    for number in range(3):
        yield partial(add, number)


def deleting(store: Store) -> Iterator[Step]:
    def gone(number: int) -> Promise:
        trash.delete(store, Incident, uuid_of(number))
        return None

    def back() -> Promise:
        if any(one.uuid == uuid_of(100) for one in trash.trash(store)):
            trash.restore(store, Incident, uuid_of(100))
        return None

    def empty() -> Promise:
        trash.empty_trash(store, 0)
        return None

    yield from (partial(gone, 100), back, partial(gone, 101), empty)


def _back_up(store: Store) -> Promise:
    (done,) = backups.back_up(store)
    if done.problem:
        raise StoreUnavailable(done.problem)
    (newest, _), *_ = backups.listed(store)
    return {"backup": str(newest)}


def backing_up(store: Store) -> Iterator[Step]:
    yield partial(_log, store, 0)
    yield partial(_back_up, store)
    yield partial(_log, store, 1, store.folder.parent / "proof-1.txt")
    yield partial(_back_up, store)


def drilling(store: Store) -> Iterator[Step]:
    def drill() -> Promise:
        (done,) = backups.drill(store)
        if not done.drill_good:
            raise StoreUnavailable(done.drill_said)
        return None

    yield from (partial(_back_up, store), drill)


def restoring(store: Store) -> Iterator[Step]:
    def back() -> Promise:
        (path, _), *_ = backups.listed(store)
        store.close()
        restore(path, store.folder, lambda _: store.key, keep_present=True, older=True)
        return {"anew": True}

    yield from (partial(_back_up, store), partial(_log, store, 0), back)


def changing_passphrase(store: Store) -> Iterator[Step]:
    def change(passphrase: str) -> Promise:
        keys.change_passphrase(store.folder, store.key, passphrase, cost=QUICK)
        return {"opens": passphrase}

    def recovery() -> Promise:
        return {"recovers": keys.new_recovery_key(store.folder, store.key)}

    yield from (partial(change, "other"), partial(change, "pass"), recovery)


def taking_in(store: Store) -> Iterator[Step]:
    def take_in() -> Promise:
        importing.commit(store, 1, [store.folder.parent / "sms.xml"])
        return None

    yield take_in


def undoing(store: Store) -> Iterator[Step]:
    def take_back() -> Promise:
        for one in batches(store, 1):
            undo(store, one.uuid)
        return None

    yield from (*taking_in(store), take_back)


def setting(store: Store) -> Iterator[Step]:
    def firm(name: str) -> Promise:
        set_firm(store, name)
        return {"firm": name}

    yield from (partial(firm, "某律所"), partial(firm, "某某律所"))


def drafting(store: Store) -> Iterator[Step]:
    def keep(text: str) -> Promise:
        drafts.keep_draft(store, "matter", {"typed": {"ref": text}})
        return {"draft": text}

    def drop() -> Promise:
        drafts.drop_draft(store, "matter")
        return {"draft": ""}

    yield from (partial(keep, "half"), partial(keep, "more"), drop)


def checking(store: Store) -> Iterator[Step]:
    def look() -> Promise:
        found = [one.message for one in sanity.run(store, resume=True) if one.verdict != "extra"]
        if found:
            raise StoreUnavailable("; ".join(found))  # a disk that cannot be read is told as damage
        return None

    yield look


def exporting(store: Store) -> Iterator[Step]:
    folder = store.folder.parent

    def chain() -> Promise:
        history.export(store, folder / "chain.jsonl")
        return {"file": [str(folder / "chain.jsonl")]}

    def matter() -> Promise:
        exchange_writing.export(store, "A-1", folder / "out.zip")
        return {"file": [str(folder / "out.zip")]}

    def workbook() -> Promise:
        documents.write_workbook(store, 1, folder / "out.xlsx", lang="zh")
        return {"file": [str(folder / "out.xlsx")]}

    yield from (chain, matter, workbook)


def bundling(store: Store) -> Iterator[Step]:
    def bundle() -> Promise:
        out = store.folder.parent / "bundle.pdf"
        documents.write_bundle(store, 1, out, profile="cn-court", lang="zh")
        return {"file": [str(out)]}

    yield bundle


def exchanging(store: Store) -> Iterator[Step]:
    def take_in() -> Promise:
        try:
            exchange.take_in(store, store.folder.parent / "matter.zip")
        except InvalidEntry as known:
            if "already" not in str(known):
                raise
        return None

    yield take_in


def sharing(store: Store) -> Iterator[Step]:
    def add() -> Promise:
        if "李" not in keys.user_names(store.folder):
            users.add(store, "李", UserRole.LAWYER, "hers", cost=QUICK)
        return {"opens": "hers", "name": "李"}

    def reset() -> Promise:
        users.reset_password(store, "李", "new", cost=QUICK)
        return {"opens": "new", "name": "李"}

    def demote() -> Promise:
        users.set_role(store, "李", UserRole.READ_ONLY)
        return None

    yield from (add, reset, demote)


def judging(store: Store) -> Iterator[Step]:
    def judge() -> Promise:
        findings.refresh(store, 1)
        return None

    yield from (partial(_log, store, 0), judge, partial(_log, store, 1), judge)


def destroying(store: Store) -> Iterator[Step]:
    def destroy() -> Promise:
        out = store.folder.parent / "certificate.json"
        with store.read() as session:
            there = session.scalar(select(Matter.id).where(Matter.ref == "D-1"))
        if there is not None:
            destruction.destroy(store, there, out)
        return {"file": [str(out)]}

    yield destroy


def founding(store: Store) -> Iterator[Step]:
    def found() -> Promise:
        folder = store.folder.parent / "new"
        try:
            opened(folder).close()
        except StoreUnavailable:
            shutil.rmtree(folder, ignore_errors=True)  # as the message says: make a new one
            Store.create(folder, "pass", who="worker", cost=QUICK)[0].close()
        return {"cabinet": str(folder)}

    yield found


def moving_away(store: Store) -> Iterator[Step]:
    def move() -> Promise:
        store.close()
        target = store.folder.parent / "moved"
        try:
            report = moving.move(store.folder, store.key, Place(target), who="worker")
            if not report.clean:
                raise StoreUnavailable("; ".join(report.problems))
        except StoreUnavailable as problem:
            if "another cabinet already" not in str(problem):  # the first try had done it all
                raise
        return {"cabinet": str(target)}

    yield move


def mistyping(store: Store) -> Iterator[Step]:
    def try_it(passphrase: str) -> Promise:
        try:
            attempts.unlock(store.folder, passphrase)
        except StoreUnavailable:
            return None
        return {"opens": passphrase}

    yield from (partial(try_it, "wrong"), partial(try_it, "pass"))


def renewing(store: Store) -> Iterator[Step]:
    def rekey() -> Promise:
        new_key.rekey(store, "pass", cost=QUICK)
        return {"opens": "pass"}

    yield from (partial(_log, store, 0), rekey)


def upgrading(store: Store) -> Iterator[Step]:
    """The migration ran when the cabinet was opened: it is the scenario itself."""
    yield lambda: {"opens": "pass"}


SCENARIOS: dict[str, Scenario] = {
    one.__name__.replace("_", " "): one for one in (
        logging, attaching, editing, saving, deleting, backing_up, drilling, restoring, changing_passphrase, taking_in,
        undoing, setting, drafting, checking, exporting, bundling, exchanging, sharing, judging, destroying, founding,
        moving_away, mistyping, renewing)}
STEPS = SCENARIOS | {"upgrading": upgrading}


def opened(folder: Path, who: str = "worker") -> Store:
    """The cabinet, whichever of its passphrases stands there after a fault."""
    name = who if header.read(folder).has_users else ""
    for passphrase in ("pass", "other"):
        try:
            key = keys.unlock(folder, passphrase, name)
            break
        except StoreUnavailable as problem:
            wrong = problem
    else:
        raise wrong
    return Store.open(folder, key, who=who, moved=True)


def weaken(weakness: str) -> None:
    """Switch one safeguard of the program off, to see that the campaigns notice."""
    from casedesk.base import files
    from casedesk.store import engine, vault_folder

    if weakness == "synchronous":
        sound = engine.connect

        def connect(path: Path, key: bytes) -> object:
            connection = sound(path, key)
            connection.execute("PRAGMA synchronous = OFF")
            return connection

        setattr(engine, "connect", connect)  # noqa: B010 - for mypy it is fixed
    elif weakness == "sync of kept files":
        for module in (vault_folder, files):
            for name in ("sync_file", "sync_folder"):
                setattr(module, name, lambda path: None)
    elif weakness == "idempotency":
        globals()["uuid_of"] = lambda number: uuid.uuid4()
    elif weakness:
        raise SystemExit(f"no such weakness: {weakness}")
