"""One whole story by command line: a new cabinet, a matter, incidents with proof, and what leaves the firm."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from openpyxl import load_workbook
from pikepdf import pdfa
from PIL import Image

from casedesk.__main__ import main
from casedesk.base import paths
from casedesk.exports import signing
from tests.authority import PASSPHRASE, Authority, certificate_file, running

DATA = Path(__file__).parents[1] / "data"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Run one command line; returns exit code, stdout and stderr."""
    monkeypatch.setenv("CASEDESK_PASSPHRASE", "一二三 correct horse")
    monkeypatch.setenv("CASEDESK_LANG", "en")
    monkeypatch.setattr(paths, "settings_folder", lambda: tmp_path / "settings")

    def run(*words: object) -> tuple[int, str, str]:
        try:
            code = main([str(word) for word in words])
        except SystemExit as leaving:
            code = int(str(leaving.code))
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return code, out, err

    return run


@pytest.fixture
def cabinet(run: Run, tmp_path: Path) -> Path:
    """A cabinet with one matter."""
    folder = tmp_path / "卷柜"
    assert run("new", folder)[0] == 0
    assert run("matter", "add", folder, "--ref", "A-1", "--title", "林某 / 某银行", "--client", "林𬭎")[0] == 0
    return folder


def log(run: Run, cabinet: Path, *more: object) -> str:
    code, out, err = run("log", cabinet, "--matter", "A-1", "--at", "2026-11-03T22:14+08:00", "--channel", "call",
                         "--number", "0755 8888 0001", *more, "--json")
    assert code == 0, err
    return str(json.loads(out)["incident"])


def shot(folder: Path, name: str = "截图.png") -> Path:
    path = folder / name
    Image.new("RGB", (1080, 2400), "#e9e9eb").save(path)
    return path


def read(run: Run, *words: object) -> Any:
    code, out, err = run(*words, "--json")
    assert code == 0, err
    return json.loads(out)


def test_an_incident_comes_back_as_it_was_logged(run: Run, cabinet: Path, tmp_path: Path) -> None:
    logged = log(run, cabinet, "--answered", "--duration", 185, "--reached", "relative", "--words",
                 "=今天不还款，<b>公安</b>就去你单位", "--tag", "威胁", "--tag", "第三人", "--evidence", shot(tmp_path))
    [incident] = read(run, "incidents", cabinet, "--matter", "A-1")
    assert incident["id"] == logged
    assert incident["at"] == "2026-11-03T22:14:00+08:00"
    assert incident["zone"] == "Asia/Shanghai"
    assert (incident["answered"], incident["duration"], incident["reached"]) == (True, 185, "relative")
    assert incident["words"] == "=今天不还款，<b>公安</b>就去你单位"
    assert incident["tags"] == ["威胁", "第三人"]
    assert len(incident["evidence"]) == 1
    assert incident["sources"] == [{"kind": "memory", "file": "", "line": None}]


def test_matters_and_search_answer_in_json(run: Run, cabinet: Path) -> None:
    log(run, cabinet, "--words", "再不还就通知你单位")
    [matter] = read(run, "matters", cabinet)
    assert {"ref": "A-1", "client": "林𬭎", "jurisdiction": "cn", "incidents": 1}.items() <= matter.items()
    for words in ("位", "通知", "8888", "就通知你单"):
        found = read(run, "search", cabinet, words)
        assert (found["total"], found["hits"][0]["kind"]) == (1, "incident"), words
    assert read(run, "search", cabinet, "恐吓") == {"total": 0, "hits": []}


def test_a_check_says_the_same_each_time_and_the_matters_count_it(run: Run, cabinet: Path) -> None:
    logged = [log(run, cabinet, "--answered", "--words", "小心我弄死你", "--tag", "威胁人身") for _ in range(2)]
    said = read(run, "check", cabinet, "--matter", "A-1", "--lang", "en")
    assert said == read(run, "check", cabinet, "--matter", "A-1", "--lang", "en")
    assert said["rules"]["set"] == "cn"
    found = {one["rule"]: one for one in said["findings"]}
    threat = found["threat-safety"]
    assert (threat["severity"], threat["confidence"], threat["incidents"]) == ("S4", "verified", logged)
    assert "Criminal Law 293" in threat["citation"]
    assert threat["why"].startswith("2 contacts tagged “Threat of violence”")
    assert "is not recorded" in found["night-contact"]["why"]
    [matter] = read(run, "matters", cabinet)
    assert matter["open_findings"] == len(said["findings"])
    code, out, err = run("check", cabinet, "--matter", "A-1")
    assert code == 0
    assert "threat-safety" in out
    assert said["rules"]["version"] in err


