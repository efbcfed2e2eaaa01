"""What the command line cannot do: one clear line, an exit code, nothing half-made, nothing ruined for others."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from casedesk.__main__ import main
from casedesk.base.errors import DocumentError, StoreUnavailable
from casedesk.base.files import syncing, whole_file
from casedesk.casework import sample
from casedesk.store.cabinet import Store
from casedesk.store.keys import Cost
from tests.flows.test_command_line import Run, cabinet, run  # noqa: F401 - fixtures

CHEAP = Cost(memory=64, passes=1, lanes=1)
only_posix = pytest.mark.skipif(os.name == "nt", reason="pipes and devices as files, and bytes as names")


REFUSED: list[tuple[tuple[str, ...], int, str]] = [
    (("new", "{file}"), 5, "cannot be written"),
    (("new", "{file}/in"), 5, "cannot be written"),
    (("new", ""), 3, "Name its folder"),
    (("restore", "{backup}", "{file}"), 5, "is not empty"),
    (("restore", "{backup}", "{here}/other", "--recovery"), 5, "CASEDESK_RECOVERY_KEY"),
    (("bundle", "{cabinet}", "--matter", "A-1", "--out", ""), 6, "is no file"),
    (("workbook", "{cabinet}", "--matter", "A-1", "--out", "{here}"), 6, "is no file"),
    (("backup", "{cabinet}", "--forget-place", "{here}/nowhere"), 3, "is no place for backups"),
    (("filed", "{cabinet}", "--matter", "A-1", "{here}/nowhere", "--recipient", "X", "--on", "2026-11-27"), 3,
     "There is no package"),
    (("filed", "{cabinet}", "--matter", "A-1", "x", "--recipient", "X", "--on", "27.11."), 2, "like 2026-11-27"),
    (("log", "{cabinet}", "--matter", "A-1", "--at", "2026-11-03T22:14Z", "--channel", "fax"), 2, "none of call, sms"),
    (("user", "add", "{cabinet}", "x", "--role", "other"), 2, "none of owner, lawyer"),
    (("user", "role", "{cabinet}", "x", "--role", "owner"), 3, "has no users"),
    (("mask", "{cabinet}", "--matter", "A-1", "x", "--withhold"), 2, "casedesk bundle --json"),
    *([] if sys.platform in ("win32", "darwin") else [((), 5, "no display")]),
]


def test_each_refusal_says_what_to_do(
        run: Run, cabinet: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    file, backup = tmp_path / "file", tmp_path / "backup"
    file.write_text("x")
    assert run("backup", cabinet, "--out", backup)[0] == 0
    for words, code, says in REFUSED:
        told = run(*(word.format(file=file, here=tmp_path, cabinet=cabinet, backup=backup) for word in words))
        assert (told[0], says in told[2]) == (code, True), (words, told[2])
        assert code == 2 or len(told[2].strip().splitlines()) == 1


@only_posix
def test_a_device_is_neither_read_nor_replaced(run: Run, cabinet: Path, tmp_path: Path) -> None:  # noqa: F811
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for device in (pipe, "/dev/zero"):
        code, _, err = run("evidence", "add", cabinet, "--matter", "A-1", device)
        assert (code, "not a file" in err) == (3, True)
    assert run("matter", "import", cabinet, pipe)[0] == 3
    assert run("bundle", cabinet, "--matter", "A-1", "--out", pipe)[0] == 6
    assert pipe.is_fifo()


@only_posix
def test_a_name_in_chinese_bytes_is_read_and_bytes_that_are_no_text_are_refused(
        run: Run, cabinet: Path, tmp_path: Path) -> None:  # noqa: F811
    name = os.fsdecode("短信.txt".encode("gb18030"))
    (tmp_path / name).write_text("x")
    code, out, err = run("evidence", "add", cabinet, "--matter", "A-1", tmp_path / name)
    assert (code, "短信.txt" in out) == (0, True), err
    code, _, err = run("matter", "add", cabinet, "--ref", os.fsdecode(b"\xff"), "--title", "x", "--client", "y")
    assert (code, "no readable text" in err) == (3, True)


@only_posix
def test_closed_streams_are_no_mistake(cabinet: Path) -> None:  # noqa: F811
    command = f'"{sys.executable}" -m casedesk matters "{cabinet}"'
    for closed, code in (("<&-", 0), (">&-", 0), ("2>&-", 0), ("> /dev/full", 5)):
        if closed == "> /dev/full" and not Path("/dev/full").is_char_device():
            continue
        done = subprocess.run(f"{command} {closed}", shell=True, capture_output=True, text=True,
                              env={**os.environ, "CASEDESK_PASSPHRASE": "一二三 correct horse"}, check=False)
        assert done.returncode == code, (closed, done.stderr)
        assert len(done.stderr.splitlines()) <= 1


def test_an_unforeseen_mistake_is_one_line(
        run: Run, cabinet: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    def broken(*_: object) -> None:
        raise KeyError("a client's name")

    monkeypatch.setattr("casedesk.casework.matters.matter_lines", broken)
    code, _, err = run("matters", cabinet)
    assert (code, len(err.splitlines()), "KeyError" in err, "client's name" in err) == (1, 1, True, False)


def test_of_several_who_make_one_cabinet_one_succeeds(tmp_path: Path) -> None:
    def make(_: int) -> bool:
        try:
            Store.create(tmp_path / "cabinet", "x", cost=CHEAP)[0].close()
        except StoreUnavailable:
            return False
        return True

    with ThreadPoolExecutor(6) as several:
        assert sum(several.map(make, range(6))) == 1
    assert main(["verify", str(tmp_path / "cabinet")]) in (0, 5)  # 5: another passphrase; never damaged
    assert {one.name for one in (tmp_path / "cabinet").iterdir()} >= {"cabinet.json", "cabinet.db", "vault"}


def test_what_fails_while_it_is_made_leaves_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("casedesk.store.schema.create", full)
    with pytest.raises(OSError, match="No space"):
        Store.create(tmp_path / "cabinet", "x", cost=CHEAP)
    assert list((tmp_path / "cabinet").iterdir()) == []


def test_two_who_write_one_file_each_write_their_own(tmp_path: Path) -> None:
    path = tmp_path / "b.pdf"
    with whole_file(path, error=DocumentError) as first:
        with whole_file(path, error=DocumentError) as second:
            first.write_text("first")
            second.write_text("second")
        assert path.read_text() == "second"
    assert path.read_text() == "first"
    assert list(tmp_path.iterdir()) == [path]


def test_what_cannot_be_brought_to_the_disk_beside_other_work_is_told(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    path, meanwhile = tmp_path / "b.pdf", list[str]()
    with pytest.raises(DocumentError, match="disk is full"), whole_file(path, error=DocumentError) as part:
        part.write_text("pages")
        monkeypatch.setattr("os.fsync", full)
        with syncing(part):
            meanwhile.append("done")
    assert (meanwhile, list(tmp_path.iterdir())) == (["done"], [])


def test_a_sample_that_was_stopped_can_be_made_again(tmp_path: Path) -> None:
    def stop(done: int, total: int, note: str = "") -> None:
        if done > 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sample.build(tmp_path / "cabinet", tmp_path / "package", stop)
    assert list(tmp_path.iterdir()) == []
