"""Importing by command line: real files, the sums, the problems, and files that are none."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.casework.test_importing import calls
from tests.casework.test_masked_numbers import bill
from tests.flows.test_command_line import DATA, cabinet, run

__all__ = ["cabinet", "run"]

Run = Callable[..., tuple[int, str, str]]
PHONE = DATA / "phone"


def take(run: Run, cabinet: Path, *words: object, code: int = 0) -> list[dict[str, Any]]:
    ended, out, err = run("import", cabinet, "--matter", "A-1", *words, "--json")
    assert ended == code, err
    files: list[dict[str, Any]] = json.loads(out)["files"]
    for file in files:
        lost = sum(problem["line"] is not None for problem in file["problems"])
        assert file["read"] == (
            file["imported"] + file["duplicates"] + file["merged"] + file["excluded"] + lost)
    return files


def listed(run: Run, cabinet: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(run("incidents", cabinet, "--matter", "A-1", "--json")[1])
    return found


def test_a_phone_is_taken_in_once(run: Run, cabinet: Path) -> None:
    (looked,) = take(run, cabinet, PHONE / "calls.xml", "--with-private", "--dry-run")
    assert (looked["format"], looked["read"], looked["imported"], looked["problems"]) == ("sms-backup", 16, 16, [])
    assert listed(run, cabinet) == []
    take(run, cabinet, PHONE / "calls.xml", "--with-private")
    found = listed(run, cabinet)
    assert len(found) == 16
    assert found[0]["sources"] == [{"kind": "phone", "file": "calls.xml", "line": 4}]
    a, b = take(run, cabinet, PHONE / "calls-a.xml", PHONE / "calls-b.xml", "--with-private", code=7)
    assert a["problems"] == [{"line": None, "about": None, "sheet": "",
                              "message": "The file says it holds 56 entries; it holds 12."}]
    assert a["duplicates"] + b["duplicates"] + a["imported"] + b["imported"] == 24
    count = len(listed(run, cabinet))
    for _ in range(3):
        again = take(run, cabinet, PHONE / "calls.xml", PHONE / "calls-a.xml", PHONE / "calls-b.xml", "--with-private",
                     code=7)
        assert [file["imported"] for file in again] == [0, 0, 0]
    assert len(listed(run, cabinet)) == count
    assert run("verify", cabinet)[0] == 0


def test_a_file_of_no_known_format_is_named_and_offered_as_evidence(run: Run, cabinet: Path, tmp_path: Path) -> None:
    picture = tmp_path / "calls.xml"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    code, out, err = run("import", cabinet, "--matter", "A-1", picture)
    assert code == 7
    assert "a PNG file" in err
    assert "evidence add" in out
    (file,) = take(run, cabinet, picture, code=7)
    assert (file["format"], file["read"], len(file["problems"])) == ("", 0, 1)


def test_an_empty_or_missing_file_is_a_problem_not_a_crash(run: Run, cabinet: Path, tmp_path: Path) -> None:
    (tmp_path / "sms.xml").write_bytes(b"")
    empty, missing = take(run, cabinet, tmp_path / "sms.xml", tmp_path / "none.xml", code=7)
    assert "empty" in empty["problems"][0]["message"]
    assert "none.xml" in missing["problems"][0]["message"]
    code, out, err = run("import", cabinet, "--matter", "A-1", tmp_path / "none.xml")
    assert (code, out) == (7, "none.xml: nothing was taken in\n"), "what is not there is of no format"
    assert "No such file" in err


@pytest.mark.parametrize(("words", "code"), [
    (("--format", "nonsense"), 7), (("--zone", "Mars/Phobos"), 3), (("--answer", "nonsense"), 2)])
def test_wrong_options_are_said(words: tuple[str, str], code: int, run: Run, cabinet: Path) -> None:
    assert run("import", cabinet, "--matter", "A-1", PHONE / "calls.xml", *words)[0] == code
    assert listed(run, cabinet) == []


def test_a_question_stops_until_it_is_answered(run: Run, cabinet: Path, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("Date,Phone number,What they said\n3/4/2026 22:14,95588,pay\n")
    code, _, err = run("import", cabinet, "--matter", "A-1", path)
    assert code == 3
    assert "dmy" in err
    take(run, cabinet, path, "--answer", "day_month=mdy")
    assert listed(run, cabinet)[0]["at"] == "2026-03-04T22:14:00+08:00"


CHAT = "3/4/26, 9:05 - 催收员: 还钱\n3/4/26, 9:06 - 王女士: 知道了\n"


def test_each_of_several_files_is_answered_for_itself(run: Run, cabinet: Path, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(CHAT, encoding="utf-8")
    (tmp_path / "b.txt").write_text(CHAT.replace("9:0", "8:0"), encoding="utf-8")
    files = tmp_path / "a.txt", tmp_path / "b.txt"
    code, _, err = run("import", cabinet, "--matter", "A-1", *files, "--answer", "a.txt:dates=mdy")
    assert code == 3
    assert "b.txt" in err
    assert "dates" in err
    take(run, cabinet, *files, "--answer", "a.txt:dates=mdy", "--answer", "b.txt:dates=dmy", "--answer", "me=王女士",
         "--answer", "b.txt:zone=Europe/London")
    assert [(one["at"], one["direction"]) for one in listed(run, cabinet)] == [
        ("2026-03-04T09:05:00+08:00", "in"), ("2026-03-04T09:06:00+08:00", "out"),
        ("2026-04-03T08:05:00+01:00", "in"), ("2026-04-03T08:06:00+01:00", "out")]


@pytest.mark.parametrize(("given", "said"), [
    ("day_month=dmy", "dates, me, zone"), ("dates=ymd", "dmy"), ("me=李女士", "王女士"),
    ("zone=Mars/Phobos", "Mars/Phobos"), ("b.txt:me=王女士", "b.txt")])
def test_an_answer_that_nobody_asked_or_that_is_none_is_refused(
        given: str, said: str, run: Run, cabinet: Path, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(CHAT, encoding="utf-8")
    rest = ("--answer", "dates=dmy") if given.startswith("me") else ()
    code, _, err = run("import", cabinet, "--matter", "A-1", tmp_path / "a.txt", *rest, "--answer", given)
    assert code == 3
    assert said in err
    assert listed(run, cabinet) == []


def test_what_need_not_be_answered_is_said_and_one_row_is_one(run: Run, cabinet: Path, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("23/4/26, 9:05 - 催收员: 还钱\n", encoding="utf-8")
    _, out, err = run("import", cabinet, "--matter", "A-1", tmp_path / "a.txt", "--answer", "dates=mdy")
    assert "“dates” was not needed" in err
    assert "1 row read" in out


def test_a_masked_number_is_said_without_files_and_taken_back(run: Run, cabinet: Path, tmp_path: Path) -> None:
    masked, full = "138****5678", "13812345678"
    take(run, cabinet, bill(tmp_path, ("11-03 22:14:00", masked, "00:01:05")),
         calls(tmp_path, (full, "2026-11-03T22:14:41", 65, "1")), code=7)
    assert [one["number"] for one in listed(run, cabinet)] == [masked, full]
    command = "import", cabinet, "--matter", "A-1"
    code, out, err = run(*command, "--dry-run")
    assert (code, out) == (0, "")
    assert f"{masked} may be {full}: the only known number that fits" in err
    assert run(*command, "--same", f"{masked}={full}")[:2] == (0, f"{masked}={full}: 1 contact\n")
    (one,) = listed(run, cabinet)
    assert (one["number"], [source["kind"] for source in one["sources"]]) == (full, ["bill", "phone"])
    code, out, _ = run(*command, "--not-same", f"{masked}={full}", "--json")
    assert (code, json.loads(out)["same"]) == (0, {f"{masked}={full}": 1})
    assert [one["number"] for one in listed(run, cabinet)] == [masked, full]
    assert run(*command, "--same", f"139****0000={full}")[0] == 3
    assert run(*command)[0] == 3
    assert run("verify", cabinet)[0] == 0


def test_what_is_private_is_left_out(run: Run, cabinet: Path, tmp_path: Path) -> None:
    told = calls(tmp_path, ("95588", "2026-11-03T22:14:41", 65, "1"), ("13900001111", "2026-11-03T22:20:00", 5, "1"))
    looked = json.loads(run("import", cabinet, "--matter", "A-1", told, "--only-known", "--dry-run", "--json")[1])
    assert looked["files"][0]["excluded"] == 2
    take(run, cabinet, told, "--exclude", "+86 139 0000 1111")
    assert [one["number"] for one in listed(run, cabinet)] == ["95588"]


def test_the_people_of_the_address_book_are_named_and_left_out(run: Run, cabinet: Path) -> None:
    command = ("import", cabinet, "--matter", "A-1", PHONE / "sms-mms.xml")
    code, out, err = run(*command, "--json")
    (told,) = json.loads(out)["files"]
    assert (code, told["imported"], told["excluded"]) == (0, 4, 11)
    assert {"number": "+15555550000", "name": "Jane Smith", "rows": 4} in told["private"]
    assert "Jane Smith is in the phone's address book: 4 rows left out as private; --include +15555550000" in err
    assert not any("15555550000" in one["number"] for one in listed(run, cabinet))
    (told,) = take(run, cabinet, PHONE / "sms-mms.xml", "--include", "+1 555 555 0000")
    assert (told["imported"], told["duplicates"], told["excluded"]) == (4, 4, 7)
    (told,) = take(run, cabinet, PHONE / "sms-mms.xml", "--with-private")
    assert (told["imported"], told["duplicates"], told["excluded"]) == (7, 8, 0)


def test_who_has_a_name_and_no_number_is_taken_with_all_others(run: Run, cabinet: Path, tmp_path: Path) -> None:
    told = tmp_path / "sms.xml"
    told.write_text('<smses count="1"><sms address="" date="1762179281000" type="1" body="x" contact_name="妈妈"/>'
                    "</smses>", encoding="utf-8")
    _, _, err = run("import", cabinet, "--matter", "A-1", told, "--json")
    assert "妈妈 is in the phone's address book: 1 row left out as private; --with-private takes it." in err
    (taken,) = take(run, cabinet, told, "--with-private")
    assert taken["imported"] == 1


def test_what_one_source_tells_and_another_does_not_is_listed(run: Run, cabinet: Path,
                                                                          tmp_path: Path) -> None:
    take(run, cabinet, calls(tmp_path, ("95588", "2026-11-03T22:14:41", 65, "1"),
                             ("95599", "2026-11-03T22:20:00", 5, "1")))
    told = bill(tmp_path, ("11-03 22:14:00", "95588", "00:01:05"), ("11-03 22:30:00", "95566", "00:00:09"))
    looked = json.loads(run("import", cabinet, "--matter", "A-1", told, "--dry-run", "--json")[1])
    kept = json.loads(run("import", cabinet, "--matter", "A-1", told, "--json")[1])
    assert [(one["here"], one["number"], one["where"]) for one in looked["unmatched"]] == [
        (False, "95599", "calls.xml:3"), (True, "95566", "bill.csv: 4")]
    assert kept["unmatched"] == looked["unmatched"]
    _, out, _ = run("import", cabinet, "--matter", "A-1", told, "--dry-run")
    assert "  2026-11-03 22:20  95599  bill.csv does not tell it  calls.xml:3" in out.splitlines()