def test_every_real_pdf_is_in_the_bundle_or_named(run: Run, cabinet: Path, tmp_path: Path) -> None:
    files = sorted((DATA / "pdf").glob("*.pdf"))
    added = read(run, "evidence", "add", cabinet, "--matter", "A-1", *files)["evidence"]
    assert {one["type"] for one in added} == {"application/pdf"}
    out = tmp_path / "bundle.pdf"
    code, _, err = run("bundle", cabinet, "--matter", "A-1", "--out", out)
    assert code == 6
    assert "libreoffice-writer-password" in err
    assert len(err.strip().splitlines()) == 1
    assert not out.exists()
    made = read(run, "bundle", cabinet, "--matter", "A-1", "--out", out, "--slip-sheets")
    assert {one["evidence"] for one in made["exhibits"]} == {one["id"] for one in added}
    with pikepdf.open(out) as pdf:
        assert len(pdf.pages) == made["pages"] == max(one["last"] for one in made["exhibits"])


def test_the_bundle_is_the_same_bytes_each_time(run: Run, cabinet: Path, tmp_path: Path) -> None:
    log(run, cabinet, "--words", "㛃䶮㙍𫖮𬭎𠮷 公安就去你单位", "--evidence", shot(tmp_path))
    first, second = tmp_path / "1.pdf", tmp_path / "2.pdf"
    for out in (first, second):
        assert run("bundle", cabinet, "--matter", "A-1", "--out", out)[0] == 0
    assert first.read_bytes() == second.read_bytes()
    document = pypdfium2.PdfDocument(first)
    text = "".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    assert "㛃䶮㙍𫖮𬭎𠮷" in text.replace("\r\n", "")


def test_the_workbook_holds_the_words_as_text(run: Run, cabinet: Path, tmp_path: Path) -> None:
    log(run, cabinet, "--words", "=HYPERLINK(\"http://x\")")
    out = tmp_path / "book.xlsx"
    assert run("workbook", cabinet, "--matter", "A-1", "--out", out, "--lang", "zh", "--with", "statement",
               "--without", "negotiation")[0] == 0
    cells = [cell for sheet in load_workbook(out) for row in sheet.iter_rows() for cell in row]
    assert any(cell.value == "=HYPERLINK(\"http://x\")" and cell.data_type == "s" for cell in cells)


def test_a_package_verifies_until_it_is_touched(run: Run, cabinet: Path, tmp_path: Path) -> None:
    log(run, cabinet, "--evidence", shot(tmp_path))
    out = tmp_path / "package"
    assert run("package", cabinet, "--matter", "A-1", "--form", "cn-court", "--out", out)[0] == 0
    assert read(run, "verify", out) == {"verdict": "ok", "problems": []}
    assert read(run, "verify", tmp_path / "package.zip") == {"verdict": "ok", "problems": []}
    original = next((out / "originals").iterdir())
    original.write_bytes(original.read_bytes() + b"x")
    (out / "extra.txt").write_text("x")
    next(out.glob("*.xlsx")).unlink()
    code, answer, _ = run("verify", out, "--json")
    assert code == 8
    assert sorted(problem["verdict"] for problem in json.loads(answer)["problems"]) == ["changed", "extra", "missing"]
    (out / "manifest.json").unlink()
    code, answer, _ = run("verify", out, "--json")
    assert (code, json.loads(answer)["verdict"]) == (8, "failed")


def test_a_cabinet_verifies_until_its_vault_is_touched(run: Run, cabinet: Path, tmp_path: Path) -> None:
    log(run, cabinet, "--evidence", shot(tmp_path))
    assert read(run, "verify", cabinet)["verdict"] == "ok"
    [kept] = [path for path in (cabinet / "vault").rglob("*") if path.is_file()]
    kept.chmod(0o600)
    kept.write_bytes(kept.read_bytes()[:-1])
    code, answer, _ = run("verify", cabinet, "--json")
    assert (code, json.loads(answer)["problems"][0]["verdict"]) == (8, "changed")


