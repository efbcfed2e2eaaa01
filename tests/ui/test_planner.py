"""The planner: terms become dated instalments while they are typed, what the client can pay becomes terms."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget
from sqlalchemy import func, select

from casedesk.base.i18n import tr
from casedesk.casework.drafts import drafts
from casedesk.casework.records import save
from casedesk.records import (
    Act,
    Agreement,
    Circumstance,
    Creditor,
    Debt,
    Draft,
    Instalment,
    Matter,
    Offer,
    Payment,
    Record,
    Warned,
)
from casedesk.records.words import ActKind, CircumstanceKind, CreditorKind, PlanKind, Product, Side
from casedesk.store.cabinet import Store
from casedesk.ui.charts.convergence import ConvergencePlot
from casedesk.ui.forms.pane import RecordPane
from casedesk.ui.negotiation.kept import KeptPanel
from casedesk.ui.negotiation.ladder import LadderPanel
from casedesk.ui.negotiation.planner import PlannerPanel
from casedesk.ui.office import Office
from casedesk.ui.pages.matter_facts import MatterFacts, Reading
from casedesk.ui.pages.overview import OverviewSection
from casedesk.ui.places import Place

D = dt.date
Quiet = Callable[[], None]
Show = Callable[[QWidget], QWidget]


def add(store: Store, record: type[Record], /, **values: Any) -> int:
    return save(store, record, values, uuid=uuid.uuid4()).id


def all_of(store: Store, kind: type[Any]) -> list[Any]:
    with store.read() as session:
        return list(session.scalars(select(kind)))


@pytest.fixture
def debt(store: Store, matter: Matter) -> int:
    creditor = add(store, Creditor, name="Bank", kind=CreditorKind.BANK)
    return add(store, Debt, matter_id=matter.id, creditor_id=creditor, product=Product.CREDIT_CARD,
               principal=5_000_000, released_on=D(2025, 1, 1))


@pytest.fixture
def facts(store: Store, matter: Matter) -> MatterFacts:
    found = Reading(store, matter.id)()
    assert found is not None
    return found


@pytest.fixture
def planner(office: Office, facts: MatterFacts, debt: int, shown: Show, quiet: Quiet) -> PlannerPanel:
    made = PlannerPanel(office, facts)
    shown(made)
    quiet()
    return made


def types(panel: PlannerPanel, quiet: Quiet, **typed: Any) -> None:
    for name, text in typed.items():
        editor = panel.form.rows[name].entry.editor
        editor.setFocus()
        QTest.keyClick(editor, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClick(editor, Qt.Key.Key_Delete)
        QTest.keyClicks(editor, text)
    panel.compute()
    quiet()


def figures(panel: PlannerPanel) -> dict[str, str]:
    grid = panel.outcome.figures
    told = [item.widget() for at in range(grid.count()) if (item := grid.itemAt(at)) is not None]
    texts = [widget.property("text") for widget in told if widget is not None]
    return dict(zip(texts[::2], texts[1::2], strict=True))


def test_nothing_typed_is_no_error_and_no_offer(planner: PlannerPanel) -> None:
    assert planner.outcome.none.isVisible()
    assert not planner.problem.isVisible()
    assert not any(row.note.text() for row in planner.form.rows.values())
    assert not planner.offer.isEnabled()


def test_any_two_of_total_number_and_amount_give_the_third(planner: PlannerPanel, quiet: Quiet) -> None:
    types(planner, quiet, total="12000", instalments="12", first_due_on="2027-01-04")
    assert figures(planner)["Each month at most"] == "1,000.00"
    types(planner, quiet, instalments="", monthly="1500")
    assert figures(planner)["Instalments"] == "8"
    types(planner, quiet, total="", instalments="10")
    assert figures(planner)["Total to be paid"] == "15,000.00"


def test_the_cents_of_the_schedule_add_up_and_days_off_are_said(planner: PlannerPanel, quiet: Quiet) -> None:
    types(planner, quiet, total="10000", instalments="7", first_due_on="2026-10-03")
    model = planner.outcome.model
    paid = [int(model.text_at(row, 2).replace(",", "").replace(".", "")) for row in range(model.rowCount())]
    assert (len(paid), sum(paid)) == (7, 1_000_000)
    assert model.text_at(0, 6) == "Moved from 2026-10-03, a holiday."


def test_a_card_runs_for_sixty_months_at_most(planner: PlannerPanel, debt: int, quiet: Quiet) -> None:
    planner.form.rows["debt_id"].entry.put(debt)
    types(planner, quiet, total="61000", instalments="61", first_due_on="2027-01-04")
    assert planner.outcome.plan is not None
    assert any("60 months" in one.text for one in planner.outcome.plan.checks)


def test_what_is_wrong_is_said_at_its_field(planner: PlannerPanel, quiet: Quiet) -> None:
    types(planner, quiet, total="100", instalments="0")
    assert "from 1 to 600" in planner.form.rows["instalments"].note.text()
    assert planner.outcome.none.isVisible()
    assert not planner.offer.isEnabled()


def test_only_what_a_kind_of_plan_has_is_asked(planner: PlannerPanel, quiet: Quiet) -> None:
    assert planner.form.rows["last"].cell.isHidden()
    planner.form.rows["plan"].entry.put(PlanKind.BALLOON)
    planner.form.arrange()
    assert not planner.form.rows["last"].cell.isHidden()


def test_what_the_client_can_keep_is_proposed(
        planner: PlannerPanel, store: Store, matter: Matter, quiet: Quiet) -> None:
    planner.form.rows["debt_id"].entry.put(None)
    planner.propose.click()
    quiet()
    assert "claim" in planner.form.rows["claim"].note.text()
    for kind, monthly in ((CircumstanceKind.INCOME, 600_000), (CircumstanceKind.COST, 400_000)):
        add(store, Circumstance, matter_id=matter.id, kind=kind, monthly=monthly)
    types(planner, quiet, claim="50000")
    planner.propose.click()
    quiet()
    planner.compute()
    quiet()
    assert figures(planner)["Instalments"] == "25"
    assert figures(planner)["Share of what is left"] == "100 %"
    assert "2,000.00 left each month" in planner.outcome.can.text()


def test_a_plan_becomes_an_offer_after_the_warning(
        planner: PlannerPanel, office: Office, store: Store, debt: int, quiet: Quiet) -> None:
    places: list[Place] = []
    office.wanted.connect(places.append)
    types(planner, quiet, total="12000", instalments="12", first_due_on="2027-01-04")
    planner.offer.click()
    quiet()
    assert planner.asking.isVisible()
    assert all_of(store, Offer) == []
    planner.asking.go_on.click()
    quiet()
    [offer] = all_of(store, Offer)
    assert (offer.total, offer.instalments, offer.side, offer.debt_id) == (1_200_000, 12, Side.CLIENT, debt)
    assert places[-1].section == "negotiation/offer"
    assert drafts(store) == []
    assert planner.form.rows["total"].entry.value() is None


def test_a_plan_not_written_down_is_kept_as_a_draft(planner: PlannerPanel, store: Store, quiet: Quiet) -> None:
    types(planner, quiet, total="12000")
    planner.leave()
    quiet()
    [kept] = all_of(store, Draft)
    assert kept.values["table"] == "offer"
    assert kept.values["typed"]["total"] == "12000"


def test_payments_are_matched_on_demand_and_released_by_undo(
        office: Office, facts: MatterFacts, store: Store, matter: Matter, debt: int, shown: Show,
        quiet: Quiet) -> None:
    agreement = add(store, Agreement, matter_id=matter.id, debt_id=debt, agreed_on=D(2025, 1, 1), total=200_00)
    for number, due in enumerate((D(2025, 2, 3), D(2025, 3, 3)), 1):
        add(store, Instalment, matter_id=matter.id, agreement_id=agreement, number=number, due_on=due, amount=100_00)
    add(store, Payment, matter_id=matter.id, debt_id=debt, paid_on=D(2025, 2, 2), amount=100_00)
    panel = KeptPanel(office, facts)
    shown(panel)
    quiet()
    assert [panel.model.text_at(row, 3) for row in (0, 1)] == ["100.00", "0.00"]
    assert "no. 2" in panel.said.text()
    said: list[Any] = []
    office.said.connect(lambda text, undo: said.append((text, undo)))
    panel.match.click()
    quiet()
    [payment] = all_of(store, Payment)
    assert payment.instalment_id is not None
    assert said[0][0] == "1 payment was matched."
    said[0][1]()
    quiet()
    assert all_of(store, Payment)[0].instalment_id is None


def test_the_offers_of_both_sides_are_drawn_and_lead_to_the_offer(
        office: Office, facts: MatterFacts, store: Store, matter: Matter, shown: Show, quiet: Quiet) -> None:
    ids = [add(store, Offer, matter_id=matter.id, made_on=D(2026, 10, day), side=side, total=total, instalments=1)
           for day, side, total in ((1, Side.CREDITOR, 5_000_000), (9, Side.CLIENT, 3_000_000))]
    panel = LadderPanel(office, facts)
    shown(panel)
    quiet()
    assert panel.chart.isVisible()
    assert "30,000.00" in panel.chart.words_of(1)
    places: list[Place] = []
    office.wanted.connect(places.append)
    QTest.mouseClick(panel.chart, Qt.MouseButton.LeftButton, pos=panel.chart.cell_rect(1).center().toPoint())
    assert places[-1].record == ids[1]
    assert isinstance(panel.chart, ConvergencePlot)


@pytest.mark.parametrize(("kind", "typed"), [
    (Payment, {"paid_on": D(2026, 11, 1), "amount": 100_00}), (Offer, {"total": 100_00}),
    (Agreement, {"total": 100_00}), (Act, {"kind": ActKind.PROMISE, "done_on": D(2026, 11, 1)})])
def test_a_form_warns_once_before_what_restarts_limitation(
        office: Office, store: Store, matter: Matter, debt: int, shown: Show, quiet: Quiet, kind: type[Record],
        typed: dict[str, Any]) -> None:
    pane = RecordPane(office, kind, {"matter_id": matter.id})
    shown(pane)
    for go_on in (False, True, None):
        pane.show_new({"debt_id": debt, **typed})
        quiet()
        pane.save()
        quiet()
        assert pane.asking.isVisible() is (go_on is not None), "who said to go on is not asked again"
        if go_on is not None:
            (pane.asking.go_on if go_on else pane.asking.refrain).click()
            quiet()
        with store.read() as session:
            kept = session.scalar(select(func.count()).select_from(kind))
        assert kept == {False: 0, True: 1, None: 2}[go_on]
    assert [one.answer.value for one in all_of(store, Warned)] == ["refrain", "go-on"]


def test_what_the_other_side_offers_warns_of_nothing(
        office: Office, store: Store, matter: Matter, debt: int, shown: Show, quiet: Quiet) -> None:
    pane = RecordPane(office, Offer, {"matter_id": matter.id})
    shown(pane)
    pane.show_new({"debt_id": debt, "side": Side.CREDITOR, "total": 100_00})
    quiet()
    pane.save()
    quiet()
    assert not pane.asking.isVisible()
    assert len(all_of(store, Offer)) == 1


@pytest.mark.parametrize(("kind", "typed", "turned"), [
    (Offer, {"side": Side.CREDITOR, "total": 100_00}, {"side": Side.CLIENT}),
    (Act, {"kind": ActKind.DEMAND, "done_on": D(2026, 11, 1)}, {"kind": ActKind.PROMISE})])
def test_a_record_changed_into_what_restarts_limitation_warns(
        office: Office, store: Store, matter: Matter, debt: int, shown: Show, quiet: Quiet, kind: type[Record],
        typed: dict[str, Any], turned: dict[str, Any]) -> None:
    pane = RecordPane(office, kind, {"matter_id": matter.id})
    shown(pane)
    pane.show_new({"debt_id": debt, **typed})
    quiet()
    pane.save()
    quiet()
    assert not pane.asking.isVisible()
    pane.form.put_typed({**pane.form.typed(), **{name: value.value for name, value in turned.items()}})
    pane._typed()
    pane.save()
    quiet()
    assert pane.asking.isVisible()
    pane.asking.go_on.click()
    quiet()
    assert [getattr(one, name) for one in all_of(store, kind) for name in turned] == list(turned.values())
    assert len(all_of(store, Warned)) == 1


def test_the_overview_and_the_header_name_a_missed_instalment(
        office: Office, store: Store, matter: Matter, shown: Show, quiet: Quiet) -> None:
    agreement = add(store, Agreement, matter_id=matter.id, agreed_on=D(2026, 1, 1), total=300_00)
    first, _ = (add(store, Instalment, matter_id=matter.id, agreement_id=agreement, number=n, due_on=D(2026, n, 5),
                    amount=150_00) for n in (2, 3))
    facts = Reading(store, matter.id)()
    assert facts is not None
    assert (facts.due[0].record_id, facts.due[0].what.by(tr)) == (first, "Instalment 2: 150.00")
    overview = OverviewSection(office, facts)
    shown(overview)
    quiet()
    links = [one for one in overview.findChildren(QPushButton) if one.property("record") == first]
    assert "Instalment 2: 150.00" in links[0].text()
    places: list[Place] = []
    office.wanted.connect(places.append)
    links[0].click()
    assert places[-1] == Place("matter", matter.id, "negotiation/instalment", first)
