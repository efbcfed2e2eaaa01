"""A package holds what it says, a stranger can check it, and no change to it goes unseen."""

from __future__ import annotations

import hashlib
import io
import json
import os
import random
import shutil
import subprocess
import sys
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

import pypdfium2
import pytest
from PIL import Image

from casedesk.base.errors import DocumentError
from casedesk.casework import evidence, package
from casedesk.casework.forms import Portal, find_form
from casedesk.casework.letters import Choice
from casedesk.casework.package import Packed
from casedesk.records import Evidence, Matter
from casedesk.store.cabinet import Store
from tests.casework.test_letters import full_matter, squeezed
from tests.conftest import QUICK

Change = Callable[[Path, random.Random], None]


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Packed]:
    """A package of a full matter, with a stop-contact notice."""
    place = tmp_path_factory.mktemp("package")
    store, _ = Store.create(place / "cabinet", "pass", who="tester", cost=QUICK)
    with store:
        matter = full_matter(store)
        with store.work() as session:
            for one in session.query(Evidence).filter_by(matter_id=matter):
                one.in_bundle = False
        picture, note = place / "截图.png", place / "2026-11-03 记录.txt"
        Image.new("RGB", (60, 80), "#e9e9eb").save(picture)
        note.write_text("22:14 来电", encoding="utf-8")
        evidence.add_files(store, matter, [picture, note])
        return place / "out", package.write(store, matter, place / "out", find_form("cn-stop-contact"), lang="zh")


def read_pdf(path: Path) -> str:
    document = pypdfium2.PdfDocument(path)
    text = "".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return squeezed(text)


def test_letter_bundle_workbook_originals_hashes_and_verifier_are_in_it(packed: tuple[Path, Packed]) -> None:
    out, made = packed
    names = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    assert names == {
        "停止联系第三人通知.docx", "停止联系第三人通知.pdf", "证据册.pdf", "工作簿.xlsx", "文件哈希清单.pdf",
        "manifest.json", "verify.py", "originals/0001-截图.png", "originals/0002-2026-11-03 记录.txt"}
    manifest = json.loads((out / "manifest.json").read_bytes())
    assert manifest["seal"] == made.seal
    hashes = read_pdf(out / "文件哈希清单.pdf")
    for file in manifest["files"]:
        assert file["sha256"] == package.sha256_of(out / file["path"])
        assert file["sha256"] in hashes or file["path"] == "文件哈希清单.pdf"
    with zipfile.ZipFile(out.with_name("out.zip")) as archive:
        assert set(archive.namelist()) == names
        assert archive.testzip() is None


def test_the_letter_names_the_pages_of_the_bundle(tmp_path: Path) -> None:
    store, _ = Store.create(tmp_path / "cabinet", "pass", who="tester", cost=QUICK)
    with store:
        matter = full_matter(store)
        with store.work() as session:
            session.query(Evidence).filter_by(matter_id=matter).one().in_bundle = False
        shot = tmp_path / "截图.png"
        Image.new("RGB", (60, 80), "#e9e9eb").save(shot)
        evidence.add_files(store, matter, [shot], source="手机")
        made = package.write(store, matter, tmp_path / "out", find_form("cn-evidence-list"), lang="zh")
        [exhibit] = made.bundle.exhibits
        assert made.letter is not None
        assert f"证据{exhibit.number}截图手机" in read_pdf(tmp_path / "out" / "证据目录.pdf")
        assert str(exhibit.first) in read_pdf(tmp_path / "out" / "证据目录.pdf")
        with pytest.raises(DocumentError):
            package.write(store, matter, tmp_path / "out", find_form("cn-evidence-list"), lang="zh")


def test_the_same_matter_is_packed_into_the_same_bytes(store: Store, matter: Matter, tmp_path: Path) -> None:
    for name in ("1", "2"):
        package.write(store, matter.id, tmp_path / name, find_form("cn-court"), lang="zh")
    assert (tmp_path / "1.zip").read_bytes() == (tmp_path / "2.zip").read_bytes()


def test_what_is_no_file_is_found_and_the_seal_is_told(store: Store, matter: Matter, tmp_path: Path) -> None:
    made = package.write(store, matter.id, tmp_path / "out", find_form("cn-court"), lang="zh")
    assert made.seal in package.limits(tmp_path / "out")
    assert made.seal in package.limits(tmp_path / "out.zip")
    os.mkfifo(tmp_path / "out" / "pipe")  # whoever read it would wait for ever
    assert [(one.path, one.verdict) for one in package.verify(tmp_path / "out")] == [("pipe", "extra")]


