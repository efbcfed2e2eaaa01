"""What is typed into lines that stand in no form: after a crash or a lock it stands there again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from sqlalchemy import select

from casedesk.casework.drafts import drafts, keep_draft
from casedesk.casework.sealing import timestamp_server
from casedesk.casework.settings import firm_name
from casedesk.records import Draft, Matter
from casedesk.records.words import Jurisdiction
from casedesk.store.cabinet import Store
from casedesk.ui.debts.reckoner import ReckonerPanel
from casedesk.ui.findings.rules import RulesPanel
from casedesk.ui.negotiation.ladder import LadderPanel
from casedesk.ui.negotiation.planner import PlannerPanel
from casedesk.ui.office import Office
from casedesk.ui.pages.matter_facts import Reading
from casedesk.ui.pages.settings import SettingsPage
from casedesk.ui.pages.unfinished import Opening
from casedesk.ui.places import Place
from casedesk.ui.window import Window
from tests.ui.conftest import Until, settle

Quiet = Callable[[], None]
Show = Callable[[QWidget], QWidget]


def kept(store: Store) -> list[str]:
    """The keys of everything that is kept, also of what waits for nobody."""
    with store.read() as session:
        return list(session.scalars(select(Draft.key)))


def test_what_is_typed_into_a_calculation_comes_back_and_waits_for_nobody(
        office: Office, store: Store, matter: Matter, shown: Show, until: Until, quiet: Quiet) -> None:
    facts = Reading(store, matter.id)()
    assert facts is not None
    panel = ReckonerPanel(office, facts)
    shown(panel)
    QTest.keyClicks(panel.claim, "58310")
    QTest.keyClicks(panel.source, "the bank's web")
    until(lambda: kept(store))  # the program dies here
    again = ReckonerPanel(office, facts)
    shown(again)
    until(again.claim.text)
    assert (again.claim.text(), again.source.text()) == ("58310", "the bank's web")
    assert again.fees.text_at(0, 1) == "1,257.75"
    assert drafts(store) == []
    again.claim.selectAll()
    QTest.keyClick(again.claim, Qt.Key.Key_Delete)
    again.source.clear()
    again.kept.keep()
    quiet()
    assert kept(store) == []


def test_a_rate_of_the_negotiation_comes_back(office: Office, store: Store, matter: Matter, shown: Show, until: Until,
                                              quiet: Quiet) -> None:
    facts = Reading(store, matter.id)()
    assert facts is not None
    for kind in (PlannerPanel, LadderPanel):
        panel = kind(office, facts)
        shown(panel)
        QTest.keyClicks(panel.discount, "3.45")
        quiet()
        until(lambda: len(kept(store)) == 1)
        again = kind(office, facts)
        until(again.discount.text)
        assert again.discount.text() == "3.45"
        again.deleteLater()
        with store.work() as session:
            session.delete(session.scalars(select(Draft)).one())


def test_a_threshold_half_typed_stays_with_its_rule(office: Office, store: Store, shown: Show, until: Until,
                                                    quiet: Quiet) -> None:
    panel = RulesPanel(office, Jurisdiction.CN)
    shown(panel)
    until(lambda: panel.model.rows)
    rules = [row.key for row in panel.model.rows]

    def choose(rule: str) -> None:
        panel.view.selectRow(rules.index(rule))
        quiet()

    choose("call-informing-gt3")
    QTest.keyClicks(panel.entries["most"], "7")
    choose(next(rule for rule in rules if rule != "call-informing-gt3"))
    choose("call-informing-gt3")
    assert panel.entries["most"].text() == "37"
    panel.change.click()
    quiet()
    until(lambda: panel.rule is not None and panel.rule.parameters["most"] == 37)
    quiet()
    assert kept(store) == []


def test_a_setting_that_is_refused_is_kept_until_it_is_right(office: Office, store: Store, shown: Show, until: Until,
                                                             quiet: Quiet) -> None:
    page = SettingsPage(office)
    shown(page)
    page.visit(Place("settings"))
    quiet()
    QTest.keyClicks(page.server, "ftp://stamp")
    QTest.keyClick(page.server, Qt.Key.Key_Return)
    until(page.problem.text)
    until(lambda: drafts(store))
    again = SettingsPage(office)
    shown(again)
    again.visit(Place("settings"))
    until(again.server.text)
    assert again.server.text() == "ftp://stamp"
    [draft] = drafts(store)
    assert Opening(store, draft)() == (draft, Place("settings"))
    assert "ftp://stamp" in draft.values["caption"]
    again.server.selectAll()
    QTest.keyClicks(again.server, "https://stamp.example")
    QTest.keyClick(again.server, Qt.Key.Key_Return)
    until(lambda: not drafts(store))
    assert timestamp_server(store) == "https://stamp.example"


def test_a_setting_half_typed_is_not_taken_by_a_lock_but_kept(opened: Window, cabinet: Path, until: Until) -> None:
    opened.go_settings()
    settle(opened, until)
    page = opened.findChild(SettingsPage)
    assert page is not None
    page.firm.setFocus()
    QTest.keyClicks(page.firm, "Half a na")
    opened.lock()
    QTest.keyClicks(opened.welcome.unlock.passphrase, "pass")
    QTest.keyClick(opened.welcome.unlock.passphrase, Qt.Key.Key_Return)
    until(lambda: opened.office is not None)
    settle(opened, until)
    page = opened.findChildren(SettingsPage)[-1]
    until(page.firm.text)
    assert page.firm.text() == "Half a na"
    assert opened.office is not None
    assert firm_name(opened.office.store) == ""


def test_a_draft_whose_finding_is_gone_says_so(opened: Window, until: Until) -> None:
    assert opened.office is not None
    store, said = opened.office.store, []
    keep_draft(store, "answer/x", {"table": "finding", "uuid": "0" * 32, "version": 1, "lines": {"answer": "3"}})
    opened.office.said.connect(lambda text, undo: said.append(text))
    opened.office.draft_wanted.emit(drafts(store)[0])
    until(lambda: said)
    assert said == ["What this draft was typed for is gone."]
