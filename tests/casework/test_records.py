"""Any record is saved once, checked, never over somebody else's change; deleted with what needs it, and back."""

from __future__ import annotations

import datetime as dt
import uuid
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from casedesk.base import times
from casedesk.base.errors import CasedeskError, Conflict, InvalidEntry
from casedesk.casework.drafts import draft, draft_count, drop_draft, keep_draft
from casedesk.casework.evidence import add_files, kept
from casedesk.casework.records import delete, edit_all, empty_trash, restore, save, trash
from casedesk.records import (
    ALL,
    Agent,
    Change,
    Client,
    Collector,
    ContactPerson,
    Creditor,
    Debt,
    Evidence,
    EvidenceLink,
    Guarantor,
    Incident,
    IncidentSource,
    Matter,
    Note,
    Payment,
    PhoneNumber,
    Record,
)
from casedesk.records.words import Channel, MatterStatus
from casedesk.store.cabinet import Store
from casedesk.store.work import WITH_TRASH


def add(store: Store, kind_: type[Record], /, **values: Any) -> uuid.UUID:
    name = uuid.uuid4()
    save(store, kind_, values, uuid=name)
    return name


def record(store: Store, kind: type[Record], name: uuid.UUID) -> Any:
    with store.read() as session:
        return session.scalars(select(kind).where(kind.uuid == name), execution_options=WITH_TRASH).one()


def number(store: Store, kind: type[Record], name: uuid.UUID) -> int:
    found: int = record(store, kind, name).id
    return found


def alive(store: Store, kind: type[Record]) -> int:
    with store.read() as session:
        return session.scalar(select(func.count()).select_from(kind).where(kind.deleted_at.is_(None))) or 0


@pytest.fixture
def debt(store: Store, matter: Matter) -> uuid.UUID:
    creditor = number(store, Creditor, add(store, Creditor, name="某银行"))
    return add(store, Debt, matter_id=matter.id, creditor_id=creditor)


def test_a_new_record_is_signed_and_versioned(store: Store) -> None:
    saved = save(store, Client, {"name": "林某"}, uuid=uuid.uuid4())
    found = record(store, Client, saved.uuid)
    assert (found.name, found.created_by, saved.version) == ("林某", "tester", 1)


def test_a_repeated_save_of_a_new_record_makes_one(store: Store) -> None:
    name = uuid.uuid4()
    first = save(store, Client, {"name": "林某"}, uuid=name)
    assert save(store, Client, {"name": "林某"}, uuid=name) == first
    assert alive(store, Client) == 1


def test_a_change_keeps_what_was_not_given(store: Store) -> None:
    name = uuid.uuid4()
    save(store, Client, {"name": "林某", "phone": "13800138000"}, uuid=name)
    assert save(store, Client, {"name": "林晓"}, uuid=name, version=1).version == 2
    assert record(store, Client, name).phone == "13800138000"


def test_a_save_that_changes_nothing_keeps_the_version(store: Store) -> None:
    name = uuid.uuid4()
    save(store, Client, {"name": "林某"}, uuid=name)
    assert save(store, Client, {"name": "林某"}, uuid=name, version=1).version == 1


def test_a_stale_save_shows_both_versions(store: Store) -> None:
    name = add(store, Client, name="林某")
    save(store, Client, {"name": "林晓"}, uuid=name, version=1)
    with pytest.raises(Conflict) as caught:
        save(store, Client, {"name": "林小"}, uuid=name, version=1)
    assert caught.value.mine["name"] == "林小"
    assert (caught.value.theirs["name"], caught.value.theirs["version"]) == ("林晓", 2)
    assert caught.value.untouched == frozenset()


def test_a_stale_save_tells_what_the_others_alone_changed(store: Store) -> None:
    name = add(store, Client, name="林某", phone="1", address="甲")
    save(store, Client, {"phone": "2", "address": "乙"}, uuid=name, version=1)
    save(store, Client, {"phone": "3", "sex": "female"}, uuid=name, version=2)
    with pytest.raises(Conflict) as caught:
        save(store, Client, {"name": "林小", "phone": "1", "address": "丙", "sex": None}, uuid=name, version=1)
    assert caught.value.untouched == {"phone", "sex"}


def test_saving_what_somebody_deleted_is_a_conflict(store: Store) -> None:
    name = add(store, Client, name="林某")
    delete(store, Client, name)
    with pytest.raises(Conflict):
        save(store, Client, {"name": "林晓"}, uuid=name, version=1)


@pytest.mark.parametrize(("kind", "values", "field"), [
    (Client, {"name": "  "}, "name"),
    (Client, {}, "name"),
    (Matter, {"ref": "1", "name": "x", "client_id": None}, "client_id"),
    (Matter, {"ref": "1", "name": "x", "client_id": 1, "zone": "Nowhere/Here"}, "zone"),
    (Matter, {"ref": "1", "name": "x", "client_id": 99}, "client_id"),
    (Matter, {"ref": "1", "name": "x", "client_id": 1, "status": "lost"}, "status"),
    (Client, {"name": "林某", "identity_number": "110105199003072345"}, "identity_number"),
])
def test_what_is_wrong_names_its_field(store: Store, kind: type[Record], values: dict[str, Any], field: str) -> None:
    add(store, Client, name="first")
    with pytest.raises(InvalidEntry) as caught:
        save(store, kind, values, uuid=uuid.uuid4())
    assert caught.value.field == field
    assert alive(store, kind) == (1 if kind is Client else 0)


