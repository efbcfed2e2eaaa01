from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

import pytest
from sqlalchemy import select

from casedesk.casework.evidence import add_files, kept, named
from casedesk.records import Change, CustodyEvent, Evidence, Matter
from casedesk.records.words import EvidenceKind
from casedesk.store.cabinet import Store


def test_a_file_is_kept_unaltered_with_hash_and_custody(store: Store, matter: Matter, tmp_path: Path) -> None:
    file = tmp_path / "2026-11-03 短信截图.txt"
    file.write_bytes("公安就去你单位".encode("gb18030"))
    [evidence] = add_files(store, matter.id, [file], source="委托人手机")
    assert store.vault.read(kept(evidence)) == file.read_bytes()
    assert evidence.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    assert (evidence.name, evidence.dated, evidence.source) == ("短信截图", dt.date(2026, 11, 3), "委托人手机")
    assert evidence.kind is EvidenceKind.ELECTRONIC
    with store.read() as session:
        event = session.scalars(select(CustodyEvent)).one()
        assert (event.evidence_id, event.who, event.digest) == (evidence.id, "tester", evidence.sha256)
        said = " ".join(str(change.fields) for change in session.scalars(select(Change)))
    assert evidence.vault_key.hex() not in said


def test_all_files_are_added_or_none(store: Store, matter: Matter, tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("a")

    def stop(done: int, total: int, note: str = "") -> None:
        if done == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        add_files(store, matter.id, [file, file], progress=stop)
    with store.read() as session:
        assert session.scalars(select(Evidence)).all() == []
    assert list(store.vault.names()) == []


@pytest.mark.parametrize(("file_name", "day", "title"), [
    ("2026-11-03 短信.png", dt.date(2026, 11, 3), "短信"),
    ("2026-11-03_call.wav", dt.date(2026, 11, 3), "call"),
    ("20261103.jpg", dt.date(2026, 11, 3), "20261103"),
    ("2026年11月3日 通话.amr", dt.date(2026, 11, 3), "通话"),
    ("20261103221455.png", dt.date(2026, 11, 3), "221455"),
    ("11010519491231002X.txt", None, "11010519491231002X"), ("2026110312345678.pdf", None, "2026110312345678"),
    ("2026-13-41 x.png", None, "2026-13-41 x"),
    ("截图.png", None, "截图"),
    ("2026-0012 合同.pdf", None, "2026-0012 合同"),
])
def test_a_leading_date_becomes_the_date(file_name: str, day: dt.date | None, title: str) -> None:
    assert named(file_name) == (day, title)