def test_a_backup_restores_and_a_damaged_one_is_refused(run: Run, cabinet: Path, tmp_path: Path) -> None:
    log(run, cabinet, "--words", "公安就去你单位", "--evidence", shot(tmp_path))
    saved = tmp_path / "cabinet.backup"
    assert run("backup", cabinet, "--out", saved)[0] == 0
    again = tmp_path / "again"
    assert run("restore", saved, again)[0] == 0
    assert read(run, "incidents", again, "--matter", "A-1") == read(run, "incidents", cabinet, "--matter", "A-1")
    assert read(run, "verify", again)["verdict"] == "ok"
    assert "林𬭎".encode() not in saved.read_bytes()
    damaged = bytearray(saved.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    saved.write_bytes(damaged)
    assert run("restore", saved, tmp_path / "third")[0] in (5, 8)
    assert not (tmp_path / "third").exists()


def test_backups_go_to_places_and_are_drilled(
    run: Run, cabinet: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    log(run, cabinet, "--evidence", shot(tmp_path))
    assert read(run, "backup", cabinet, "--add-place", tmp_path / "stick")["places"][1]["problem"] == ""
    log(run, cabinet)
    assert [one["problem"] for one in read(run, "backup", cabinet)["places"]] == ["", ""]
    assert [one["drill_good"] for one in read(run, "backup", cabinet, "--drill")["places"]] == [True, True]
    newest = read(run, "backup", cabinet, "--list")["backups"][0]["file"]
    before = read(run, "incidents", cabinet, "--matter", "A-1")
    log(run, cabinet)
    code, _, said = run("restore", newest, cabinet)
    assert (code, "not empty" in said) == (5, True)
    code, _, said = run("restore", newest, cabinet, "--over")
    assert (code, "before-restore" in said) == (0, True)
    assert read(run, "incidents", cabinet, "--matter", "A-1") == before
    assert read(run, "verify", cabinet)["verdict"] == "ok"
    shutil.rmtree(tmp_path / "stick")
    code, _, said = run("backup", cabinet)
    assert (code, "not there" in said) == (5, True)


def test_a_backup_opens_with_the_recovery_key_and_a_new_passphrase(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    _, recovery, _ = run("new", tmp_path / "one")
    assert run("backup", tmp_path / "one", "--out", tmp_path / "b")[0] == 0
    monkeypatch.setenv("CASEDESK_RECOVERY_KEY", recovery.strip())
    monkeypatch.setenv("CASEDESK_PASSPHRASE", "another one")
    assert run("restore", tmp_path / "b", tmp_path / "two")[0] == 5
    assert run("restore", tmp_path / "b", tmp_path / "two", "--recovery")[0] == 0
    assert read(run, "matters", tmp_path / "two") == []


def test_a_matter_travels_to_another_firm_and_back(run: Run, cabinet: Path, tmp_path: Path) -> None:
    log(run, cabinet, "--words", "公安就去你单位", "--evidence", shot(tmp_path))
    first, second = tmp_path / "1.zip", tmp_path / "2.zip"
    assert run("matter", "export", cabinet, "--matter", "A-1", "--out", first)[0] == 0
    other = tmp_path / "other"
    assert run("new", other)[0] == 0
    assert run("matter", "import", other, first)[0] == 0
    assert run("matter", "export", other, "--matter", "A-1", "--out", second)[0] == 0
    shutil.unpack_archive(first, tmp_path / "a")
    shutil.unpack_archive(second, tmp_path / "b")
    assert (tmp_path / "a" / "matter.json").read_bytes() == (tmp_path / "b" / "matter.json").read_bytes()


def test_nothing_readable_lies_in_the_cabinet(run: Run, cabinet: Path, tmp_path: Path) -> None:
    log(run, cabinet, "--words", "公安就去你单位", "--evidence", shot(tmp_path, "秘密截图.png"))
    kept = b"".join(path.read_bytes() for path in cabinet.rglob("*") if path.is_file())
    for secret in ("林𬭎", "公安", "秘密", "0755", "SQLite format"):
        assert secret.encode() not in kept
    assert not [path for path in cabinet.rglob("*") if "秘密" in path.name]


@pytest.mark.parametrize(("words", "code"), [
    (("log", "{c}", "--matter", "A-1", "--at", "2026-11-03 22:14", "--channel", "call"), 2),
    (("log", "{c}", "--matter", "A-1", "--at", "yesterday", "--channel", "call"), 2),
    (("log", "{c}", "--matter", "A-1", "--at", "0001-01-01T00:00+08:00", "--channel", "call"), 2),
    (("log", "{c}", "--matter", "A-1", "--at", "9999-12-31T23:00-11:00", "--channel", "call"), 2),
    (("log", "{c}", "--matter", "A-1", "--at", "2026-11-03T22:14+08:00", "--channel", "pigeon"), 2),
    (("log", "{c}", "--matter", "nope", "--at", "2026-11-03T22:14+08:00", "--channel", "call"), 3),
    (("matter", "add", "{c}", "--ref", "A-1", "--title", "x", "--client", "y"), 3),
    (("matter", "add", "{c}", "--ref", " ", "--title", "x", "--client", "y"), 3),
    (("evidence", "add", "{c}", "--matter", "A-1", "/no/such/file"), 3),
    (("bundle", "{c}", "--matter", "A-1", "--out", "{c}/cabinet.json/x.pdf"), 6),
    (("bundle", "{c}", "--matter", "A-1", "--out", "x.pdf", "--profile", "mars"), 3),
    (("package", "{c}", "--matter", "A-1", "--form", "mars", "--out", "x"), 3),
    (("matters", "/no/such/cabinet"), 5),
    (("new", "{c}"), 5),
    (("verify", "/no/such/thing"), 5),
    (("nonsense",), 2),
    (("matters", "postgresql://localhost/x"), 5),
])
def test_what_cannot_be_done_is_one_line_and_an_exit_code(
    run: Run, cabinet: Path, words: tuple[str, ...], code: int,
) -> None:
    found, out, err = run(*(word.replace("{c}", str(cabinet)) for word in words))
    assert (found, out) == (code, "")
    assert err.strip()
    if code != 2:
        assert len(err.strip().splitlines()) == 1


def test_a_wrong_passphrase_is_said(run: Run, cabinet: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASEDESK_PASSPHRASE", "wrong")
    code, _, err = run("matters", cabinet)
    assert code == 5
    assert "passphrase" in err.lower()


def test_evidence_given_twice_is_kept_once(run: Run, cabinet: Path, tmp_path: Path) -> None:
    picture = shot(tmp_path)
    first = read(run, "evidence", "add", cabinet, "--matter", "A-1", picture)
    second = read(run, "evidence", "add", cabinet, "--matter", "A-1", picture)
    assert first == second
    assert len([path for path in (cabinet / "vault").rglob("*") if path.is_file()]) == 1


def test_a_form_says_what_it_lacks_and_is_packed_as_a_draft(run: Run, cabinet: Path, tmp_path: Path) -> None:
    log(run, cabinet, "--words", "再不还就通知你单位")
    told = {one["id"]: one for one in json.loads(run("forms", "--json")[1])}
    assert {"cn-court", "ew-court", "us-court", "cn-report"} <= set(told)
    assert "regulator" in told["cn-report"]["asked"]
    ask = ("checklist", cabinet, "--matter", "A-1", "--form", "cn-report")
    lacking = {one["path"] for one in read(run, *ask)["missing"]}
    assert {"client.phone", "creditor.name", "asked.regulator"} <= lacking
    filled = read(run, *ask, "--fill", "regulator=深圳监管局")
    assert lacking - {one["path"] for one in filled["missing"]} == {"asked.regulator"}
    assert not filled["complete"]
    out = tmp_path / "package"
    code, _, err = run("package", cabinet, "--matter", "A-1", "--form", "cn-report", "--fill", "regulator=深圳监管局",
                       "--out", out)
    assert code == 0
    assert "Missing: Phone (client 林𬭎). To be entered in: Parties › Clients." in err
    seal = json.loads((out / "manifest.json").read_bytes())["seal"]
    assert seal in err
    assert (out / "违法行为举报信.docx").is_file()
    assert "深圳监管局" in _text(out / "违法行为举报信.pdf")
    assert read(run, "verify", out)["verdict"] == "ok"
    assert run(*ask, "--fill", "nothing")[0] == 2


def test_filing_by_command_line(run: Run, cabinet: Path, tmp_path: Path) -> None:
    log(run, cabinet, "--words", "身份证11010519491231002X", "--evidence", shot(tmp_path))
    of, out = ("--matter", "A-1"), tmp_path / "package"
    assert run("package", cabinet, *of, "--out", out)[0] == 0
    assert run("verify", out, "--cabinet", cabinet)[0] == 8
    told = read(run, "filed", cabinet, *of, out, "--recipient", "某某法院", "--on", "2026-11-27")
    proved = read(run, "verify", tmp_path / "package.zip", "--cabinet", cabinet)
    assert (proved["verdict"], "Filed 2026-11-27 with 某某法院" in proved["limits"]) == ("ok", True)
    assert (told["form"], [one["number"] for one in told["exhibits"]]) == ("cn-court", ["1-1"])
    code, _, err = run("package", cabinet, *of, "--out", tmp_path / "more", "--supplement")
    assert (code, "Nothing has been added" in err) == (6, True)
    read(run, "evidence", "add", cabinet, *of, shot(tmp_path, "另一张.png"), tmp_path / "截图.png")
    Image.new("RGB", (9, 9)).save(tmp_path / "新.png")
    read(run, "evidence", "add", cabinet, *of, tmp_path / "新.png")
    assert run("package", cabinet, *of, "--out", tmp_path / "more", "--supplement")[0] == 0
    to = ("copy", cabinet, *of, out, "--recipient", "催收机构", "--for", "opponent", "--out")
    code, _, err = run(*to, tmp_path / "copy")
    assert (code, "places blacked out" in err, "nobody has masked" in err, "look at" in err) == (0, True, True, False)
    assert "look at the pictures" in run(*to, tmp_path / "whole", "--unmasked-pictures")[2]
    exhibit = told["exhibits"][0]["evidence"]
    assert run("mask", cabinet, *of, exhibit, "--for", "opponent", "--place", "1:0.1,0.1,0.9,0.2")[0] == 0
    assert "black in 1 places" in run(*to, tmp_path / "masked")[2]
    assert run("mask", cabinet, *of, exhibit, "--place", "7:0.1,0.1,0.9,0.2")[0] == 3
    assert run("mask", cabinet, *of, exhibit, "--place", "1:here")[0] == 2
    assert read(run, "verify", tmp_path / "copy")["verdict"] == "ok"
    assert run("custody", cabinet, *of, "--out", tmp_path / "c.pdf")[0] == 0
    assert "某某法院" in _text(tmp_path / "c.pdf")
    assert read(run, "verify", cabinet)["verdict"] == "ok"


def test_a_package_is_signed_and_stamped_by_command_line(
        run: Run, cabinet: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log(run, cabinet, "--words", "再不还就通知你单位", "--evidence", shot(tmp_path))
    signed = certificate_file(tmp_path / "firm.p12")
    of, out = ("package", cabinet, "--matter", "A-1", "--sign", signed), tmp_path / "package"
    code, _, err = run(*of, "--out", out)
    assert (code, "CASEDESK_CERTIFICATE_PASSPHRASE" in err) == (3, True)
    monkeypatch.setenv("CASEDESK_CERTIFICATE_PASSPHRASE", PASSPHRASE)
    with running(Authority()) as server:
        assert run(*of, "--tsa", server, "--attach-originals", "--out", out)[0] == 0
    [found] = signing.signatures(out / "证据册.pdf")
    assert (found.intact, found.stamped is not None, (out / "manifest.tsr").is_file()) == (True, True, True)
    assert read(run, "verify", out)["verdict"] == "ok"
    assert run(*of, "--token", "x.so", "--out", tmp_path / "two")[0] == 2
    assert run("bundle", cabinet, "--matter", "A-1", "--pdfa", "--out", tmp_path / "b.pdf")[0] == 0
    assert pdfa.validate_written(tmp_path / "b.pdf", "2b").passed


def _text(path: Path) -> str:
    document = pypdfium2.PdfDocument(path)
    text = "".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return text