def test_a_negative_amount_is_refused(store: Store, matter: Matter, debt: uuid.UUID) -> None:
    with pytest.raises(InvalidEntry) as caught:
        save(store, Debt, {"principal": -1}, uuid=debt, version=1)
    assert caught.value.field == "principal"


def test_a_reference_is_used_once(store: Store, matter: Matter) -> None:
    with pytest.raises(InvalidEntry) as caught:
        save(store, Matter, {"ref": matter.ref, "name": "x", "client_id": matter.client_id}, uuid=uuid.uuid4())
    assert caught.value.field == "ref"


def test_evidence_shows_an_incident_once(store: Store, matter: Matter, tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("said")
    (evidence,) = add_files(store, matter.id, [tmp_path / "words.txt"])
    incident = save(store, Incident, {"matter_id": matter.id, "at": times.now()}, uuid=uuid.uuid4())
    values = {"matter_id": matter.id, "evidence_id": evidence.id, "incident_id": incident.id}
    link = save(store, EvidenceLink, values, uuid=uuid.uuid4())
    with pytest.raises(InvalidEntry):
        save(store, EvidenceLink, values, uuid=uuid.uuid4())
    delete(store, EvidenceLink, link.uuid)
    save(store, EvidenceLink, values, uuid=uuid.uuid4())


def test_a_reference_may_not_cross_matters(store: Store, matter: Matter, debt: uuid.UUID) -> None:
    other = number(store, Matter, add(store, Matter, ref="other", name="x", client_id=matter.client_id))
    with pytest.raises(InvalidEntry) as caught:
        save(store, Payment, {"matter_id": other, "debt_id": number(store, Debt, debt), "amount": 1,
                              "paid_on": dt.date(2026, 1, 1)}, uuid=uuid.uuid4())
    assert caught.value.field == "debt_id"


def test_words_are_taken_as_they_are_stored(store: Store, matter: Matter) -> None:
    name = add(store, Incident, matter_id=matter.id, at=times.now(), channel="sms")
    assert record(store, Incident, name).channel is Channel.SMS


def test_a_new_incident_has_a_source_and_finds_its_caller(store: Store, matter: Matter) -> None:
    collector = number(store, Collector, add(store, Collector, name="某催收"))
    add(store, PhoneNumber, number="0755 8611 2210", collector_id=collector)
    name = add(store, Incident, matter_id=matter.id, at=times.now(), number="075586112210")
    assert record(store, Incident, name).collector_id == collector
    assert alive(store, IncidentSource) == 1


def test_many_are_edited_together(store: Store, matter: Matter) -> None:
    names = [add(store, Incident, matter_id=matter.id, at=times.now(), tags=["old"]) for _ in range(3)]
    assert edit_all(store, Incident, names[:2], {"channel": Channel.VISIT}, ["new", "old"]) == 2
    found = [record(store, Incident, name) for name in names]
    assert [one.tags for one in found] == [["old", "new"], ["old", "new"], ["old"]]
    assert [one.channel for one in found] == [Channel.VISIT, Channel.VISIT, Channel.CALL]


def test_deleting_takes_along_what_cannot_be_without_it_and_brings_it_back(
        store: Store, matter: Matter, debt: uuid.UUID) -> None:
    debt_id = number(store, Debt, debt)
    add(store, Payment, matter_id=matter.id, debt_id=debt_id, amount=100, paid_on=dt.date(2026, 1, 1))
    add(store, Guarantor, matter_id=matter.id, debt_id=debt_id, name="张某")
    incident = add(store, Incident, matter_id=matter.id, at=times.now(), debt_id=debt_id)
    assert delete(store, Debt, debt) == 3
    assert [alive(store, kind) for kind in (Debt, Payment, Guarantor, Incident)] == [0, 0, 0, 1]
    assert record(store, Incident, incident).debt_id == debt_id
    (lying,) = trash(store)
    assert (lying.kind, lying.uuid, lying.others, lying.deleted_by) == (Debt, debt, 2, "tester")
    assert restore(store, Debt, debt) == 3
    assert [alive(store, kind) for kind in (Debt, Payment, Guarantor)] == [1, 1, 1]
    assert trash(store) == []


def test_what_was_deleted_earlier_stays_in_the_trash(store: Store, matter: Matter, debt: uuid.UUID) -> None:
    payment = add(store, Payment, matter_id=matter.id, debt_id=number(store, Debt, debt), amount=1,
                  paid_on=dt.date(2026, 1, 1))
    delete(store, Payment, payment)
    delete(store, Debt, debt)
    restore(store, Debt, debt)
    assert [alive(store, kind) for kind in (Debt, Payment)] == [1, 0]


def test_nothing_comes_back_without_what_it_belongs_to(store: Store, matter: Matter, debt: uuid.UUID) -> None:
    payment = add(store, Payment, matter_id=matter.id, debt_id=number(store, Debt, debt), amount=1,
                  paid_on=dt.date(2026, 1, 1))
    delete(store, Payment, payment)
    delete(store, Debt, debt)
    with pytest.raises(InvalidEntry):
        restore(store, Payment, payment)
    assert alive(store, Payment) == 0


def test_deleting_a_matter_takes_all_of_it(store: Store, matter: Matter, debt: uuid.UUID) -> None:
    for _ in range(3):
        add(store, Incident, matter_id=matter.id, at=times.now())
    add(store, Note, matter_id=matter.id, body="x")
    delete(store, Matter, matter.uuid)
    assert sum(alive(store, kind) for kind in (Matter, Debt, Incident, IncidentSource, Note)) == 0
    assert alive(store, Client) == 1
    restore(store, Matter, matter.uuid)
    assert [alive(store, kind) for kind in (Matter, Debt, Incident, IncidentSource, Note)] == [1, 1, 3, 3, 1]


def test_a_party_still_used_is_kept_and_the_matter_named(store: Store, matter: Matter, debt: uuid.UUID) -> None:
    creditor = record(store, Creditor, add(store, Creditor, name="unused"))
    assert delete(store, Creditor, creditor.uuid) == 1
    used = record(store, Debt, debt).creditor_id
    with store.read() as session:
        name = session.scalar(select(Creditor.uuid).where(Creditor.id == used))
    assert name is not None
    for kind, uuid_ in ((Creditor, name), (Client, _client(store, matter))):
        with pytest.raises(InvalidEntry, match=matter.ref):
            delete(store, kind, uuid_)


def _client(store: Store, matter: Matter) -> uuid.UUID:
    with store.read() as session:
        found = session.scalar(select(Client.uuid).where(Client.id == matter.client_id))
    assert found is not None
    return found


def test_a_collector_goes_with_its_agents_but_leaves_its_numbers(store: Store) -> None:
    collector = add(store, Collector, name="某催收")
    add(store, Agent, collector_id=number(store, Collector, collector), name="小李")
    add(store, PhoneNumber, number="0755 86112210", collector_id=number(store, Collector, collector))
    assert delete(store, Collector, collector) == 2
    assert [alive(store, kind) for kind in (Collector, Agent, PhoneNumber)] == [0, 0, 1]


def test_emptying_the_trash_purges_what_is_old_and_loosens_what_points_at_it(store: Store, matter: Matter) -> None:
    person = add(store, ContactPerson, matter_id=matter.id, name="林母")
    incident = add(store, Incident, matter_id=matter.id, at=times.now(),
                   contact_person_id=number(store, ContactPerson, person))
    delete(store, ContactPerson, person)
    assert empty_trash(store) == 0
    assert empty_trash(store, older_than_days=0) == 1
    assert record(store, Incident, incident).contact_person_id is None
    with store.read() as session:
        last = session.scalar(select(Change.action).where(Change.record == person).order_by(Change.seq.desc()))
    assert last == "purge"


def test_emptying_a_deleted_matter_leaves_nothing_of_it(store: Store, matter: Matter, debt: uuid.UUID) -> None:
    add(store, Incident, matter_id=matter.id, at=times.now(), debt_id=number(store, Debt, debt))
    delete(store, Matter, matter.uuid)
    empty_trash(store, older_than_days=0)
    with store.read() as session:
        left = [kind.__name__ for kind in ALL if session.scalar(
            select(func.count()).select_from(kind), execution_options=WITH_TRASH)]
    assert left == ["Client", "Creditor"]


def test_a_file_lies_in_the_vault_until_the_trash_is_emptied(store: Store, matter: Matter, tmp_path: Path) -> None:
    file = tmp_path / "words.txt"
    file.write_text("今天不还款", encoding="utf-8")
    (evidence,) = add_files(store, matter.id, [file])
    delete(store, Evidence, evidence.uuid)
    with store.vault.open(kept(evidence)) as stream:
        assert stream.read().decode() == "今天不还款"
    empty_trash(store, older_than_days=0)
    with pytest.raises(CasedeskError):
        store.vault.open(kept(evidence))


def test_a_status_is_an_audited_change(store: Store, matter: Matter) -> None:
    edit_all(store, Matter, [matter.uuid], {"status": MatterStatus.CLOSED})
    with store.read() as session:
        last = session.scalars(select(Change).order_by(Change.seq.desc())).first()
    assert last is not None
    assert last.fields == {"status": ["open", "closed"]}


def test_drafts_are_kept_replaced_and_dropped(store: Store) -> None:
    keep_draft(store, "a", {"typed": {"name": "林"}})
    keep_draft(store, "a", {"typed": {"name": "林某"}})
    found = draft(store, "a")
    assert found is not None
    assert found.values == {"typed": {"name": "林某"}}
    assert draft_count(store) == 1
    drop_draft(store, "a")
    assert draft(store, "a") is None
