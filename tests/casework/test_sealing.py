"""A package signed by the firm and time-stamped by an authority: read back by us, by OpenSSL and by a stock Python."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.generic import StreamObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from casedesk.base.errors import DocumentError, InvalidEntry
from casedesk.casework import filed_packages, filings, package
from casedesk.casework.evidence import add_files
from casedesk.casework.forms import find_form
from casedesk.casework.names import safe_name
from casedesk.casework.sealing import MANIFEST, REQUEST, STAMP, Sealing, set_timestamp_server, timestamp_server
from casedesk.exports import signing
from casedesk.records import Matter
from casedesk.store.cabinet import Store
from tests.authority import PASSPHRASE, Authority, certificate_file, running


@pytest.fixture
def authority() -> Authority:
    return Authority()


@pytest.fixture
def server(authority: Authority) -> Iterator[str]:
    with running(authority) as url:
        yield url


@pytest.fixture
def filled(store: Store, matter: Matter, tmp_path: Path) -> Matter:
    (tmp_path / "said.txt").write_text("最后通知", encoding="utf-8")
    add_files(store, matter.id, [tmp_path / "said.txt"])
    return matter


def written(store: Store, matter: Matter, out: Path, sealing: Sealing | None) -> package.Packed:
    return package.write(store, matter.id, out, find_form("cn-complaint"), lang="zh", sealing=sealing)


def stock(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-I", str(folder / "verify.py")], capture_output=True, encoding="utf-8",
                          check=False)


def test_a_signed_and_stamped_package_is_found_whole_by_everybody(
        store: Store, filled: Matter, server: str, authority: Authority, tmp_path: Path) -> None:
    out = tmp_path / "package"
    sealing = Sealing(certificate_file(tmp_path / "firm.p12"), PASSPHRASE, server)
    packed = written(store, filled, out, sealing)
    assert packed.remarks == []
    bundle = next(out.glob("*证据*.pdf"))
    [signature] = signing.signatures(bundle)
    assert signature.intact
    assert "合飞律师事务所" in signature.by
    assert signature.stamped is not None
    said = signing.read_stamp((out / STAMP).read_bytes(), signing.digest_of(out / MANIFEST))
    assert "Test TSA" in said.by
    assert package.verify(out) == package.verify(out.with_name("package.zip")) == []
    checked = stock(out)
    assert checked.returncode == 0
    assert f"PASS  {STAMP}" not in checked.stdout  # anybody can write one: openssl tells
    assert f"NOT CHECKED HERE  {STAMP}" in checked.stdout
    assert ", 0 FAIL, 1 NOT CHECKED HERE" in checked.stdout


@pytest.mark.skipif(shutil.which("openssl") is None, reason="OpenSSL is not here")
def test_openssl_takes_the_stamp(
        store: Store, filled: Matter, server: str, authority: Authority, tmp_path: Path) -> None:
    out = tmp_path / "package"
    written(store, filled, out, Sealing(server=server))
    (tmp_path / "tsa.pem").write_bytes(authority.certificate.public_bytes(Encoding.PEM))
    done = subprocess.run(
        ["openssl", "ts", "-verify", "-data", str(out / MANIFEST), "-in", str(out / STAMP), "-CAfile",
         str(tmp_path / "tsa.pem")], capture_output=True, text=True, check=False)
    assert "Verification: OK" in done.stdout + done.stderr


def test_every_change_to_a_stamp_is_found(
        store: Store, filled: Matter, server: str, tmp_path: Path) -> None:
    out = tmp_path / "package"
    written(store, filled, out, Sealing(server=server))
    stamp = out / STAMP
    whole = stamp.read_bytes()
    for at in range(len(whole) // 2, len(whole), 97):
        stamp.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1:])
        found = package.verify(out)
        # a bit of an authority's certificate that nothing rests on may change without harm to what is proved
        assert [problem.path for problem in found] in ([STAMP], [])
    algorithms = whole.index(bytes.fromhex("300d06096086480165030402010500"), 20) + 14  # of the digests, not signed
    for at in (algorithms - 2, algorithms - 9):
        stamp.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1:])
        assert [problem.path for problem in package.verify(out)] == [STAMP]
    stamp.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))  # in the signature itself
    assert [problem.path for problem in package.verify(out)] == [STAMP]
    stamp.write_bytes(b"no stamp")
    assert [problem.verdict for problem in package.verify(out)] == ["changed"]
    assert stock(out).returncode == 8


def test_a_bit_of_a_stamp_that_is_another_is_told_and_costs_no_error(authority: Authority) -> None:
    digest = hashlib.sha256(b"manifest").digest()
    whole = authority.answer(signing.request(digest))
    # byte 8 says that it was granted, or with changes: both are a stamp
    signed = whole.index(bytes.fromhex("020101302b"), 600)  # where what is said of the signer begins
    for at in [*range(8), *range(9, 60), *range(60, len(whole), 17), *range(signed, signed + 70)]:
        with pytest.raises(DocumentError):
            signing.read_stamp(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1:], digest)


def test_a_stamp_of_another_package_is_none_of_this(
        store: Store, filled: Matter, server: str, tmp_path: Path) -> None:
    for name in ("one", "two"):
        written(store, filled, tmp_path / name, Sealing(server=server))
        add_files(store, filled.id, [tmp_path / "one" / MANIFEST])
    shutil.copyfile(tmp_path / "one" / STAMP, tmp_path / "two" / STAMP)
    assert [problem.path for problem in package.verify(tmp_path / "two")] == [STAMP]
    assert stock(tmp_path / "two").returncode == 8


def test_with_no_authority_named_the_request_can_be_carried_by_hand(
        store: Store, filled: Matter, authority: Authority, tmp_path: Path) -> None:
    out = tmp_path / "package"
    packed = written(store, filled, out, Sealing(by_hand=True))
    assert sum(REQUEST in remark for remark in packed.remarks) == 1
    (out / STAMP).write_bytes(authority.answer((out / REQUEST).read_bytes()))
    assert package.verify(out) == []
    assert stock(out).returncode == 0
    assert "Test TSA" in package.limits(out)
    (out / STAMP).write_bytes(authority.answer(signing.request(b"x" * 32)))
    assert [problem.path for problem in package.verify(out)] == [STAMP]


def test_without_an_answer_the_package_is_written_and_the_request_can_be_carried_by_hand(
        store: Store, filled: Matter, authority: Authority, tmp_path: Path) -> None:
    out = tmp_path / "package"
    sealing = Sealing(certificate_file(tmp_path / "firm.p12"), PASSPHRASE, "http://127.0.0.1:9/none")
    packed = written(store, filled, out, sealing)
    assert any("no time-stamp" in remark for remark in packed.remarks)
    assert any(REQUEST in remark for remark in packed.remarks)
    assert [one.stamped for one in signing.signatures(next(out.glob("*证据*.pdf")))] == [None]
    assert package.verify(out) == []
    (out / STAMP).write_bytes(authority.answer((out / REQUEST).read_bytes()))
    assert package.verify(out) == []
    assert stock(out).returncode == 0
    filing = filings.filed(store, filled.id, out, recipient="某法院", filed_on=dt.date(2026, 11, 27))
    with filed_packages.kept_package(store, filing) as archive:  # the stamp is kept with what was filed
        assert archive.read(STAMP) == (out / STAMP).read_bytes()
    assert package.verify(out.with_name("package.zip")) == []


def test_a_certificate_that_cannot_be_used_is_said_before_anything_is_written(
        store: Store, filled: Matter, tmp_path: Path) -> None:
    out, file = tmp_path / "package", certificate_file(tmp_path / "firm.p12")
    old = certificate_file(tmp_path / "old.p12", days=(-30, -1))
    (tmp_path / "not.p12").write_bytes(b"not a certificate")
    for certificate, passphrase in ((file, "wrong"), (old, PASSPHRASE), (tmp_path / "not.p12", ""),
                                    (tmp_path / "missing.p12", "")):
        with pytest.raises(InvalidEntry) as problem:
            written(store, filled, out, Sealing(certificate, passphrase))
        assert problem.value.field == "certificate"
    with pytest.raises(InvalidEntry):
        written(store, filled, out, Sealing(server="ftp://tsa"))
    assert not out.exists()


def test_the_authority_set_in_the_cabinet_stamps_every_package(
        store: Store, filled: Matter, server: str, authority: Authority, tmp_path: Path) -> None:
    with pytest.raises(InvalidEntry):
        set_timestamp_server(store, "tsa.example")
    set_timestamp_server(store, f" {server} ")
    assert timestamp_server(store) == server
    written(store, filled, tmp_path / "package", None)
    assert authority.asked == 1
    with zipfile.ZipFile(tmp_path / "package.zip") as archive:
        assert STAMP in archive.namelist()


def test_what_is_added_behind_a_signature_is_not_covered_by_it(
        store: Store, filled: Matter, tmp_path: Path) -> None:
    out = tmp_path / "package"
    written(store, filled, out, Sealing(certificate_file(tmp_path / "firm.p12"), PASSPHRASE))
    bundle = next(out.glob("*证据*.pdf"))
    assert f"{bundle.name}: signed by Common Name: 合飞律师事务所" in package.limits(out)
    with bundle.open("r+b") as file:  # another page is shown, every signed byte is as it was
        writer = IncrementalPdfFileWriter(file, strict=False)
        page = writer.root["/Pages"]["/Kids"][0]
        page["/Contents"] = writer.add_object(StreamObject(stream_data=b"0 0 300 300 re f"))
        writer.update_container(page)
        writer.write_in_place()  # type: ignore[no-untyped-call]
    told = json.loads((out / MANIFEST).read_bytes())
    for one in told["files"]:
        one["size"], one["sha256"] = (out / one["path"]).stat().st_size, package.sha256_of(out / one["path"])
    (out / MANIFEST).write_bytes(package.verifier().sealed(told))
    assert [problem.path for problem in package.verify(out)] == [bundle.name]


def test_a_signed_file_that_was_changed_does_not_fit_its_signature(tmp_path: Path, store: Store,
                                                                   filled: Matter) -> None:
    out = tmp_path / "package"
    written(store, filled, out, Sealing(certificate_file(tmp_path / "firm.p12"), PASSPHRASE))
    bundle = next(out.glob("*证据*.pdf"))
    data = bytearray(bundle.read_bytes())
    at = data.index(b"/MediaBox")
    data[at + 12] ^= 1
    bundle.write_bytes(data)
    with suppress(DocumentError):  # it may not even be a PDF any more
        assert not any(one.intact for one in signing.signatures(bundle))
    assert hashlib.sha256(data).hexdigest() not in (out / MANIFEST).read_text(encoding="utf-8")


@pytest.mark.parametrize("given", [b"", b"<html>Sign in to the network</html>", b"\x30\x03\x02\x01\x00"])
def test_an_authority_that_answers_rubbish_costs_the_stamp_and_not_the_package(
        store: Store, filled: Matter, server: str, authority: Authority, tmp_path: Path, given: bytes,
        monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(authority, "answer", lambda asked: given)
    out = tmp_path / "package"
    packed = written(store, filled, out, Sealing(certificate_file(tmp_path / "firm.p12"), PASSPHRASE, server))
    assert any("no time-stamp" in remark for remark in packed.remarks)
    assert [one.intact for one in signing.signatures(next(out.glob("*证据*.pdf")))] == [True]
    assert package.verify(out) == []


@pytest.mark.parametrize(("name", "safe"), [
    ("CON", "_CON"), ("nul.txt", "_nul.txt"), ("COM1.pdf", "_COM1.pdf"), ("aux.tar.gz", "_aux.tar.gz"),
    ("console.txt", "console.txt"), ("证据.pdf", "证据.pdf")])
def test_no_name_is_a_device_of_windows(name: str, safe: str) -> None:
    assert safe_name(name) == safe