def test_a_portals_limits_are_told(store: Store, matter: Matter, tmp_path: Path) -> None:
    big = tmp_path / "噪声.png"
    Image.frombytes("RGB", (1100, 1100), random.Random(1).randbytes(1100 * 1100 * 3)).save(big)
    evidence.add_files(store, matter.id, [big])
    made = package.write(store, matter.id, tmp_path / "out", find_form("cn-nifa"), lang="zh", choice=Choice())
    assert any("2 MB a file" in remark for remark in made.remarks)


def test_a_bundle_too_large_for_the_portal_is_packed_in_volumes(
    store: Store, matter: Matter, tmp_path: Path,
) -> None:
    dice = random.Random(2)
    for number in range(3):
        Image.frombytes("RGB", (600, 600), dice.randbytes(1_080_000)).save(tmp_path / f"{number}.png")
    evidence.add_files(store, matter.id, [tmp_path / f"{number}.png" for number in range(3)])
    made = package.write(store, matter.id, tmp_path / "out", find_form("cn-nifa"), lang="zh")
    told = json.loads((tmp_path / "out" / "manifest.json").read_bytes())["bundle"]
    assert len(told["files"]) == 3
    assert (told["files"][0]["first"], told["files"][-1]["last"]) == (1, made.bundle.pages)
    assert all((tmp_path / "out" / one["path"]).stat().st_size <= 2_000_000 for one in told["files"])
    assert made.remarks == []
    assert package.verify(tmp_path / "out.zip") == []


