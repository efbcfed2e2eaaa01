from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path

import pytest

from casedesk.base import times
from casedesk.base.errors import InvalidEntry
from casedesk.casework import backups
from casedesk.casework.evidence import add_files
from casedesk.casework.settings import set_firm
from casedesk.cli.main import run
from casedesk.records import Matter, Note
from casedesk.store import keys
from casedesk.store.cabinet import Store
from tests.conftest import QUICK, kept_file

SOON, LATER = dt.timedelta(minutes=29), dt.timedelta(minutes=31)


@pytest.fixture
def proof(store: Store, matter: Matter, tmp_path: Path) -> Path:
    """The kept file of one piece of evidence."""
    (tmp_path / "a.txt").write_text("a")
    [evidence] = add_files(store, matter.id, [tmp_path / "a.txt"])
    return kept_file(store, evidence.vault_name)


def change(store: Store, matter: Matter) -> None:
    with store.work() as session:
        session.add(Note(matter_id=matter.id, body="x"))


def test_a_backup_is_due_half_an_hour_after_the_last_when_something_changed(store: Store, matter: Matter) -> None:
    now = times.now()
    assert backups.due(store, now)
    backups.back_up(store)
    assert not backups.due(store, now + LATER)
    change(store, matter)
    assert not backups.due(store, times.now() + SOON)
    assert backups.due(store, times.now() + LATER)


def test_settings_and_a_new_passphrase_are_changes_too(store: Store) -> None:
    backups.back_up(store)
    set_firm(store, "某律所")
    assert backups.due(store, times.now() + LATER)
    backups.back_up(store)
    keys.change_passphrase(store.folder, store.key, "new", cost=QUICK)
    assert backups.due(store, times.now() + LATER)
    backups.back_up(store)
    assert not backups.due(store, times.now() + LATER)


def test_before_a_risk_only_what_changed_is_backed_up(store: Store, matter: Matter) -> None:
    backups.before(store)
    backups.before(store)
    assert len(backups.listed(store)) == 1
    change(store, matter)
    backups.before(store)
    assert len(backups.listed(store)) == 2


def test_a_damaged_backup_is_listed_with_its_reason_and_the_others_too(
        store: Store, matter: Matter, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    backups.before(store)
    change(store, matter)
    backups.before(store)
    [(newest, _), (oldest, _)] = backups.listed(store)
    oldest.write_bytes(b"encrypted by somebody else")
    [(first, whole), (second, told)] = backups.listed(store)
    assert (first, second, whole["seq"] > 0, "damaged" in told["problem"]) == (newest, oldest, True, True)
    store.close()
    monkeypatch.setenv("CASEDESK_PASSPHRASE", "pass")
    assert run(["backup", str(store.folder), "--list"]) == 0
    said = capsys.readouterr()
    assert str(oldest) in said.out
    assert "damaged" in said.err


def test_a_place_that_is_gone_is_told_and_the_others_go_on(store: Store, matter: Matter, tmp_path: Path) -> None:
    backups.add_place(store, tmp_path / "stick")
    shutil.rmtree(tmp_path / "stick")
    near, stick = backups.back_up(store)
    assert (near.problem, near.good_at != "") == ("", True)
    assert ("is not there" in stick.problem, stick.good_at) == (True, "")
    assert not backups.due(store, times.now() + SOON)
    assert backups.due(store, times.now() + LATER)
    assert backups.states(store) == [near, stick]
    backups.add_place(store, tmp_path / "stick")
    assert [one.problem for one in backups.back_up(store)] == ["", ""]


def test_the_last_place_is_never_forgotten(store: Store, tmp_path: Path) -> None:
    with pytest.raises(InvalidEntry):
        backups.forget_place(store, backups.beside(store))
    backups.add_place(store, tmp_path / "stick")
    backups.forget_place(store, backups.beside(store))
    assert backups.places(store) == [tmp_path / "stick"]


def test_a_drill_restores_everything_and_reports(store: Store, proof: Path) -> None:
    assert not backups.drill_due(store, times.now())
    backups.back_up(store)
    assert backups.drill_due(store, times.now())
    [state] = backups.drill(store)
    assert (state.drill_good, state.drill_said) == (True, "3 files restored, every byte checked.")
    assert not backups.drill_due(store, times.now() + dt.timedelta(days=29))
    assert backups.drill_due(store, times.now() + dt.timedelta(days=31))
    [report] = backups.beside(store).glob("*/drill-*.json")
    assert json.loads(report.read_text(encoding="utf-8"))["problems"] == []
    assert list(backups.beside(store).glob("*/drill-*.part")) == []


def test_a_drill_finds_a_flipped_bit_and_the_next_backup_mends_it(store: Store, proof: Path) -> None:
    backups.back_up(store)
    [copy] = backups.beside(store).glob("*/vault/??/*")
    whole = copy.read_bytes()
    copy.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    [state] = backups.drill(store)
    assert not state.drill_good
    assert copy.name in state.drill_said
    backups.back_up(store)
    assert backups.drill(store)[0].drill_good


def test_a_cabinet_that_lost_a_file_is_backed_up_and_the_loss_is_told(store: Store, proof: Path) -> None:
    proof.unlink()
    [state] = backups.back_up(store)
    assert (state.problem, state.lacking) == ("", 1)
    assert backups.drill(store)[0].drill_good
