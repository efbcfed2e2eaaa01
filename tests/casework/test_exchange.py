"""A matter leaves the cabinet with everything in it and comes back the same; what is not right is refused whole."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import struct
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID, uuid4

import jsonschema
import pytest
from hypothesis import given, settings, strategies as st
from sqlalchemy import func, select

from casedesk.base.errors import CasedeskError, InvalidEntry, StoreUnavailable, VerificationFailed
from casedesk.base.resources import resource
from casedesk.base.typed_time import Precision
from casedesk.casework import check, evidence as intake, exchange, exchange_parcel, records
from casedesk.casework.evidence import kept
from casedesk.records import (
    Act,
    Agent,
    Agreement,
    Change,
    Circumstance,
    Claim,
    Client,
    Collector,
    ContactPerson,
    Creditor,
    Deadline,
    Debt,
    Evidence,
    EvidenceLink,
    Filing,
    Finding,
    FindingIncident,
    Guarantor,
    ImportBatch,
    Incident,
    IncidentSource,
    Instalment,
    Matter,
    Note,
    Notice,
    Offer,
    Payment,
    PhoneNumber,
    Record,
    Warned,
)
from casedesk.records.exchange_schema import EXCHANGED, schema
from casedesk.records.words import (
    ActKind,
    Channel,
    CircumstanceKind,
    ClaimKind,
    Jurisdiction,
    MatterKind,
    OfferState,
    Product,
    Role,
    SourceKind,
    WarningAnswer,
)
from casedesk.store.cabinet import Store
from tests.conftest import QUICK

R = TypeVar("R", bound=Record)
AT = dt.datetime(2026, 11, 3, 14, 14, 0, 123000, tzinfo=dt.UTC)
WORDS = "你再不还，我就打给你妈、你单位。\n=HYPERLINK(\"x\") 𫖮 \x07 \u202eabc"


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Store]:
    opened, _ = Store.create(tmp_path / "other", "pass", who="somebody else", cost=QUICK)
    with opened:
        yield opened


@pytest.fixture
def full(store: Store, tmp_path: Path) -> Matter:
    """A matter with at least one record of every kind, and another matter beside it."""
    with store.work() as session:
        def add(record: R) -> R:
            session.add(record)
            session.flush()
            return record

        client = add(Client(name="林某", phone="13800001234"))
        matter = add(Matter(ref="2026-0012", name="林某 / 某银行", client_id=client.id, kind=MatterKind.HARASSMENT))
        of: dict[str, Any] = {"matter_id": matter.id}
        bank, assignee, stranger = (add(Creditor(name=name)) for name in ("某银行", "某资产", "不相干的银行"))
        agency = add(Collector(name="某催收", creditor_id=bank.id, listed=False))
        add(Collector(name="不相干的公司", creditor_id=stranger.id))
        agent = add(Agent(collector_id=agency.id, name="李经理"))
        add(PhoneNumber(number="021-60000000", collector_id=agency.id))
        mother = add(ContactPerson(**of, name="林母", role=Role.RELATIVE))
        debt = add(Debt(**of, creditor_id=bank.id, assignee_id=assignee.id, product=Product.CREDIT_CARD,
                        principal=5_831_050, due_on=dt.date(2026, 1, 31)))
        add(Guarantor(**of, debt_id=debt.id, name="林兄"))
        add(Claim(**of, debt_id=debt.id, kind=ClaimKind.FEE, name="催收费", amount=20_000))
        add(Act(**of, debt_id=debt.id, kind=ActKind.DEMAND, done_on=dt.date(2026, 3, 1)))
        add(Circumstance(**of, kind=CircumstanceKind.INCOME, monthly=600_000, what="工资"))
        add(Warned(**of, debt_id=debt.id, about="offer", answer=WarningAnswer.GO_ON))
        first = add(Offer(**of, made_on=dt.date(2026, 9, 1), total=4_000_000))
        later = add(Offer(**of, made_on=dt.date(2026, 9, 3), counter_to_id=first.id, state=OfferState.ACCEPTED))
        agreed = add(Agreement(**of, agreed_on=dt.date(2026, 9, 9), offer_id=later.id, total=4_500_000))
        part = add(Instalment(**of, agreement_id=agreed.id, due_on=dt.date(2026, 10, 1), amount=100_000))
        add(Payment(**of, debt_id=debt.id, paid_on=dt.date(2026, 10, 1), amount=100_000, instalment_id=part.id))
        call = add(Incident(**of, at=AT, words=WORDS, tags=["威胁", "深夜"], number="021 6000 0000",
                            collector_id=agency.id, agent_id=agent.id, contact_person_id=mother.id,
                            precision=Precision.APPROX, channel=Channel.CALL, demanded=1, privileged=True))
        finding = add(Finding(**of, rule="夜间催收"))
        add(FindingIncident(**of, finding_id=finding.id, incident_id=call.id))
        add(Notice(**of, told_on=dt.date(2026, 8, 1), creditor_id=bank.id))
        add(Deadline(**of, due_on=dt.date(2026, 12, 1), name="答复"))
        add(Filing(**of, recipient="银保监", what="投诉"))
        add(Note(**of, body="只供内部。"))
        add(Matter(ref="2026-0013", name="别人 / 别的银行", client_id=add(Client(name="别人")).id))
    for name, content in (("短信.png", b"\x89PNG not really"), ("con.txt", "原文".encode()), ("empty.txt", b"")):
        (tmp_path / name).write_bytes(content)
    pieces = intake.add_files(store, matter.id, [tmp_path / "短信.png", tmp_path / "con.txt", tmp_path / "empty.txt"])
    with store.work() as session:
        session.add(EvidenceLink(matter_id=matter.id, evidence_id=pieces[0].id, incident_id=call.id))
        add(ImportBatch(**of, file_name="calls.xml", format="sms-backup", zone="Asia/Shanghai", read=2, imported=1,
                        lost=1, options=["zone=Asia/Shanghai"], problems=["3: damaged"]))
        session.add(IncidentSource(matter_id=matter.id, incident_id=call.id, kind=SourceKind.SCREENSHOT,
                                   evidence_id=pieces[0].id))
        session.get_one(Evidence, pieces[0].id).derived_from_id = pieces[1].id  # points forward in the list
    store.who = "a third person"
    return matter


def text_of(path: Path) -> bytes:
    with zipfile.ZipFile(path) as archive:
        return archive.read("matter.json")


def exported(store: Store, ref: str, out: Path) -> Path:
    exchange.export(store, ref, out, with_privileged=True)
    return out


def counts(store: Store) -> dict[str, int]:
    with store.read() as session:
        return {kind.__tablename__: session.scalar(select(func.count()).select_from(kind)) or 0 for kind in EXCHANGED}


def test_out_and_in_and_out_again_is_the_same(store: Store, other: Store, full: Matter, tmp_path: Path) -> None:
    first = exported(store, full.ref, tmp_path / "first.zip")
    taken = exchange.take_in(other, first)
    assert (taken.ref, taken.uuid, taken.differing) == (full.ref, full.uuid, ())
    second = exported(other, full.ref, tmp_path / "second.zip")
    assert text_of(second) == text_of(first)
    assert second.read_bytes() == first.read_bytes()
    assert check.verify(other) == []
    said = json.loads(text_of(first))["records"]
    assert all(said[kind.__tablename__] for kind in EXCHANGED), "a kind of record is missing from this test"
    assert [one["name"] for one in said["creditor"]] == ["某银行", "某资产"]
    assert [one["name"] for one in said["client"]] == ["林某"]
    assert said["incident"][0]["words"] == WORDS
    assert said["incident"][0]["at"] == "2026-11-03T14:14:00.123Z"


def test_the_files_come_back_as_they_were(store: Store, other: Store, full: Matter, tmp_path: Path) -> None:
    exchange.take_in(other, exported(store, full.ref, tmp_path / "out.zip"))
    with other.read() as session:
        pieces = session.scalars(select(Evidence).order_by(Evidence.id)).all()
    assert [piece.file_name for piece in pieces] == ["短信.png", "con.txt", "empty.txt"]
    assert [other.vault.read(kept(piece)) for piece in pieces] == [b"\x89PNG not really", "原文".encode(), b""]
    assert pieces[0].derived_from_id == pieces[1].id
    assert [piece.created_by for piece in pieces] == ["tester"] * 3, "who made it stays on it"


def test_it_validates_against_the_schema(store: Store, full: Matter, tmp_path: Path) -> None:
    said = json.loads(text_of(exported(store, full.ref, tmp_path / "out.zip")))
    written = json.loads(resource("schema", "matter.schema.json").read_text(encoding="utf-8"))
    assert written == schema(), "write it anew: python -m casedesk.records.exchange_schema"
    jsonschema.Draft202012Validator.check_schema(written)
    jsonschema.validate(said, written)


def test_what_lies_in_the_trash_stays(store: Store, other: Store, full: Matter, tmp_path: Path) -> None:
    with store.read() as session:
        debt, note = session.scalars(select(Debt.uuid)).one(), session.scalars(select(Note.uuid)).one()
    records.delete(store, Debt, debt)
    records.delete(store, Note, note)
    first = exported(store, full.ref, tmp_path / "out.zip")
    said = json.loads(text_of(first))["records"]
    assert (said["debt"], said["note"], said["payment"], said["guarantor"]) == ([], [], [], [])
    assert [one["name"] for one in said["creditor"]] == ["某银行"], "the assignee was the debt's"
    exchange.take_in(other, first)
    assert text_of(exported(other, full.ref, tmp_path / "again.zip")) == text_of(first)


def test_a_matter_is_taken_in_once(store: Store, full: Matter, tmp_path: Path) -> None:
    before, file = counts(store), exported(store, full.ref, tmp_path / "out.zip")
    with pytest.raises(InvalidEntry, match="already, as 2026-0012"):
        exchange.take_in(store, file)
    assert counts(store) == before
    records.delete(store, Matter, full.uuid)
    with pytest.raises(InvalidEntry, match="trash"):
        exchange.take_in(store, file)


def test_a_reference_of_another_matter_is_refused(store: Store, other: Store, full: Matter, tmp_path: Path) -> None:
    with other.work() as session:
        client = Client(name="陈某")
        session.add(client)
        session.flush()
        session.add(Matter(ref=full.ref, name="别的案子", client_id=client.id))
    before = counts(other)
    with pytest.raises(InvalidEntry, match="Another matter has the reference 2026-0012"):
        exchange.take_in(other, exported(store, full.ref, tmp_path / "out.zip"))
    assert counts(other) == before
    assert list(other.vault.names()) == []


def test_parties_the_cabinet_knows_are_kept_as_they_are(
    store: Store, other: Store, full: Matter, tmp_path: Path,
) -> None:
    with store.read() as session:
        bank = session.scalars(select(Creditor).order_by(Creditor.id).limit(1)).one()
        agency = session.scalars(select(Collector).order_by(Collector.id).limit(1)).one()
    with other.work() as session:
        here = Creditor(uuid=bank.uuid, name="某银行股份有限公司")
        session.add(here)
        session.flush()
        session.add(Collector(uuid=agency.uuid, name=agency.name, creditor_id=here.id, listed=False))
    taken = exchange.take_in(other, exported(store, full.ref, tmp_path / "out.zip"))
    assert taken.differing == ("某银行股份有限公司",)
    with other.read() as session:
        debt = session.scalars(select(Debt)).one()
        assert session.get_one(Creditor, debt.creditor_id).name == "某银行股份有限公司"
        assert session.scalar(select(func.count()).select_from(Collector)) == 1


def test_the_json_alone_with_its_files_beside(store: Store, other: Store, full: Matter, tmp_path: Path) -> None:
    first = exported(store, full.ref, tmp_path / "out.zip")
    with zipfile.ZipFile(first) as archive:
        archive.extractall(tmp_path / "unpacked")
    exchange.take_in(other, tmp_path / "unpacked" / "matter.json")
    assert exported(other, full.ref, tmp_path / "again.zip").read_bytes() == first.read_bytes()


def test_the_smallest_file_another_program_may_write(other: Store, tmp_path: Path) -> None:
    path = tmp_path / "small.json"
    path.write_text(json.dumps(small()), encoding="utf-8-sig")
    assert str(exchange.take_in(other, path)) == "X-1"
    with other.read() as session:
        matter = session.scalars(select(Matter)).one()
        assert (matter.jurisdiction, matter.created_by) == (Jurisdiction.EW, "somebody else")
    jsonschema.validate(small(), schema())


CLIENT, MATTER = "00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"
PIECE = "00000000-0000-4000-8000-000000000003"


def small(**tables: list[dict[str, Any]]) -> dict[str, Any]:
    return {"format": "casedesk-matter", "version": 1, "records": {
        "client": [{"uuid": CLIENT, "name": "A"}],
        "matter": [{"uuid": MATTER, "ref": "X-1", "name": "A / B", "client_id": CLIENT, "jurisdiction": "ew"}],
        **tables}}


def incident(**values: Any) -> dict[str, Any]:
    return {"uuid": PIECE, "at": "2026-11-03T22:14:00+08:00", **values}


def edited(change: Callable[[dict[str, Any]], object]) -> bytes:
    said = small(incident=[incident()])
    change(said)
    return json.dumps(said).encode()


WRONG: dict[str, tuple[bytes, str]] = {
    "not JSON": (b'{"format": ', "line 1, column 12"),
    "not UTF-8": (b'{"format": "\xff"}', "byte 12 is not UTF-8"),
    "nested too deep": (b'{"format":' + b"[" * 200_000 + b"]" * 200_000 + b"}", "nested too deep"),
    "a huge number": (b'{"format": ' + b"9" * 10_000 + b"}", "number that is too long"),
    "not a number": (b'{"format": NaN}', "NaN is not a number"),
    "a name twice": (b'{"format": "a", "format": "b"}', "“format” stands twice"),
    "another format": (b"{}", "“format” must be"),
    "a newer version": (edited(lambda said: said.update(version=2)), "newer CaseDesk"),
    "a version that is true": (edited(lambda said: said.update(version=True)), "“version” must be"),
    "an unknown name above": (edited(lambda said: said.update(more=1)), "“more” is not known"),
    "an unknown table": (edited(lambda said: said["records"].update(spell=[])), "“spell” is not known"),
    "a table that is no list": (edited(lambda said: said["records"].update(note={})), "“note” must be a list"),
    "records that are no object": (edited(lambda said: said.update(records=[])), "“records” must be"),
    "an entry that is no object": (edited(lambda said: said["records"].update(note=[1])), "note, entry 1: An entry"),
    "an unknown field": (edited(lambda said: said["records"]["client"][0].update(vault_key="00")),
                         "client, entry 1: “vault_key” is not known"),
    "no matter": (edited(lambda said: said["records"]["matter"].clear()), "it holds 0"),
    "two matters": (edited(lambda said: said["records"]["matter"].append(
        said["records"]["matter"][0] | {"uuid": PIECE})), "it holds 2"),
    "an empty reference": (edited(lambda said: said["records"]["matter"][0].update(ref=" ")), "“ref” must not be"),
    "a client who is not there": (edited(lambda said: said["records"]["matter"][0].update(client_id=MATTER)),
                                  "matter, entry 1: what “client_id” names"),
    "the same UUID twice": (edited(lambda said: said["records"]["client"].append({"uuid": CLIENT})),
                            "two entries of “client”"),
}
FIELDS: tuple[tuple[dict[str, Any], str], ...] = (
    ({"words": 1}, "“words” must be a text"),
    ({"words": "\ud800"}, "“words” must be a text"),
    ({"words": None}, "“words” must not be null"),
    ({"tags": "late"}, "“tags” must be a list of texts"),
    ({"tags": ["\udfff"]}, "“tags” must be a list of texts"),
    ({"answered": 1}, "“answered” must be true or false"),
    ({"duration": True}, "“duration” must be a whole number"),
    ({"duration": 1.0}, "“duration” must be a whole number"),
    ({"duration": 10**30}, "“duration” must be a whole number"),
    ({"demanded": -1}, "“demanded” cannot be negative"),
    ({"channel": "telepathy"}, "“channel” must be one of: call, sms"),
    ({"channel": []}, "“channel” must be one of"),
    ({"at": "2026-11-03T22:14:00"}, "“at” must be a time with its zone"),
    ({"at": "0001-01-01T00:00:00+14:00"}, "“at” must be a time with its zone"),
    ({"at": "2026-02-30T00:00:00Z"}, "“at” must be a time with its zone"),
    ({"at": None}, "“at” is missing"),
    ({"zone": "../../etc/passwd"}, "“zone”: .* is not a time zone"),
    ({"uuid": "1"}, "“uuid” must be a UUID"),
    ({"debt_id": 7}, "“debt_id” must be the UUID of another entry"),
    ({"debt_id": CLIENT}, "what “debt_id” names is not in the file"),
)


def refused(store: Store, path: Path, message: str, kind: type[CasedeskError] = InvalidEntry) -> None:
    before = counts(store)
    with pytest.raises(kind, match=message) as caught:
        exchange.take_in(store, path)
    assert "\n" not in str(caught.value)
    assert counts(store) == before
    assert list(store.vault.names()) == []


@pytest.mark.parametrize("name", WRONG)
def test_what_the_schema_does_not_allow_is_refused(other: Store, tmp_path: Path, name: str) -> None:
    text, message = WRONG[name]
    path = tmp_path / "in.json"
    path.write_bytes(text)
    refused(other, path, message)


@pytest.mark.parametrize(("values", "message"), FIELDS)
def test_each_field_is_looked_at(other: Store, tmp_path: Path, values: dict[str, Any], message: str) -> None:
    path = tmp_path / "in.json"
    path.write_text(json.dumps(small(incident=[incident(**values)])), encoding="utf-8")
    refused(other, path, f"incident, entry 1: {message}")


def test_a_checksum_is_looked_at(other: Store, tmp_path: Path) -> None:
    path = tmp_path / "in.json"
    path.write_text(json.dumps(small(creditor=[{"uuid": PIECE, "credit_code": "91310000MA1K00000X"}])), "utf-8")
    refused(other, path, "creditor, entry 1: “credit_code”")


def piece(content: bytes = b"hello", **values: Any) -> dict[str, Any]:
    return {"uuid": PIECE, "name": "a letter", "file_name": "a.txt", "size": len(content),
            "sha256": hashlib.sha256(content).hexdigest(), "file": f"files/{PIECE}/a.txt", **values}


def packed(path: Path, evidence: dict[str, Any], *files: tuple[str | zipfile.ZipInfo, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("matter.json", json.dumps(small(evidence=[evidence])))
        for name, content in files:
            archive.writestr(name, content)
    return path


NAME = f"files/{PIECE}/a.txt"


def test_a_packed_file_is_taken(other: Store, tmp_path: Path) -> None:
    exchange.take_in(other, packed(tmp_path / "in.zip", piece(), ("files/", b""), (NAME, b"hello")))
    assert check.verify(other) == []


@pytest.mark.parametrize("name", ["/etc/passwd", "../a.txt", f"files/{PIECE}/../../a.txt", f"files/{PIECE}/..",
                                  f"files/{PIECE}/c:a.txt", f"files/{PIECE}/..\\a", f"files/{MATTER}/a.txt",
                                  f"files/{PIECE}/", f"files/{PIECE}/a\x00b", f"files/{PIECE}/{'a' * 300}", 7])
def test_a_path_leads_nowhere_else(other: Store, tmp_path: Path, name: Any) -> None:
    path = packed(tmp_path / "in.zip", piece(file=name), (NAME, b"hello"))
    refused(other, path, "evidence, entry 1: “file” must be a path like")


@pytest.mark.parametrize(("evidence", "files", "message"), [
    (piece(), [], "a.txt is missing"),
    (piece(), [(NAME, b"hello, more")], "has 11 bytes and should have 5"),
    (piece(), [(NAME, b"jello")], "SHA-256 differs"),
    (piece(), [(NAME, b"hello"), ("files/extra.exe", b"MZ")], "files/extra.exe belongs to no evidence"),
    (piece(), [(NAME, b"hello"), ("../../evil", b"")], "evil belongs to no evidence"),
    (piece(sha256=None), [(NAME, b"hello")], "“sha256” must not be null"),
    (piece(size="5"), [(NAME, b"hello")], "“size” must be a whole number"),
])
def test_the_files_are_those_named(
    other: Store, tmp_path: Path, evidence: dict[str, Any], files: list[tuple[str, bytes]], message: str,
) -> None:
    refused(other, packed(tmp_path / "in.zip", evidence, *files), message)


def test_links_are_refused(other: Store, tmp_path: Path) -> None:
    link = zipfile.ZipInfo(NAME)
    link.create_system, link.external_attr = 3, 0o120777 << 16
    refused(other, packed(tmp_path / "in.zip", piece(), (link, b"hello")), "is a link")
    folder = tmp_path / "files" / PIECE
    folder.mkdir(parents=True)
    (tmp_path / "secret").write_bytes(b"hello")
    (folder / "a.txt").symlink_to(tmp_path / "secret")
    loose = tmp_path / "in.json"
    loose.write_text(json.dumps(small(evidence=[piece()])), encoding="utf-8")
    refused(other, loose, "is a link")


def test_a_name_twice_in_the_archive_is_refused(other: Store, tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        path = packed(tmp_path / "in.zip", piece(), (NAME, b"hello"), (NAME, b"hello"))
    refused(other, path, "stands in it twice")


def test_bombs_are_refused(other: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    zeros = bytes(80 << 20)
    refused(other, packed(tmp_path / "ratio.zip", piece(zeros), (NAME, zeros)), "packed too small to be true")
    monkeypatch.setattr(exchange_parcel, "MOST_FILES", 3)
    many = [(f"files/{number}", b"") for number in range(5)]
    refused(other, packed(tmp_path / "many.zip", piece(), *many), "It holds 6 files")
    monkeypatch.setattr(exchange_parcel, "MOST_TEXT", 100)
    refused(other, packed(tmp_path / "text.zip", piece(), (NAME, b"hello")), "matter.json is too large")
    loose = tmp_path / "loose.json"
    loose.write_text(json.dumps(small()), encoding="utf-8")
    refused(other, loose, "loose.json is too large")


def test_overlapping_files_are_refused(other: Store, tmp_path: Path) -> None:
    path = packed(tmp_path / "in.zip", piece(), (NAME, bytes(range(256)) * 8))
    raw = bytearray(path.read_bytes())
    entry = raw.rindex(NAME.encode()) - 46  # its line in the central directory
    raw[entry + 20:entry + 24] = struct.pack("<I", len(raw))
    path.write_bytes(raw)
    refused(other, path, "overlap")


def test_more_than_the_disk_holds_is_refused_before_anything_is_written(other: Store, tmp_path: Path) -> None:
    path = packed(tmp_path / "in.zip", piece(size=1 << 58), (NAME, b"hello"))
    raw = bytearray(path.read_bytes())
    path.write_bytes(raw)
    refused(other, path, "has 5 bytes")
    folder = tmp_path / "files" / PIECE
    folder.mkdir(parents=True)
    with (folder / "a.txt").open("wb") as sparse:
        sparse.truncate(1 << 42)
    loose = tmp_path / "in.json"
    loose.write_text(json.dumps(small(evidence=[piece(size=1 << 42)])), encoding="utf-8")
    refused(other, loose, "MB are free", StoreUnavailable)


def test_encrypted_and_damaged_archives_are_refused(other: Store, store: Store, full: Matter, tmp_path: Path) -> None:
    good = exported(store, full.ref, tmp_path / "out.zip").read_bytes()
    path = tmp_path / "in.zip"
    for cut in (10, 200, len(good) // 2, len(good) - 10):
        path.write_bytes(good[:cut])
        refused(other, path, "damaged")
    content = good.index("原文".encode())
    path.write_bytes(good[:content] + b"X" + good[content + 1:])
    refused(other, path, "is damaged|SHA-256 differs")
    flagged = bytearray(good)
    for sign, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        flagged[flagged.index(sign) + place] |= 1
    path.write_bytes(flagged)
    refused(other, path, "is encrypted")
    path.write_bytes(b"%PDF-1.7")
    refused(other, path, "is not a matter exchange file")
    refused(other, tmp_path / "none.zip", "cannot be read")


def test_every_flipped_byte_is_refused_or_changes_nothing(other: Store, tmp_path: Path) -> None:
    good = packed(tmp_path / "good.zip", piece(), (NAME, b"hello")).read_bytes()
    path = tmp_path / "in.zip"
    for place in range(0, len(good), 7):
        path.write_bytes(good[:place] + bytes([good[place] ^ 0x55]) + good[place + 1:])
        try:
            exchange.take_in(other, path)
        except CasedeskError:
            assert counts(other)["matter"] == 0
            continue
        assert check.verify(other) == []
        records.delete(other, Matter, UUID(MATTER))
        records.empty_trash(other, older_than_days=-1)
        with other.read() as session:
            client = session.scalars(select(Client.uuid)).one()
        records.delete(other, Client, client)
        records.empty_trash(other, older_than_days=-1)


def test_stopped_half_way_leaves_nothing(store: Store, other: Store, full: Matter, tmp_path: Path) -> None:
    def stop(done: int, total: int, note: str = "") -> None:
        if total > 3 and done > total // 2:
            raise KeyboardInterrupt

    file = exported(store, full.ref, tmp_path / "out.zip")
    with pytest.raises(KeyboardInterrupt):
        exchange.take_in(other, file, progress=stop)
    assert set(counts(other).values()) == {0}
    assert list(other.vault.names()) == []


def test_what_is_privileged_is_left_out_and_counted_unless_all_is_to_leave(store: Store, other: Store, full: Matter,
                                                                           tmp_path: Path) -> None:
    with store.work() as session:
        call = session.scalars(select(Incident).where(Incident.privileged)).one()
        session.get_one(Evidence, 1).privileged = True
    out = tmp_path / "out.zip"
    assert exchange.export(store, full.ref, out) == 4
    told = json.loads(text_of(out))
    assert told["left_out"] == {"privileged": 4}
    assert all(not one["privileged"] for kind in ("incident", "note", "evidence") for one in told["records"][kind])
    with store.read() as session:
        pieces = session.scalars(select(Evidence.uuid).where(Evidence.privileged)).all()
        gone = {str(one) for one in (call.uuid, *pieces)}
        assert session.scalars(select(Change).where(Change.action == "hand over")).all() == []
    assert not any(one in text_of(out).decode() for one in gone)
    with zipfile.ZipFile(out) as archive:
        assert not any(one in name for name in archive.namelist() for one in gone)
    assert exchange.take_in(other, out).left_out == 4
    assert exchange.export(store, full.ref, out, with_privileged=True) == 0
    assert "left_out" not in json.loads(text_of(out))
    with store.read() as session:
        change = session.scalars(select(Change).where(Change.action == "hand over")).one()
    assert (change.who, change.fields) == (store.who, {"privileged_records": [None, 4]})
    assert check.verify(store) == []


def test_an_original_that_changed_is_not_exported(store: Store, full: Matter, tmp_path: Path) -> None:
    with store.work() as session:
        for one in session.scalars(select(Evidence)):
            one.sha256 = "0" * 64
    with pytest.raises(VerificationFailed):
        exchange.export(store, full.ref, tmp_path / "out.zip")
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("out")] == []


written = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@settings(max_examples=25)
@given(words=written, tags=st.lists(written, max_size=3), name=written.filter(str.strip), account=written,
       duration=st.none() | st.integers(-10**18 + 1, 10**18 - 1), answered=st.none() | st.booleans(),
       at=st.datetimes(dt.datetime(1, 1, 2), dt.datetime(9999, 12, 30), timezones=st.just(dt.UTC)))  # noqa: DTZ001
def test_any_text_comes_back(store: Store, other: Store, tmp_path: Path, words: str, tags: list[str], name: str,
                             account: str, duration: int | None, answered: bool | None, at: dt.datetime) -> None:
    ref = str(uuid4())
    with store.work() as session:
        client = Client(name=name)
        session.add(client)
        session.flush()
        matter = Matter(ref=ref, name=name.strip(), client_id=client.id)
        session.add(matter)
        session.flush()
        session.add(Incident(matter_id=matter.id, at=at, words=words, tags=tags, account=account, duration=duration,
                             answered=answered))
    first = exported(store, ref, tmp_path / "first.zip")
    exchange.take_in(other, first)
    assert text_of(exported(other, ref, tmp_path / "second.zip")) == text_of(first)
