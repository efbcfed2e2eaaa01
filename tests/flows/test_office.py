"""A small firm's office by command line alone: wholly in PostgreSQL, backed up, drilled, and restored elsewhere."""

from __future__ import annotations

import json
from pathlib import Path

import psycopg
import pytest

from casedesk.__main__ import main
from casedesk.base import paths
from casedesk.store import keys
from tests import postgres
from tests.conftest import QUICK


@pytest.fixture(autouse=True)
def desk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CASEDESK_LANG", "en")
    monkeypatch.setenv("CASEDESK_PASSPHRASE", "eins")
    monkeypatch.setattr(paths, "settings_folder", lambda: tmp_path / "settings")
    for changed in (keys.create, keys.set_password, keys.change_passphrase):
        monkeypatch.setattr(changed, "__kwdefaults__", {"cost": QUICK})


def test_it_is_named_by_its_address_and_comes_back_from_its_backup_into_another_server(
        postgres_server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch) -> None:
    def run(*words: object, code: int = 0) -> str:
        assert main([str(word) for word in words]) == code, capsys.readouterr().err
        return capsys.readouterr().out

    here, there = postgres.database(postgres_server), postgres.database(postgres_server)
    recovery = run("new", here).strip()
    run("matter", "add", here, "--ref", "A-1", "--title", "t", "--client", "林某")
    (tmp_path / "recording.amr").write_bytes(b"#!AMR\n" + bytes(400_000))
    run("evidence", "add", here, "--matter", "A-1", tmp_path / "recording.amr")
    assert run("verify", here).splitlines()[-1] == "OK"
    for asked in ((), ("--drill",)):
        assert main(["backup", here, *asked]) == 3
        assert "No place is chosen for the office's backups" in capsys.readouterr().err
    assert json.loads(run("backup", here, "--list", "--json"))["places"] == []
    assert Path(run("backup", here, "--add-place", tmp_path / "stick").strip()).is_file()
    run("matter", "add", here, "--ref", "B-2", "--title", "t", "--client", "陈某")
    [kept] = json.loads(run("backup", here, "--json"))["places"]
    assert (kept["problem"], kept["files"]) == ("", 3)
    assert "3 files restored, every byte checked." in run("backup", here, "--drill")

    monkeypatch.setattr(paths, "settings_folder", lambda: tmp_path / "another machine")
    file = max((tmp_path / "stick").rglob("*.casedesk-backup"))
    monkeypatch.delenv("CASEDESK_PASSPHRASE")
    monkeypatch.setenv("CASEDESK_RECOVERY_KEY", recovery)
    monkeypatch.setenv("CASEDESK_NEW_PASSPHRASE", "zwei")
    monkeypatch.setattr("casedesk.cli.passphrase.chosen", lambda *_: "zwei")
    run("restore", file, here, "--recovery", code=5)  # nothing is written over
    run("restore", file, there, "--recovery")
    monkeypatch.setenv("CASEDESK_PASSPHRASE", "zwei")
    assert [one["ref"] for one in json.loads(run("matters", there, "--json"))] == ["B-2", "A-1"]
    assert run("verify", there).splitlines()[-1] == "OK"
    run("restore", file, tmp_path / "alone", code=5)  # the old passphrase opens the backup
    monkeypatch.setenv("CASEDESK_PASSPHRASE", "eins")
    run("restore", file, tmp_path / "alone")
    assert run("verify", tmp_path / "alone").splitlines()[-1] == "OK"
    assert run("move", tmp_path / "alone", postgres.database(postgres_server), "--vault", "database", "--json")
    file.write_bytes(file.read_bytes()[:-100])
    run("restore", file, postgres.database(postgres_server), code=8)
    with psycopg.connect(postgres.of_administrator(here)) as connection:
        connection.execute("DELETE FROM vault_file")
    assert run("verify", here, code=8).splitlines()[-1] == "FAILED"
