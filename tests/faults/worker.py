"""A desk at work, to be killed: `python -m tests.faults.worker FOLDER SCENARIO [WEAKNESS]`.

It says `ack N` only after the program has said that step N is saved. A weakness switches one safeguard off, to see that
the campaigns notice.
"""

from __future__ import annotations

import datetime as dt
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy import select

from casedesk.base.errors import StoreUnavailable
from casedesk.casework import backups, history, importing, sanity
from casedesk.casework.incidents import log_incident
from casedesk.casework.settings import set_firm
from casedesk.records import Draft, Incident, Matter
from casedesk.store import keys
from casedesk.store.cabinet import Store
from casedesk.store.restoring import restore
from tests.conftest import QUICK

AT = dt.datetime(2026, 11, 3, 14, 14, tzinfo=dt.UTC)
PHONE = Path(__file__).parents[1] / "data" / "phone"
Step = Callable[[], object]


def uuid_of(number: int) -> uuid.UUID:
    """The UUID under which step `number` logs, also when it is tried again."""
    return uuid.UUID(int=0xFA017 << 64 | number)


def incident(store: Store, number: int, files: tuple[Path, ...] = ()) -> Step:
    """Log one contact, with the same UUID at every try."""
    def log() -> None:
        with store.read() as session:
            matter = session.scalars(select(Matter)).one()
        log_incident(store, Incident(uuid=uuid_of(number), matter_id=matter.id, at=AT + dt.timedelta(minutes=number),
                                     number="0755 8888 0001", words=f"第{number}次"), files=files)

    return log


def logging(store: Store) -> Iterator[Step]:
    for number in range(6):
        yield incident(store, number)


def attaching(store: Store) -> Iterator[Step]:
    for number in range(3):
        proof = store.folder.parent / f"proof-{number}.txt"
        proof.write_text(f"proof {number}" * 400, encoding="utf-8")
        yield incident(store, number, (proof,))


def editing(store: Store) -> Iterator[Step]:
    def rename(name: str) -> Step:
        def edit() -> None:
            with store.work() as session:
                session.scalars(select(Matter)).one().name = name

        return edit

    for number in range(4):
        yield rename(f"名称{number}")


def backing_up(store: Store) -> Iterator[Step]:
    for number in range(2):
        yield incident(store, number)
        yield lambda: backups.back_up(store)


def changing_passphrase(store: Store) -> Iterator[Step]:
    for passphrase in ("other", "pass"):
        yield lambda passphrase=passphrase: keys.change_passphrase(  # type: ignore[misc]
            store.folder, store.key, passphrase, cost=QUICK)
    yield lambda: keys.new_recovery_key(store.folder, store.key)


def taking_in(store: Store) -> Iterator[Step]:
    with store.read() as session:
        matter = session.scalars(select(Matter)).one().id
    yield lambda: importing.commit(store, matter, [PHONE / "sms-mms.xml"])


def setting(store: Store) -> Iterator[Step]:
    def draft() -> None:
        with store.work() as session:
            session.merge(Draft(key="d", at=AT, values={"typed": {"ref": "half"}}))

    yield lambda: set_firm(store, "某律所")
    yield draft
    yield lambda: sanity.run(store)
    yield lambda: history.export(store, store.folder.parent / "chain.jsonl")


def restoring(store: Store) -> Iterator[Step]:
    def back() -> None:
        path = next((path for path, _ in backups.listed(store)), None)
        if path is None:
            raise StoreUnavailable("the backup before failed")
        store.close()
        restore(path, store.folder, lambda _: store.key, keep_present=True, older=True)

    yield incident(store, 0)
    yield lambda: backups.back_up(store)
    yield back


SCENARIOS: dict[str, Callable[[Store], Iterator[Step]]] = {
    "logging": logging, "attaching": attaching, "editing": editing, "backing up": backing_up,
    "changing the passphrase": changing_passphrase, "taking in": taking_in, "setting": setting, "restoring": restoring,
}


def weaken(weakness: str) -> None:
    """Switch one safeguard off."""
    from casedesk.casework import incidents
    from casedesk.store import engine, vault_folder

    if weakness == "synchronous":
        sound = engine.connect

        def connect(path: Path, key: bytes) -> object:
            connection = sound(path, key)
            connection.execute("PRAGMA synchronous = OFF")
            return connection

        setattr(engine, "connect", connect)  # noqa: B010 - for mypy it is fixed
    elif weakness == "sync of kept files":
        for name in ("sync_file", "sync_folder"):
            setattr(vault_folder, name, lambda path: None)
    elif weakness == "idempotency":
        whole = incidents.log_incident

        def log_again(store: Store, one: Incident, **more: object) -> uuid.UUID:
            one.uuid = uuid.uuid4()
            return whole(store, one, **more)  # type: ignore[arg-type]

        globals()["log_incident"] = log_again
    elif weakness:
        raise SystemExit(f"no such weakness: {weakness}")


def main(folder: Path, scenario: str, weakness: str = "") -> None:
    """Open the cabinet and do all the steps."""
    weaken(weakness)
    with Store.open(folder, keys.unlock(folder, "pass"), who="worker") as store:
        for number, step in enumerate(SCENARIOS[scenario](store)):
            step()
            sys.stdout.write(f"ack {number}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
