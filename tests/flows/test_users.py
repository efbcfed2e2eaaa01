"""A firm gets users by command line alone: each by their own password, each with what their role allows."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from casedesk.__main__ import main
from casedesk.store import keys
from tests.conftest import QUICK

Run = Callable[..., int]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """One command as somebody with a password; `new` is what is set."""
    monkeypatch.setenv("CASEDESK_LANG", "en")
    monkeypatch.setattr(keys, "OFFICE", QUICK)
    for changed in (keys.create, keys.set_password, keys.change_passphrase):
        monkeypatch.setattr(changed, "__kwdefaults__", {"cost": QUICK})

    def command(password: str, *words: object, new: str = "") -> int:
        monkeypatch.setenv("CASEDESK_PASSPHRASE", password)
        monkeypatch.setenv("CASEDESK_NEW_PASSPHRASE", new)
        try:
            return main([str(word) for word in words])
        finally:
            monkeypatch.delenv("CASEDESK_USER", raising=False)

    return command


def test_a_firm_of_three(run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str],
                         monkeypatch: pytest.MonkeyPatch) -> None:
    cabinet = tmp_path / "cabinet"
    assert run("eins", "new", cabinet) == 0
    for ref in ("A-1", "B-2"):
        assert run("eins", "matter", "add", cabinet, "--ref", ref, "--title", "t", "--client", f"client of {ref}") == 0
    assert run("eins", "user", "add", cabinet, "李律师", "--role", "lawyer", "--user", "王律师", new="zwei") == 0
    assert run("eins", "user", "add", cabinet, "Auditor", "--role", "read-only", "--user", "王律师", new="drei") == 0
    assert run("eins", "matter", "team", cabinet, "--matter", "B-2", "--only", "李律师", "--user", "王律师") == 0
    capsys.readouterr()

    assert run("eins", "matters", cabinet) == 5
    assert "several users" in capsys.readouterr().err
    assert run("eins", "matters", cabinet, "--user", "李律师") == 5
    assert "wrong" in capsys.readouterr().err
    assert run("zwei", "matters", cabinet, "--user", "李律师", "--json") == 0
    assert [one["ref"] for one in json.loads(capsys.readouterr().out)] == ["B-2", "A-1"]
    monkeypatch.setenv("CASEDESK_USER", "auditor")
    assert run("drei", "matters", cabinet, "--json") == 0
    assert [one["ref"] for one in json.loads(capsys.readouterr().out)] == ["A-1"]
    assert run("drei", "search", cabinet, "client of B", "--user", "auditor", "--json") == 0
    assert json.loads(capsys.readouterr().out)["total"] == 0

    log = ("log", cabinet, "--matter", "A-1", "--at", "2026-11-03T22:14+08:00", "--channel", "call",
           "--number", "95555")
    assert run("drei", *log, "--user", "auditor") == 5
    assert "Read-only" in capsys.readouterr().err
    assert run("zwei", *log, "--user", "李律师") == 0
    assert run("drei", "log", cabinet, "--matter", "B-2", *log[4:], "--user", "auditor") == 3
    assert "no matter" in capsys.readouterr().err
    assert run("zwei", "chain", cabinet, "--out", tmp_path / "chain.jsonl", "--user", "李律师") == 5
    assert not (tmp_path / "chain.jsonl").exists()

    assert run("zwei", "user", "password", cabinet, "--user", "李律师", new="vier") == 0
    assert run("eins", "user", "password", cabinet, "Auditor", "--user", "王律师", new="fünf") == 0
    assert run("zwei", "matters", cabinet, "--user", "李律师") == 5
    assert run("vier", "matters", cabinet, "--user", "李律师") == 0
    assert run("fünf", "matters", cabinet, "--user", "auditor") == 0
    assert run("eins", "user", "disable", cabinet, "auditor", "--user", "王律师") == 0
    assert run("fünf", "matters", cabinet, "--user", "auditor") == 5
    capsys.readouterr()
    assert run("eins", "user", "list", cabinet, "--user", "王律师", "--json") == 0
    assert [(one["name"], one["role"], one["opens"]) for one in json.loads(capsys.readouterr().out)] == [
        ("王律师", "owner", True), ("李律师", "lawyer", True), ("Auditor", "read-only", False)]
    assert run("eins", "verify", cabinet, "--user", "王律师") == 0


def test_a_backup_of_a_firm_is_restored_by_its_owner(run: Run, tmp_path: Path,
                                                     capsys: pytest.CaptureFixture[str]) -> None:
    cabinet, backup = tmp_path / "cabinet", tmp_path / "backup.casedesk"
    assert run("eins", "new", cabinet) == 0
    recovery = capsys.readouterr().out.split()[-1]
    assert run("eins", "user", "add", cabinet, "李律师", "--role", "lawyer", "--user", "王律师", new="zwei") == 0
    assert run("zwei", "backup", cabinet, "--out", backup, "--user", "李律师") == 0
    capsys.readouterr()
    assert run("zwei", "restore", backup, tmp_path / "by lawyer", "--user", "李律师") == 5
    assert "restore a backup" in capsys.readouterr().err
    assert not (tmp_path / "by lawyer").exists()
    assert run("eins", "restore", backup, tmp_path / "by owner", "--user", "王律师") == 0
    assert run("zwei", "matters", tmp_path / "by owner", "--user", "李律师") == 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CASEDESK_RECOVERY_KEY", recovery)
        assert run("neu", "restore", backup, tmp_path / "by key", "--recovery", "--user", "王律师") == 0
    assert run("neu", "matters", tmp_path / "by key", "--user", "王律师") == 0


def test_a_matter_on_hold_is_not_destroyed_and_two_people_destroy_it_after_its_day(
        run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cabinet, certificate = tmp_path / "cabinet", tmp_path / "certificate.json"
    of = (cabinet, "--matter", "A-1", "--user")
    run("eins", "new", cabinet)
    run("eins", "matter", "add", cabinet, "--ref", "A-1", "--title", "t", "--client", "林某")
    run("eins", "user", "add", cabinet, "李律师", "--role", "lawyer", "--user", "王律师", new="zwei")
    assert run("eins", "matter", "keep", *of, "王律师", "--until", "2020-01-01", "--hold", "a court said so") == 0
    assert run("eins", "destroy", *of, "王律师", "--who", "王律师", "--ask", "over") == 3
    capsys.readouterr()
    assert run("eins", "matter", "keep", *of, "王律师", "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"until": "2020-01-01", "hold": True, "reason": "a court said so"}
    assert run("eins", "matter", "keep", *of, "王律师", "--release") == 0
    assert run("eins", "destroy", *of, "王律师", "--who", "王律师", "--ask", "over") == 0
    assert run("eins", "destroy", *of, "王律师", "--who", "王律师", "--certificate", certificate) == 3
    assert run("zwei", "destroy", *of, "李律师", "--who", "李律师", "--certificate", certificate) == 0
    assert json.loads(certificate.read_text(encoding="utf-8"))["reason"] == "over"


def test_a_forgotten_passphrase_is_set_anew_with_the_recovery_key_and_a_new_key_is_printed(
        run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    cabinet = tmp_path / "cabinet"
    assert run("forgotten", "new", cabinet) == 0
    [key] = capsys.readouterr().out.split()
    monkeypatch.setenv("CASEDESK_RECOVERY_KEY", key)
    assert run("", "recovery", cabinet, "--use", new="eins") == 0
    assert run("eins", "recovery", cabinet, "--json") == 0
    made = json.loads(capsys.readouterr().out)["recovery_key"]
    assert run("", "recovery", cabinet, "--use", new="zwei") == 5  # the old one opens nothing any more
    monkeypatch.setenv("CASEDESK_RECOVERY_KEY", made)
    assert run("", "recovery", cabinet, "--use", new="zwei") == 0
    assert run("zwei", "matters", cabinet) == 0


def test_an_owner_is_told_when_a_new_key_was_broken_off_before_it_was_shown(
        run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    cabinet = tmp_path / "cabinet"
    assert run("eins", "new", cabinet) == 0
    assert run("eins", "user", "add", cabinet, "李律师", "--role", "lawyer", "--user", "王律师", new="zwei") == 0
    with monkeypatch.context() as broken:
        broken.setattr("casedesk.cli.people.say", _dies)
        assert run("eins", "rekey", cabinet, "--user", "王律师") == 130
    capsys.readouterr()
    assert run("eins", "matters", cabinet, "--user", "王律师") == 0
    assert "nor the passwords of: 李律师" in capsys.readouterr().err
    assert run("eins", "rekey", cabinet, "--user", "王律师") == 0
    capsys.readouterr()
    assert run("eins", "matters", cabinet, "--user", "王律师") == 0
    assert capsys.readouterr().err == ""


def _dies(*_: object) -> None:
    raise KeyboardInterrupt
