from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import select, text

from casedesk.base.errors import Cancelled, InvalidEntry, NotAllowed, StoreUnavailable
from casedesk.base.jobs import Progress, silent
from casedesk.casework import check, moving, sample, teams
from casedesk.casework.evidence import add_files, kept
from casedesk.casework.moving import Place
from casedesk.cli.main import run
from casedesk.records import Client, Evidence, Matter, Note
from casedesk.records.words import UserRole
from casedesk.store import keys, office, schema, vault
from casedesk.store.cabinet import Store
from casedesk.store.engine import open_engine
from tests import postgres
from tests.casework.chains import closed
from tests.casework.firm import NAMES, password, staff
from tests.conftest import QUICK

KILLED = """
import os, signal, sys
from pathlib import Path
from casedesk.casework import moving
from casedesk.store import keys
source, folder, address, note = sys.argv[1:]
def progress(done, total, said=""):
    if said.startswith(note):
        os.kill(os.getpid(), signal.SIGKILL)
moving.move(Path(source), keys.unlock(Path(source), "demo"), moving.Place(Path(folder), address), progress=progress)
"""


def stopping_at(step: str, act: Callable[[], object]) -> Progress:
    """A progress that acts once, when the move comes to this step."""
    acted: list[str] = []

    def progress(done: int, total: int, note: str = "") -> None:
        if note.startswith(step) and not acted:
            acted.append(note)
            act()

    return progress


def cancel() -> None:
    raise Cancelled


def small(folder: Path) -> keys.CabinetKey:
    """A cabinet with a client, a matter and a file; its key."""
    store, _ = Store.create(folder, "demo", cost=QUICK)
    with store, store.work() as session:
        session.add(client := Client(name="林某"))
        session.flush()
        session.add(Matter(ref="A-1", name="林某 / 某银行", client_id=client.id))
    return store.key


def test_the_sample_cabinet_goes_to_the_office_and_back_and_a_kill_anywhere_costs_nothing(
        postgres_server: str, tmp_path: Path) -> None:
    sample.sample_cabinet(tmp_path / "own", cost=QUICK).close()
    key, there = keys.unlock(tmp_path / "own", "demo"), Place(tmp_path / "share", postgres.database(postgres_server))
    for note in ("Carrying “incident”", "Carrying evidence", "Comparing the search index"):
        killed = subprocess.run([sys.executable, "-c", KILLED, tmp_path / "own", there.folder, there.address, note],
                                check=False, capture_output=True)
        assert killed.returncode == -signal.SIGKILL, killed.stderr
        Store.open(tmp_path / "own", key).close()
        with pytest.raises(StoreUnavailable, match="not moved here to the end"):
            Store.open(there.folder, key)
    out = moving.move(tmp_path / "own", key, there)
    assert (out.clean, out.known, out.tables["incident"].brought) == (True, [], 0)
    with Store.open(there.folder, key) as filled, filled.read() as session:  # the server knows what is in every table
        asked = text("SELECT relname, reltuples FROM pg_class WHERE relkind = 'r'")
        weighed: dict[str, float] = dict(session.execute(asked).all())
    assert (weighed["incident"], weighed["search_text"] > 0) == (out.tables["incident"].rows, True)
    back = moving.move(there.folder, key, Place(tmp_path / "home"))
    assert (back.clean, back.known, back.files, back.seq, back.head) == (True, [], out.files, out.seq, out.head)
    assert {name: (one.rows, one.digest) for name, one in back.tables.items()} \
        == {name: (one.rows, one.digest) for name, one in out.tables.items()}
    with Store.open(tmp_path / "home", keys.unlock(tmp_path / "home", "demo")) as home:
        assert check.verify(home) == []
        assert closed(home)


