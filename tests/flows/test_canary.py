"""Nothing of a client's is told by an error nobody foresaw, nor lies in the open in the cabinet or beside it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from casedesk.base import reports
from casedesk.base.errors import CasedeskError
from casedesk.casework import backups, sanity
from casedesk.casework.evidence import add_files
from casedesk.records import Client, Matter, Note
from casedesk.store.cabinet import Store

CANARY = "金丝雀甲乙丙"

PROGRAM = f'''
import sys, threading
from casedesk import __main__
from casedesk.cli import verbs

def fault(options):
    person = "{CANARY}"
    def beside():
        raise KeyError(person)
    other = threading.Thread(target=beside)
    other.start()
    other.join()
    raise ValueError("cannot read " + person)

verbs.matters_list = fault
sys.argv[1:] = ["matters", "x"]
sys.exit(__main__.main())
'''


def test_what_a_command_says_of_a_fault_holds_no_value() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], check=False, capture_output=True)
    said = (done.stdout + done.stderr).decode("utf-8", "replace")
    assert done.returncode == 1
    assert said.count("KeyError") == said.count("ValueError") == 1
    assert CANARY not in said
    assert ascii(CANARY)[1:-1] not in said


def test_what_a_killed_program_left_in_the_open_is_gone_when_it_next_begins(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    lay = ("import os, signal, pathlib\nfrom casedesk.base import scratch\nheld = scratch.folder()\n"
           "pathlib.Path(held.name, 'x.mp3').write_text('words')\nos.kill(os.getpid(), signal.SIGKILL)")
    subprocess.run([sys.executable, "-c", lay], check=False)
    [left] = tmp_path.iterdir()
    assert left.stat().st_mode & 0o777 == 0o700
    with TemporaryDirectory(prefix=f"casedesk-{os.getpid()}-", dir=tmp_path) as living:
        (tmp_path / "casedesk-notes").mkdir()
        subprocess.run([sys.executable, "-m", "casedesk", "--version"], check=True, capture_output=True)
        assert {one.name for one in tmp_path.iterdir()} == {Path(living).name, "casedesk-notes"}


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the system is not asked")
def test_no_crash_writes_what_the_program_holds_and_no_other_program_reads_it() -> None:
    said = ("import ctypes, resource, sys\nfrom casedesk import __main__\nfrom casedesk.cli import verbs\n"
            "told = lambda _: print(resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(3))\n"
            "verbs.matters_list = told\n"
            "sys.argv[1:] = ['matters', 'x']\n__main__.main()")
    done = subprocess.run([sys.executable, "-c", said], check=True, capture_output=True, text=True)
    assert done.stdout == "(0, 0) 0\n"  # 3 is PR_GET_DUMPABLE


def test_a_thousand_errors_tell_nothing_of_what_they_were_about(store: Store, matter: Matter) -> None:
    told = []
    for number in range(1000):
        try:
            if number % 2:
                with store.engine.begin() as connection:
                    connection.execute(text("INSERT INTO matter (ref, name) VALUES (:ref, :name)"),
                                       {"ref": CANARY, "name": CANARY})
            else:
                raise ValueError(f"{CANARY} {number}")
        except (ValueError, DBAPIError) as problem:
            told.append(reports.report(type(problem), problem.__traceback__))
            if isinstance(problem, DBAPIError):
                told.append(str(problem))
    assert len(told) == 1500
    assert [one for one in told if CANARY in one] == []


def test_no_client_is_readable_in_the_files_of_a_cabinet_or_its_backups(
    store: Store, matter: Matter, tmp_path: Path,
) -> None:
    (tmp_path / "proof.txt").write_text(CANARY * 100, encoding="utf-8")
    with store.work() as session:
        session.add_all([Client(name=CANARY), Note(matter_id=matter.id, body=CANARY)])
    add_files(store, matter.id, [tmp_path / "proof.txt"])
    (tmp_path / "proof.txt").unlink()
    backups.back_up(store)
    backups.drill(store)
    sanity.run(store)
    with pytest.raises(CasedeskError):
        backups.add_place(store, store.folder / "vault")
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) > 6
    for path in files:
        whole = path.read_bytes()
        for form in (CANARY.encode(), CANARY.encode("utf-16-le"), ascii(CANARY)[1:-1].encode()):
            assert form not in whole, path.name