def test_a_document_larger_than_the_portal_takes_is_named(store: Store, matter: Matter, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("行\n" * 300, encoding="utf-8")
    (tmp_path / "b.txt").write_text("行\n", encoding="utf-8")
    evidence.add_files(store, matter.id, [tmp_path / "b.txt", tmp_path / "a.txt"])
    form = find_form("cn-court")
    portal = Portal(max_pages=4, confidence="M", source="")
    made = package.write(store, matter.id, tmp_path / "out", replace(form, portal=portal), lang="zh")
    [told] = made.remarks
    assert "pages; the portal takes 4 a file. It holds 1-2 alone, and no document is cut." in told


def run_verifier(folder: Path, *words: str) -> tuple[int, list[str]]:
    ran = subprocess.run([sys.executable, "-I", str(folder / "verify.py"), *words], capture_output=True,
                         encoding="utf-8", errors="replace", check=False, env={"PYTHONIOENCODING": "utf-8"})
    assert "Traceback" not in ran.stderr
    return ran.returncode, ran.stdout.splitlines()


def test_a_stranger_needs_nothing_but_python(packed: tuple[Path, Packed], tmp_path: Path) -> None:
    out, _ = packed
    code, lines = run_verifier(out)
    assert (code, lines[-1]) == (0, f"{len(lines) - 1} PASS, 0 FAIL")
    assert all(line.startswith("PASS  ") for line in lines[:-1])
    assert run_verifier(out, str(out.with_name("out.zip")))[0] == 0
    copy = tmp_path / "copy"
    shutil.copytree(out, copy)
    (copy / "工作簿.xlsx").unlink()
    (copy / "新.txt").write_text("x")
    with (copy / "manifest.json").open("ab") as file:
        file.write(b" ")
    code, lines = run_verifier(copy)
    failed = {line for line in lines[:-1] if line.startswith("FAIL")}
    assert code == 8
    assert len(failed) == 3
    assert {line.rsplit(maxsplit=1)[1] for line in failed} == {"missing", "extra", "changed"}
    (copy / "manifest.json").unlink()
    assert run_verifier(copy)[0] == 8


def test_each_change_has_its_verdict(packed: tuple[Path, Packed], tmp_path: Path) -> None:
    out, _ = packed
    copy = tmp_path / "copy"
    shutil.copytree(out, copy)
    assert package.verify(copy) == []
    (copy / "originals" / "0001-截图.png").unlink()
    (copy / "verify.py").write_text("print('PASS')")
    (copy / "空").mkdir()
    assert {(one.path, one.verdict) for one in package.verify(copy)} == {
        ("originals/0001-截图.png", "missing"), ("verify.py", "changed"), ("空/", "extra")}
    (copy / "manifest.json").write_text("{")
    assert [(one.path, one.verdict) for one in package.verify(copy)] == [("manifest.json", "changed")]
    (copy / "manifest.json").unlink()
    assert [(one.path, one.verdict) for one in package.verify(copy)] == [("manifest.json", "missing")]
    (tmp_path / "half.zip").write_bytes(out.with_name("out.zip").read_bytes()[:-9])
    assert [(one.path, one.verdict) for one in package.verify(tmp_path / "half.zip")] == [("half.zip", "changed")]


def listed(copy: Path, name: str) -> dict[str, object]:
    """A file of one sign put into a package, as a manifest lists it."""
    (copy / name).write_bytes(b"x")
    return {"path": name, "size": 1, "sha256": hashlib.sha256(b"x").hexdigest()}


Told = dict[str, Any]
RESEALED: dict[str, tuple[Callable[[Told, Path], object], str, str]] = {
    "listed twice": (lambda told, _: told["files"].append(told["files"][-1]), "证据册.pdf", "twice"),
    "listed twice, once wrong": (
        lambda told, _: told["files"].insert(0, told["files"][-1] | {"sha256": "0" * 64}), "证据册.pdf", "twice"),
    "capitals": (lambda told, copy: told["files"].append(listed(copy, "VERIFY.py")), "VERIFY.py", "twice"),
    "the manifest's capitals": (
        lambda told, copy: told["files"].append(listed(copy, "Manifest.json")), "Manifest.json", "twice"),
    "accents": (lambda told, copy: told["files"].extend([listed(copy, "\u00e9"), listed(copy, "e\u0301")]),
                "e\u0301", "twice"),
    "backslash": (lambda told, copy: told["files"].append(listed(copy, "a\\b")), "a\\b", "misnamed"),
    "drive": (lambda told, copy: told["files"].append(listed(copy, "C:b")), "C:b", "misnamed"),
    "a dot at the end": (lambda told, copy: told["files"].append(listed(copy, "verify.py.")), "verify.py.", "misnamed"),
    "lines": (lambda told, copy: told["files"].append(listed(copy, "a\nPASS  b")), "a\nPASS  b", "misnamed"),
    "turned": (lambda told, copy: told["files"].append(listed(copy, "\u202efdp.exe")), "\u202efdp.exe", "misnamed"),
    "above": (lambda told, copy: told["files"].append(listed(copy, "../out-of-it")), "../out-of-it", "misnamed"),
    "absolute": (lambda told, _: told["files"].append({"path": "/nothing", "size": 1, "sha256": "0" * 64}),
                 "/nothing", "misnamed"),
    "a stamp": (lambda told, copy: told["files"].append(listed(copy, "manifest.tsr")), "manifest.tsr", "twice"),
    "size": (lambda told, _: told["files"][-1].update(size=7), "证据册.pdf", "changed"),
    "no size": (lambda told, _: told["files"][-1].pop("size"), "manifest.json", "changed"),
    "huge size": (lambda told, _: told["files"][-1].update(size=10**40), "manifest.json", "changed"),
    "a number as path": (lambda told, _: told["files"][-1].update(path=5), "manifest.json", "changed"),
    "another exhibit": (lambda told, _: told["evidence"][0].update(sha256="0" * 64), "originals/0001-截图.png",
                        "changed"),
    "no such exhibit": (lambda told, _: told["evidence"][0].update(file="originals/x"), "originals/x", "missing"),
    "no such volume": (lambda told, _: told["bundle"]["files"][0].update(path="x.pdf"), "x.pdf", "missing"),
    "an exhibit told twice": (lambda told, _: told["evidence"].append(told["evidence"][0]), "originals/0001-截图.png",
                              "twice"),
    "a volume told twice": (lambda told, _: told["bundle"]["files"].append(told["bundle"]["files"][0]), "证据册.pdf",
                            "twice"),
    "no such revised bundle": (lambda told, _: told["bundle"].update(revised=["x.pdf"]), "x.pdf", "missing"),
    "exhibits of another kind": (lambda told, _: told.update(evidence=5), "manifest.json", "changed"),
    "no bundle": (lambda told, _: told.update(bundle=None), "manifest.json", "changed"),
    "half a page range": (lambda told, _: told["evidence"][0].update(pages=[1]), "manifest.json", "changed"),
    "another version": (lambda told, _: told.update(version=99), "manifest.json", "changed"),
}


@pytest.mark.parametrize("name", RESEALED)
def test_a_manifest_sealed_anew_does_not_hide_what_is_wrong(
        packed: tuple[Path, Packed], tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch) -> None:
    change, path, verdict = RESEALED[name]
    copy = tmp_path / "copy"
    shutil.copytree(packed[0], copy)
    told = json.loads((copy / "manifest.json").read_bytes())
    change(told, copy)
    (copy / "manifest.json").write_bytes(package.verifier().sealed(told))
    package.zip_folder(copy, tmp_path / "copy.zip")
    for place in (copy, tmp_path / "copy.zip"):
        assert (path, verdict) in [(one.path, one.verdict) for one in package.verify(place)]
        monkeypatch.setattr(sys, "argv", ["verify.py", str(place)])
        assert package.verifier().main() == 8
        said = capsys.readouterr().out
        assert "FAIL  " in said
        assert "\u202e" not in said
        assert "\nPASS  b" not in said


def test_a_name_that_stands_twice_in_a_zip_is_told(packed: tuple[Path, Packed], tmp_path: Path) -> None:
    doubled = Path(shutil.copy(packed[0].with_name("out.zip"), tmp_path / "doubled.zip"))
    with warnings.catch_warnings(), zipfile.ZipFile(doubled, "a") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("verify.py", b"print('PASS')")
    assert [(one.path, one.verdict) for one in package.verify(doubled)] == [("verify.py", "twice")]


def test_a_zip_packed_anew_is_not_the_one_that_was_written(packed: tuple[Path, Packed], tmp_path: Path) -> None:
    out, _ = packed
    again = tmp_path / "again.zip"
    with zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in out.rglob("*"):
            if path.is_file():
                archive.write(path, path.relative_to(out).as_posix())
    assert [(one.path, one.verdict) for one in package.verify(again)] == [("again.zip", "changed")]


def python_writes(names: list[str], folder: Path, target: BinaryIO) -> None:
    """The ZIP as Python 3.11.7 writes it, which every version's verifier is to write."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(names):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            with archive.open(entry, "w", force_zip64=True) as member:
                member.write((folder / name).read_bytes())


@pytest.mark.skipif(sys.version_info[:3] < (3, 11, 4), reason="older ones write other bytes, as the verifier does not")
@pytest.mark.parametrize("most", [(1 << 31) - 1, 500])  # as if 500 bytes were more than a short number says
def test_a_zip_is_the_same_whatever_python_packs_it(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    names = ["a.txt", "证据册.pdf", "b", *(f"{number}" for number in range(99))]
    for name in names:
        (tmp_path / name).write_bytes(name.encode() * 99)
    monkeypatch.setattr(package.verifier(), "MOST", most)
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", most)
    ours, theirs = io.BytesIO(), io.BytesIO()
    package.verifier().pack(names, lambda name: (tmp_path / name).open("rb"), ours)
    python_writes(names, tmp_path, theirs)
    assert ours.getvalue() == theirs.getvalue()


def flip(path: Path, dice: random.Random) -> None:
    data = bytearray(path.read_bytes())
    data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
    path.write_bytes(data)


def cut(path: Path, dice: random.Random) -> None:
    data = path.read_bytes()
    path.write_bytes(data[:dice.randrange(len(data))])


def insert(path: Path, dice: random.Random) -> None:
    data, at = path.read_bytes(), dice.randrange(path.stat().st_size + 1)
    path.write_bytes(data[:at] + dice.randbytes(dice.randint(1, 40)) + data[at:])


def remove(path: Path, _: random.Random) -> None:
    path.unlink()


def rename(path: Path, _: random.Random) -> None:
    path.rename(path.with_name("x" + path.name))


def exchange(path: Path, dice: random.Random) -> None:
    others = sorted(other for other in path.parent.iterdir() if other.is_file() and other != path)
    other = dice.choice(others)
    mine, theirs = path.read_bytes(), other.read_bytes()
    path.write_bytes(theirs)
    other.write_bytes(mine)


def link(path: Path, _: random.Random) -> None:
    kept = path.with_name(path.name + ".kept")
    path.rename(kept)
    path.symlink_to(kept.name)


IN_FOLDER: tuple[Change, ...] = (flip, cut, insert, remove, rename, exchange, link)
IN_ZIP: tuple[Change, ...] = (flip, cut, insert)


def unseen(out: Path, place: Path, count: int, seed: int) -> list[str]:
    """The changes of so many that verifying did not see; a folder and a ZIP in turn."""
    dice, missed = random.Random(seed), []
    for number in range(count):
        if number % 2:
            target = Path(shutil.copy(out.with_name(out.name + ".zip"), place / "z.zip"))
            changed, change = target, dice.choice(IN_ZIP)
        else:
            target = place / "copy"
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(out, target)
            changed, change = dice.choice(sorted(p for p in target.rglob("*") if p.is_file())), dice.choice(IN_FOLDER)
        change(changed, dice)
        if not package.verify(target):
            missed.append(f"{number}: {change.__name__} {changed.name}")
    return missed


def test_random_changes_are_all_seen(packed: tuple[Path, Packed], tmp_path: Path) -> None:
    assert unseen(packed[0], tmp_path, 300, 6) == []


@pytest.mark.slow
def test_a_thousand_random_changes_are_all_seen(packed: tuple[Path, Packed], tmp_path: Path) -> None:
    assert unseen(packed[0], tmp_path, 1000, 2026) == []
