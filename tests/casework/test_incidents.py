from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy import select

from casedesk.base.errors import InvalidEntry
from casedesk.casework import listing
from casedesk.casework.incidents import log_incident, owner_of
from casedesk.records import (
    Collector,
    Creditor,
    CustodyEvent,
    Evidence,
    EvidenceLink,
    Incident,
    IncidentSource,
    Matter,
    PhoneNumber,
)
from casedesk.store.cabinet import Store

AT = dt.datetime(2026, 11, 3, 14, 14, tzinfo=dt.UTC)


@pytest.fixture
def known(store: Store) -> tuple[int, int]:
    """A creditor and its collector, with the collector's number; their ids."""
    with store.work() as session:
        creditor = Creditor(name="某银行")
        session.add(creditor)
        session.flush()
        collector = Collector(name="某催收", creditor_id=creditor.id)
        session.add(collector)
        session.flush()
        session.add(PhoneNumber(number="0755-8888 0001", collector_id=collector.id))
    return creditor.id, collector.id


def test_the_number_says_who_called(store: Store, matter: Matter, known: tuple[int, int]) -> None:
    log_incident(store, Incident(matter_id=matter.id, at=AT, number="+86 755 88880001"))
    with store.read() as session:
        found = session.scalars(select(Incident)).one()
    assert (found.creditor_id, found.collector_id) == known


def test_what_the_person_said_is_not_overruled(store: Store, matter: Matter, known: tuple[int, int]) -> None:
    log_incident(store, Incident(matter_id=matter.id, at=AT, number="075588880001", creditor_id=known[0]))
    with store.read() as session:
        assert session.scalars(select(Incident)).one().collector_id is None


def test_a_number_of_two_collectors_names_neither(store: Store, known: tuple[int, int]) -> None:
    with store.work() as session:
        other = Collector(name="另一家")
        session.add(other)
        session.flush()
        session.add(PhoneNumber(number="075588880001", collector_id=other.id))
    with store.read() as session:
        assert owner_of(session, "075588880001").collector_id is None
        assert owner_of(session, "未知号码").collector_id is None


def test_saving_again_makes_no_second_incident(store: Store, matter: Matter, tmp_path: Path) -> None:
    file = tmp_path / "录音.amr"
    file.write_bytes(b"#!AMR\n" + (bytes([0x3C]) + b"x" * 31) * 100)
    incident = Incident(matter_id=matter.id, at=AT, number="95599")
    again = Incident(matter_id=matter.id, at=AT, number="95599", uuid=incident.uuid)
    assert log_incident(store, incident, files=[file]) == log_incident(store, again, files=[file])
    with store.read() as session:
        for kind in (Incident, IncidentSource, Evidence, EvidenceLink, CustodyEvent):
            assert len(session.scalars(select(kind)).all()) == 1, kind
        evidence = session.scalars(select(Evidence)).one()
    assert (evidence.media_type, evidence.duration, evidence.name) == ("audio/amr", 2, "录音")
    assert len(list(store.vault.names())) == 1


def test_a_file_that_cannot_be_read_leaves_nothing(store: Store, matter: Matter, tmp_path: Path) -> None:
    good = tmp_path / "a.txt"
    good.write_text("a")
    with pytest.raises(InvalidEntry, match=r"b\.txt"):
        log_incident(store, Incident(matter_id=matter.id, at=AT), files=[good, tmp_path / "b.txt"])
    with store.read() as session:
        assert session.scalars(select(Incident)).all() == []
    assert list(store.vault.names()) == []


@pytest.mark.parametrize(("at", "zone"), [
    ("2026-11-03T22:14+08:00", "Asia/Shanghai"), ("2026-11-03T22:14-05:00", "America/New_York"),
    ("2026-07-03T22:14-04:00", "America/New_York"), ("2026-07-03T22:14+01:00", "Europe/London"),
    ("2026-11-03T22:14+09:00", "Etc/GMT-9"), ("2026-11-03T22:14-09:00", "Etc/GMT+9"),
])
def test_the_place_of_a_time_follows_from_its_offset(at: str, zone: str) -> None:
    moment = dt.datetime.fromisoformat(at)
    assert listing.zone_for(moment, "Asia/Shanghai") == zone
    assert moment.astimezone(dt.UTC) == moment