def test_a_key_that_was_kept_plain_reaches_no_server(postgres_server: str, tmp_path: Path) -> None:
    key, there = small(tmp_path / "own"), Place(tmp_path / "share", postgres.database(postgres_server))
    (tmp_path / "a.txt").write_text("proof")
    with Store.open(tmp_path / "own", key) as own:
        [one] = add_files(own, 1, [tmp_path / "a.txt"])
        with own.work() as session:
            plain = vault.unwrapped(key.vault_names, one.vault_name, one.vault_key)
            session.get_one(Evidence, one.id).vault_key = plain
    assert moving.move(tmp_path / "own", key, there).clean
    for folder in (there.folder, tmp_path / "own"):
        with Store.open(folder, key, moved=True) as again, again.read() as session:
            found = session.scalars(select(Evidence)).one()
            assert not vault.is_plain(found.vault_key)
            assert again.vault.read(kept(found)) == b"proof"


def test_what_was_moved_says_where_it_went_and_is_taken_back(postgres_server: str, tmp_path: Path) -> None:
    key, there = small(tmp_path / "own"), Place(tmp_path / "share", postgres.database(postgres_server))
    with Store.open(tmp_path / "own", key) as desk:  # left open over the move
        assert moving.move(tmp_path / "own", key, there).backup[0].startswith(str(tmp_path / "own-backups"))
        with pytest.raises(StoreUnavailable, match=r"moved to .*share"), desk.work() as session:
            session.add(Client(name="too late"))
    with pytest.raises(StoreUnavailable, match=r"moved to .*share"):
        Store.open(tmp_path / "own", key)
    with pytest.raises(StoreUnavailable, match=r"moved to .*share"):
        moving.move(tmp_path / "own", key, Place(tmp_path / "third"))
    assert moving.undo(tmp_path / "own", key) == there.said
    with Store.open(tmp_path / "own", key) as again, again.work() as session:
        session.add(Client(name="goes on"))
    with Store.open(there.folder, key) as other, other.work() as session:
        session.add(Client(name="new desk"))


def test_the_owner_moves_and_everybody_opens_it_there_by_their_own_password(postgres_server: str,
                                                                            tmp_path: Path) -> None:
    key, there = small(tmp_path / "own"), Place(tmp_path / "share", postgres.database(postgres_server))
    with Store.open(tmp_path / "own", key, who="tester") as own:
        staff(own)
        teams.restrict(own, 1, [])
    lawyer = (password(UserRole.LAWYER), NAMES[UserRole.LAWYER])
    with pytest.raises(NotAllowed):
        moving.move(tmp_path / "own", keys.unlock(tmp_path / "own", *lawyer), there)
    assert moving.move(tmp_path / "own", keys.unlock(tmp_path / "own", "demo", "tester"), there).clean
    with Store.open(there.folder, keys.unlock(there.folder, *lawyer)) as new, new.read() as session:
        assert (new.who, session.scalars(select(Matter.ref)).all()) == (NAMES[UserRole.LAWYER], [])
    back = moving.move(there.folder, keys.unlock(there.folder, "demo", "tester"), Place(tmp_path / "home"))
    assert (back.clean, back.tables["matter"].rows) == (True, 1)


def test_a_move_that_was_stopped_goes_on_with_what_was_changed_meanwhile(postgres_server: str, tmp_path: Path) -> None:
    key, there = small(tmp_path / "own"), Place(tmp_path / "share", postgres.database(postgres_server))
    with pytest.raises(Cancelled):
        moving.move(tmp_path / "own", key, there, progress=stopping_at("Making the search index", cancel))
    with Store.open(tmp_path / "own", key) as own, own.work() as session:
        found = session.get_one(Matter, 1)
        found.name = "改了名"
        session.add(Note(matter_id=1, body="后来的"))
    report = moving.move(tmp_path / "own", key, there)
    assert (report.clean, report.tables["matter"].brought, report.tables["client"].brought) == (True, 1, 0)
    with Store.open(there.folder, key) as office_:
        assert check.verify(office_) == []


