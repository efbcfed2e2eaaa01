"""The ladder: counter-offers, the warning before limitation restarts, the agreement, the comparison, the call."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QItemSelectionModel
from PySide6.QtWidgets import QWidget
from sqlalchemy import func, select

from casedesk.casework.records import save
from casedesk.records import Agreement, Creditor, Debt, Incident, Instalment, Matter, Offer, Record, Warned
from casedesk.records.words import Channel, CreditorKind, OfferState, Product, Side
from casedesk.store.cabinet import Store
from casedesk.ui.negotiation.ladder import LadderPanel
from casedesk.ui.office import Office
from casedesk.ui.pages.incidents import IncidentsPanel
from casedesk.ui.pages.matter_facts import Reading
from casedesk.ui.places import Place

D = dt.date
Quiet = Callable[[], None]


def add(store: Store, record: type[Record], /, **values: Any) -> int:
    return save(store, record, values, uuid=uuid.uuid4()).id


def count(store: Store, kind: type[Record]) -> int:
    with store.read() as session:
        return session.scalars(select(func.count()).select_from(kind)).one()


@pytest.fixture
def debt(store: Store, matter: Matter) -> int:
    creditor = add(store, Creditor, name="Bank", kind=CreditorKind.BANK)
    return add(store, Debt, matter_id=matter.id, creditor_id=creditor, product=Product.CONSUMER_LOAN,
               principal=5_000_000, released_on=D(2025, 1, 1))


@pytest.fixture
def offer(store: Store, matter: Matter, debt: int) -> int:
    """The creditor offers 48,000.00 in twelve instalments for a claim of 50,000.00."""
    return add(store, Offer, matter_id=matter.id, debt_id=debt, made_on=D(2026, 10, 1), side=Side.CREDITOR,
               total=4_800_000, instalments=12, claim=5_000_000, first_due_on=D(2027, 1, 4), answered_on=D(2026, 11, 2))


@pytest.fixture
def panel(office: Office, store: Store, matter: Matter, offer: int, shown: Callable[[QWidget], QWidget],
          quiet: Quiet) -> LadderPanel:
    facts = Reading(store, matter.id)()
    assert facts is not None
    made = LadderPanel(office, facts)
    shown(made)
    quiet()
    made.view.selectRow(0)
    return made


def answered(store: Store) -> list[str]:
    with store.read() as session:
        return [one.answer.value for one in session.scalars(select(Warned).order_by(Warned.id))]


def test_the_ladder_shows_an_offer_with_what_is_waived(panel: LadderPanel) -> None:
    assert [panel.model.text_at(0, at) for at in (1, 4, 6, 7)] == [
        "2026-10-01", "48,000.00", "2,000.00", "2027-12-06"]  # 4 December 2027 is a Saturday


def test_a_counter_offer_of_the_client_warns_first_and_keeps_the_answer(
        panel: LadderPanel, store: Store, quiet: Quiet) -> None:
    panel.counter.click()
    quiet()
    assert panel.asking.isVisible()
    assert "restarts limitation" in panel.asking.reason.text()
    assert not panel.accept.isEnabled()
    assert count(store, Offer) == 1
    panel.asking.go_on.click()
    quiet()
    panel.read()
    quiet()
    assert answered(store) == ["go-on"]
    assert panel.model.text_at(1, 0).lstrip().startswith("└")
    with store.read() as session:
        first, second = session.scalars(select(Offer).order_by(Offer.id)).all()
    assert (first.state, second.side, second.counter_to_id) == (OfferState.COUNTERED, Side.CLIENT, first.id)


def test_refraining_does_nothing_but_keep_the_answer(panel: LadderPanel, store: Store, quiet: Quiet) -> None:
    panel.accept.click()
    quiet()
    panel.asking.refrain.click()
    quiet()
    assert answered(store) == ["refrain"]
    assert count(store, Agreement) == 0
    assert not panel.asking.isVisible()
    assert panel.accept.isEnabled()


def test_accepting_makes_the_agreement_with_its_schedule_and_goes_there(
        office: Office, panel: LadderPanel, store: Store, quiet: Quiet) -> None:
    places: list[Place] = []
    office.wanted.connect(places.append)
    panel.accept.click()
    quiet()
    panel.asking.go_on.click()
    quiet()
    assert (count(store, Agreement), count(store, Instalment)) == (1, 12)
    assert places[-1].section == "negotiation/agreement"


def test_two_offers_are_compared_and_an_impossible_rate_is_said(
        panel: LadderPanel, store: Store, matter: Matter, debt: int, quiet: Quiet) -> None:
    add(store, Offer, matter_id=matter.id, debt_id=debt, made_on=D(2026, 10, 9), total=3_000_000, instalments=6,
        claim=5_000_000, first_due_on=D(2027, 1, 4))
    panel.read()
    quiet()
    panel.view.selectAll()
    panel.compare.click()
    quiet()
    assert [panel.compared.text_at(row, 1) for row in (0, 1)] == ["48,000.00", "30,000.00"]
    assert [panel.compared.text_at(row, 3) for row in (0, 1)] == ["4,000.00", "5,000.00"]
    panel.discount.setText("so much")
    panel.compare.click()
    quiet()
    assert panel.problem.isVisible()
    assert "so much" in panel.problem.text()


def test_a_promise_on_the_telephone_leads_to_its_call(
        office: Office, panel: LadderPanel, store: Store, matter: Matter, quiet: Quiet) -> None:
    incident = add(store, Incident, matter_id=matter.id, channel=Channel.CALL,
                   at=dt.datetime(2026, 10, 2, 2, tzinfo=dt.UTC))
    add(store, Offer, matter_id=matter.id, made_on=D(2026, 10, 2), total=4_000_000, instalments=1,
        incident_id=incident, side=Side.CREDITOR)
    panel.read()
    quiet()
    assert not panel.call.isEnabled()
    flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
    panel.view.selectionModel().select(panel.model.index(1, 0), flags)
    places: list[Place] = []
    office.wanted.connect(places.append)
    panel.call.click()
    assert [(one.section, one.record) for one in places] == [("incidents", incident)]


def test_what_is_late_is_said(panel: LadderPanel, store: Store, matter: Matter, debt: int, quiet: Quiet) -> None:
    agreement = add(store, Agreement, matter_id=matter.id, debt_id=debt, agreed_on=D(2025, 1, 1), total=200_00)
    add(store, Instalment, matter_id=matter.id, agreement_id=agreement, number=1, due_on=D(2025, 2, 1), amount=200_00)
    panel.read()
    quiet()
    assert panel.late.text() == "1 instalment is late; the first was due on 2025-02-01."


def test_an_offer_is_written_down_from_its_call_in_one_step(
        office: Office, store: Store, matter: Matter, debt: int, shown: Callable[[QWidget], QWidget],
        quiet: Quiet, until: Callable[[Callable[[], object]], None]) -> None:
    facts = Reading(store, matter.id)()
    assert facts is not None
    call = add(store, Incident, matter_id=matter.id, channel=Channel.CALL, words="四万八，分十二期",
               reply="每月两千我能还", stated_name="陈经理", at=dt.datetime(2026, 10, 2, 16, 30, tzinfo=dt.UTC))
    places: list[Place] = []
    office.wanted.connect(places.append)
    panel = IncidentsPanel(office, facts)
    shown(panel)
    panel.select(call)
    quiet()
    panel.offers.theirs.click()
    quiet()
    panel.offers.ours.click()
    quiet()
    assert panel.offers.asking.isVisible(), "what the client promised restarts limitation"
    assert count(store, Offer) == 1
    panel.offers.asking.go_on.click()
    quiet()
    with store.read() as session:
        theirs, ours = session.scalars(select(Offer).order_by(Offer.id)).all()
    for one, side, terms in ((theirs, Side.CREDITOR, "四万八，分十二期"), (ours, Side.CLIENT, "每月两千我能还")):
        assert (one.side, one.terms, one.made_on, one.by, one.counterpart, one.debt_id, one.incident_id) == (
            side, terms, D(2026, 10, 3), "Call", "陈经理", debt, call)
    assert [(one.section, one.record) for one in places] == [
        ("negotiation/offer", theirs.id), ("negotiation/offer", ours.id)]
    until(lambda: panel.offers.lines.count() == 2)


def test_an_offer_without_a_debt_asks_which_one_its_agreement_settles(
        panel: LadderPanel, store: Store, matter: Matter, offer: int, quiet: Quiet) -> None:
    with store.work() as session:
        bare = session.get(Offer, offer)
        first = session.scalars(select(Debt)).one()
        assert bare is not None
        bare.debt_id = None
        creditor = first.creditor_id
    second = add(store, Debt, matter_id=matter.id, creditor_id=creditor, principal=1, contract_number="B-2",
                 released_on=D(2025, 1, 1))
    panel.read()
    quiet()
    panel.accept.click()
    assert panel.which.isVisible()
    assert count(store, Agreement) == 0
    panel.which.box.setCurrentIndex(panel.which.box.findData(second))
    panel.which.go_on.click()
    quiet()
    assert panel.asking.isVisible(), "that of the debt chosen"
    panel.asking.go_on.click()
    quiet()
    with store.read() as session:
        assert session.scalars(select(Agreement)).one().debt_id == second
        assert session.scalars(select(Offer)).one().debt_id == second