def test_what_does_not_arrive_as_it_is_leaves_the_source_in_use(postgres_server: str, tmp_path: Path) -> None:
    key, there = small(tmp_path / "own"), Place(tmp_path / "share", postgres.database(postgres_server))

    def forge() -> None:
        with psycopg.connect(postgres.of_administrator(there.address)) as connection:
            connection.execute("UPDATE client SET name = 'another'")

    report = moving.move(tmp_path / "own", key, there, progress=stopping_at("Carrying evidence", forge)
                         if evidence(tmp_path / "own", key) else silent)
    assert not report.clean
    assert any("client" in one for one in report.problems)
    Store.open(tmp_path / "own", key).close()
    with pytest.raises(StoreUnavailable, match="not moved here"):
        Store.open(there.folder, key)
    assert moving.move(tmp_path / "own", key, there).clean


def evidence(folder: Path, key: keys.CabinetKey) -> bool:
    """Give the cabinet a file."""
    from casedesk.casework.evidence import add_files

    (folder.parent / "a.txt").write_text("a")
    with Store.open(folder, key) as store:
        return bool(add_files(store, 1, [folder.parent / "a.txt"]))


def test_a_move_killed_while_the_new_database_was_made_goes_on(tmp_path: Path) -> None:
    key, target = small(tmp_path / "source"), tmp_path / "target"
    target.mkdir()
    for name in ("cabinet.db", "cabinet.db-journal"):
        (target / name).touch()
    engine = open_engine(target / "cabinet.db", key.database)
    schema.create(engine)
    engine.dispose()
    assert moving.move(tmp_path / "source", key, Place(target)).clean


def test_evidence_lost_before_the_move_is_told_and_stops_nothing(tmp_path: Path) -> None:
    key = small(tmp_path / "own")
    evidence(tmp_path / "own", key)
    moved = next((tmp_path / "own" / "vault").glob("??/*"))
    moved.chmod(0o600)
    moved.unlink()
    report = moving.move(tmp_path / "own", key, Place(tmp_path / "new"))
    assert (report.clean, len(report.known), report.files) == (True, 1, 0)


def test_a_folder_or_database_of_another_cabinet_is_refused(postgres_server: str, tmp_path: Path) -> None:
    key, address = small(tmp_path / "own"), postgres.database(postgres_server)
    other, _ = Store.create(tmp_path / "other", "x", cost=QUICK, address=address)
    other.close()
    for place in (Place(tmp_path / "other"), Place(tmp_path / "share", address), Place(tmp_path / "own" / "inner")):
        with pytest.raises(StoreUnavailable):
            moving.move(tmp_path / "own", key, place)
    office.keep_address(tmp_path / "other", postgres.database(postgres_server))
    third, _ = Store.create(tmp_path / "third", "x", cost=QUICK, address=postgres.database(postgres_server))
    third.close()
    office.keep_address(tmp_path / "other", office.address_of(tmp_path / "third"))
    with pytest.raises(StoreUnavailable, match="another cabinet"):
        Store.open(tmp_path / "other", other.key)
    Store.open(tmp_path / "own", key).close()


def test_the_command_line_reports_each_table(tmp_path: Path, capsys: pytest.CaptureFixture[str],
                                             monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASEDESK_PASSPHRASE", "demo")
    monkeypatch.setenv("CASEDESK_LANG", "en")
    small(tmp_path / "own")
    move = ["move", str(tmp_path / "own")]
    assert run([*move, str(tmp_path / "new"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["verdict"], told["tables"]["client"]["rows"], told["problems"]) == ("ok", 1, [])
    assert run([*move, str(tmp_path / "newer")]) == StoreUnavailable.exit_code
    assert run([*move, "mysql://server/x"]) == InvalidEntry.exit_code
    assert run([*move, "postgresql://office@127.0.0.1:1/x"]) == StoreUnavailable.exit_code
    assert not (tmp_path / "own-office").exists()
    assert run([*move, "--undo"]) == 0
    assert run([*move, str(tmp_path / "newer")]) == 0
    assert "client\t1\t" in capsys.readouterr().out
