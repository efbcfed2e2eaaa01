"""Findings in the window: found by themselves, decided, asked about, shown where they matter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from sqlalchemy import select

from casedesk.base import i18n
from casedesk.base.clock_hours import Hours
from casedesk.base.errors import InvalidEntry
from casedesk.casework import findings
from casedesk.casework.drafts import drafts
from casedesk.casework.incidents import log_incident
from casedesk.records import Collector, Creditor, Debt, Finding, Incident, Matter, Notice
from casedesk.records.words import Channel, CreditorKind, FindingState, Jurisdiction, NoticeKind, Product
from casedesk.rules.rulebook import shipped
from casedesk.store.cabinet import Store
from casedesk.store.overview import Night, parties, pattern
from casedesk.ui.charts.limits import limits_of
from casedesk.ui.command_hits import Searching
from casedesk.ui.findings.gravest import Gravest
from casedesk.ui.findings.of_incident import IncidentFindings
from casedesk.ui.findings.panel import FindingsPanel
from casedesk.ui.findings.questions import understood
from casedesk.ui.findings.rules import RulesPanel
from casedesk.ui.findings.thresholds import understood as threshold, written
from casedesk.ui.office import Office
from casedesk.ui.pages.desk import DeskPage
from casedesk.ui.pages.effect import effect
from casedesk.ui.pages.history import ReadingHistory
from casedesk.ui.pages.matter import MatterPage
from casedesk.ui.pages.unfinished import Opening
from casedesk.ui.places import Place
from casedesk.ui.preferences import Preferences
from casedesk.ui.quick_log.entry import fresh
from casedesk.ui.quick_log.pasting import WordsField
from casedesk.ui.quick_log.touched import TouchedRules
from casedesk.ui.window import Window
from tests.ui.conftest import Until

Shown = Callable[[QWidget], QWidget]
ZONE = "Asia/Shanghai"


@pytest.fixture
def lender(store: Store, matter: Matter) -> Matter:
    """The matter with a consumer finance company and its agency, collector 1."""
    with store.work() as session:
        creditor = Creditor(name="某消费金融公司", kind=CreditorKind.CONSUMER_FINANCE)
        session.add(creditor)
        session.flush()
        session.add_all([Collector(name="某催收公司", creditor_id=creditor.id, notified_on=dt.date(2026, 1, 1)),
                         Debt(matter_id=matter.id, creditor_id=creditor.id, product=Product.ONLINE_LOAN)])
    return matter


def call(store: Store, matter: Matter, at: str, **values: Any) -> None:
    fixed: dict[str, Any] = {"channel": Channel.CALL, "number": "02160000001", "answered": True, "collector_id": 1,
                             "identity_stated": True}
    log_incident(store, Incident(matter_id=matter.id, at=dt.datetime.fromisoformat(f"{at}+08:00"),
                                 **{**fixed, **values}))


def page_of(office: Office, matter: Matter, shown: Shown, until: Until) -> MatterPage:
    page = MatterPage(office, matter.id)
    shown(page)
    until(lambda: page.facts is not None)
    return page


def panel_of(page: MatterPage) -> FindingsPanel:
    page.visit(Place("matter", page.matter_id, "findings/finding"))
    [panel] = page.findChildren(FindingsPanel)
    return panel


def night(panel: FindingsPanel) -> findings.Seen:
    return next(one for one in panel.found if one.rule == "night-contact")


def test_a_saved_night_call_shows_as_a_finding_by_itself(office: Office, store: Store, lender: Matter, shown: Shown,
                                                         until: Until) -> None:
    page = page_of(office, lender, shown, until)
    panel = panel_of(page)
    call(store, lender, "2026-11-03T23:10:00")
    until(lambda: any(one.rule == "night-contact" for one in panel.found))
    assert night(panel).count == 1
    call(store, lender, "2026-11-04T23:10:00")
    until(lambda: night(panel).count == 2)
    assert panel.tree.topLevelItemCount() >= 1


def test_findings_are_confirmed_dismissed_with_a_reason_and_reopened(
        office: Office, store: Store, lender: Matter, shown: Shown, until: Until) -> None:
    call(store, lender, "2026-11-03T23:10:00")
    panel = panel_of(page_of(office, lender, shown, until))
    until(lambda: panel.found)
    panel.select(night(panel).id)
    assert [one.rule for one in panel.tree.picked()] == ["night-contact"]
    panel.details.confirm.click()
    until(lambda: night(panel).state is FindingState.CONFIRMED)
    panel.details.dismiss.click()
    assert panel.details.problem.text()
    assert night(panel).state is FindingState.CONFIRMED
    QTest.keyClicks(panel.details.reason, "agreed hours")
    QTest.keyClick(panel.details.reason, Qt.Key.Key_Return)
    until(lambda: night(panel).state is FindingState.DISMISSED)
    assert night(panel).reason == "agreed hours"
    assert not any(one.rule == "night-contact" for one in panel.tree.found.values())
    panel.select(night(panel).id)
    panel.details.reopen.click()
    until(lambda: night(panel).state is FindingState.OPEN)


def test_a_reason_half_typed_stands_there_again_until_it_is_decided(
        office: Office, store: Store, lender: Matter, shown: Shown, until: Until) -> None:
    call(store, lender, "2026-11-03T23:10:00")
    panel = panel_of(page_of(office, lender, shown, until))
    until(lambda: panel.found)
    panel.select(night(panel).id)
    QTest.keyClicks(panel.details.reason, "agreed ho")
    until(lambda: drafts(store))  # the program dies here
    again = panel_of(page_of(office, lender, shown, until))
    until(lambda: again.found)
    [kept] = drafts(store)
    place = Opening(store, kept)()[1]
    assert place == Place("matter", lender.id, "findings/finding", night(again).id)
    again.select(night(again).id)
    until(again.details.reason.text)
    assert again.details.reason.text() == "agreed ho"
    again.details.dismiss.click()
    until(lambda: night(again).state is FindingState.DISMISSED)
    assert drafts(store) == []


def test_a_decision_whose_rows_changed_says_so(office: Office, store: Store, lender: Matter, shown: Shown,
                                               until: Until) -> None:
    call(store, lender, "2026-11-03T23:10:00")
    panel = panel_of(page_of(office, lender, shown, until))
    until(lambda: panel.found)
    findings.confirm(store, night(panel).uuid)
    call(store, lender, "2026-11-05T23:10:00")
    until(lambda: night(panel).changed)
    texts = [panel.tree.topLevelItem(at).child(0).text(4)  # type: ignore[union-attr]
             for at in range(panel.tree.topLevelItemCount())]
    assert "Rows changed" in texts


def test_several_are_decided_together_and_grouping_by_collector_holds_all(
        office: Office, store: Store, lender: Matter, shown: Shown, until: Until) -> None:
    call(store, lender, "2026-11-03T23:10:00", tags=["insult", "threat-harm"])
    panel = panel_of(page_of(office, lender, shown, until))
    until(lambda: len(panel.found) >= 3)
    assert [one.severity for one in panel.found] == sorted((one.severity for one in panel.found), reverse=True)
    panel.by_party.click()
    assert panel.tree.topLevelItemCount() < len(panel.found)
    [head] = [panel.tree.topLevelItem(at) for at in range(panel.tree.topLevelItemCount())]
    assert head is not None
    assert head.text(0).endswith(f"{len(panel.found)} findings")
    panel.tree.selectAll()
    assert {one.uuid for one in panel.tree.picked()} == {one.uuid for one in panel.found}
    panel.details.confirm.click()
    until(lambda: {one.state for one in panel.found} == {FindingState.CONFIRMED})


def test_enter_on_a_row_leads_to_its_incident(office: Office, store: Store, lender: Matter, shown: Shown,
                                              until: Until) -> None:
    call(store, lender, "2026-11-03T23:10:00")
    panel = panel_of(page_of(office, lender, shown, until))
    until(lambda: panel.found)
    panel.select(night(panel).id)
    until(lambda: panel.details.model.rows)
    went: list[Place] = []
    office.wanted.connect(went.append)
    panel.details.rows.selectRow(0)
    QTest.keyClick(panel.details.rows, Qt.Key.Key_Return)
    with store.read() as session:
        incident = session.scalars(select(Incident.id)).one()
    assert [(one.section, one.record) for one in went] == [("incidents/incident", incident)]


def test_one_click_answers_a_question_for_all_of_its_incidents(office: Office, store: Store, lender: Matter,
                                                               shown: Shown, until: Until) -> None:
    for hour in range(9, 14):
        call(store, lender, f"2026-11-03T{hour:02d}:00:00")
    panel = panel_of(page_of(office, lender, shown, until))
    until(lambda: any(one.field == "call_kind" for one in panel.questions.asked))
    while panel.questions.question.field != "call_kind":
        panel.questions.next.click()
    labels = [label for _, label in panel.questions.question.choices]
    until(lambda: panel.questions.choices.count() == len(labels))
    button = panel.questions.choices.itemAt(0).widget()  # type: ignore[union-attr]
    assert isinstance(button, QPushButton)
    button.click()
    until(lambda: any(one.rule == "call-informing-gt3" for one in panel.found))
    assert not any(one.field == "call_kind" for one in panel.questions.asked)


def asking(panel: FindingsPanel, field: str, until: Until) -> None:
    until(lambda: any(one.field == field for one in panel.questions.asked))
    while panel.questions.question.field != field:
        panel.questions.next.click()
    until(lambda: panel.questions.whom.count() == len(panel.questions.question.incidents) + 1
          or len(panel.questions.question.incidents) == 1)


def test_an_answer_for_one_stays_for_one_while_the_log_grows(office: Office, store: Store, lender: Matter,
                                                             shown: Shown, until: Until) -> None:
    for hour in range(9, 14):
        call(store, lender, f"2026-11-03T{hour:02d}:00:00")
    panel = panel_of(page_of(office, lender, shown, until))
    asking(panel, "call_kind", until)
    asked = panel.questions
    asked.whom.setCurrentIndex(2)
    one = asked.whom.currentData()
    call(store, lender, "2026-11-03T14:00:00")
    until(lambda: len(asked.question.incidents) == 6 and asked.whom.count() == 7)
    assert asked.whom.currentData() == one
    value = asked.question.choices[0][0]
    button = asked.choices.itemAt(0).widget()  # type: ignore[union-attr]
    assert isinstance(button, QPushButton)
    until(button.isEnabled)
    button.click()
    until(lambda: one not in asked.question.incidents and asked.whom.count() == 6)
    assert asked.whom.currentData() in asked.question.incidents
    with store.read() as session:
        assert session.scalars(select(Incident.id).where(Incident.call_kind == value)).all() == [one]


def test_what_is_typed_outlives_a_save_elsewhere(office: Office, store: Store, lender: Matter, shown: Shown,
                                                 until: Until) -> None:
    with store.work() as session:
        session.get_one(Collector, 1).notified_on = None
    call(store, lender, "2026-11-03T10:00:00")
    panel = panel_of(page_of(office, lender, shown, until))
    asking(panel, "notified_on", until)
    QTest.keyClicks(panel.questions.typed, "2026-01-")
    call(store, lender, "2026-11-04T23:10:00")
    until(lambda: any(one.rule == "night-contact" for one in panel.found))
    assert panel.questions.typed.text() == "2026-01-"
    QTest.keyClicks(panel.questions.typed, "05")
    QTest.keyClick(panel.questions.typed, Qt.Key.Key_Return)
    until(lambda: not any(one.field == "notified_on" for one in panel.questions.asked))
    with store.read() as session:
        assert session.get_one(Collector, 1).notified_on == dt.date(2026, 1, 5)


def test_an_answer_half_typed_stands_there_again_until_it_is_given(
        office: Office, store: Store, lender: Matter, shown: Shown, until: Until) -> None:
    with store.work() as session:
        session.get_one(Collector, 1).notified_on = None
    call(store, lender, "2026-11-03T10:00:00")
    panel = panel_of(page_of(office, lender, shown, until))
    asking(panel, "notified_on", until)
    QTest.keyClicks(panel.questions.typed, "2026-01-")
    until(lambda: drafts(store))  # the program dies here
    again = panel_of(page_of(office, lender, shown, until))
    until(lambda: again.questions.asked)
    place = Opening(store, drafts(store)[0])()[1]
    assert place is not None
    assert place.record is not None
    again.select(place.record)
    assert again.questions.question.field == "notified_on"
    until(again.questions.typed.text)
    assert again.questions.typed.text() == "2026-01-"
    QTest.keyClicks(again.questions.typed, "05")
    QTest.keyClick(again.questions.typed, Qt.Key.Key_Return)
    until(lambda: not any(one.field == "notified_on" for one in again.questions.asked))
    assert drafts(store) == []


def test_typed_answers_are_read_or_refused() -> None:
    assert understood("people_count", "3", ZONE) == 3
    with pytest.raises(InvalidEntry):
        understood("people_count", "many", ZONE)
    assert understood("notified_on", "2026-11-03", ZONE) == dt.date(2026, 11, 3)
    assert understood("at", "2026-11-03 22:14", ZONE).hour == 14


def test_the_matter_is_checked_again_as_a_job(office: Office, store: Store, lender: Matter, shown: Shown,
                                              until: Until) -> None:
    call(store, lender, "2026-11-03T23:10:00")
    said: list[str] = []
    office.said.connect(lambda text, undo: said.append(text))
    page = page_of(office, lender, shown, until)
    page.watch.recheck()
    until(lambda: any(text.startswith("Checked: ") for text in said))


def test_a_threshold_is_changed_refused_and_put_back(office: Office, store: Store, shown: Shown, until: Until) -> None:
    panel = RulesPanel(office, Jurisdiction.CN)
    shown(panel)
    until(lambda: panel.model.rows)
    panel.view.selectRow([row.key for row in panel.model.rows].index("call-informing-gt3"))
    panel.entries["most"].setText("several")
    panel.change.click()
    assert panel.problem.text()
    panel.switch.click()
    assert panel.switch.isChecked()
    panel.entries["most"].setText("5")
    panel.change.click()
    rule = "call-informing-gt3"

    def most() -> object:
        found = findings.in_use(store, Jurisdiction.CN).find(rule)
        return found.parameters["most"] if found is not None else None

    until(lambda: most() == 5 and panel.rule is not None and panel.rule.changed)
    panel.shipped.click()
    until(lambda: most() == 3 and panel.rule is not None and not panel.rule.changed)
    panel.change.click()
    until(lambda: not office.busy)
    assert findings.in_use(store, Jurisdiction.CN).own == ()
    panel.switch.click()
    until(lambda: panel.rule is not None and not panel.rule.on)
    assert list(findings.in_use(store, Jurisdiction.CN).own) == [f"{rule}: off"]


def test_thresholds_keep_their_kind() -> None:
    assert threshold("4", 3, "most") == 4
    assert threshold("a, b，c", ["x"], "tags") == ["a", "b", "c"]
    assert threshold("true", False, "sundays") is True
    with pytest.raises(InvalidEntry):
        threshold("= 3", 3, "most")


def test_the_desk_shows_the_gravest_first(office: Office, store: Store, lender: Matter, shown: Shown,
                                          until: Until) -> None:
    call(store, lender, "2026-11-03T23:10:00", tags=["threat-harm"])
    findings.recheck(store, lender.id)
    desk = DeskPage(office)
    shown(desk)
    gravest = findings.findings(store, lender.id)[0]
    until(lambda: any(gravest.title in one.toolTip() for one in desk.findChildren(QPushButton)))
    links = [one.toolTip() for one in desk.findChildren(QPushButton) if one.property("place") and "\n" in one.toolTip()]
    assert gravest.title in links[0]


def test_limits_are_those_of_the_law() -> None:
    china, england = limits_of(shipped(Jurisdiction.CN)), limits_of(shipped(Jurisdiction.EW))
    assert [most for most, _ in china.a_day] == [3, 9]
    assert china.night.covers(2, 22)
    assert not china.night.covers(6, 12)
    assert england.night.covers(6, 12)
    assert england.night.covers(0, 21)


def test_collectors_are_counted_by_the_night_asked_for(store: Store, lender: Matter) -> None:
    for at in ("2026-11-03T21:30:00", "2026-11-03T23:00:00", "2026-11-08T12:00:00"):  # the last is a Sunday
        call(store, lender, at)
    hour = 3_600_000
    with store.read() as session:
        for night_, count in ((Night(Hours(22 * hour, 8 * hour)), 1), (Night(Hours(21 * hour, 8 * hour)), 2),
                              (Night(Hours(21 * hour, 8 * hour), sundays=True), 3)):
            [line] = parties(session, lender.id, ZONE, night=night_)
            assert (line.collector, line.contacts, line.numbers, line.night) == ("某催收公司", 3, 1, count)


def test_before_and_after_leave_out_the_day_itself(store: Store, lender: Matter) -> None:
    for day in (1, 2, 2, 5, 6):
        call(store, lender, f"2026-11-{day:02d}T10:00:00")
    with store.work() as session:
        session.add(Notice(matter_id=lender.id, kind=NoticeKind.REPRESENTATION, told_on=dt.date(2026, 11, 5)))
    with store.read() as session:
        days = pattern(session, lender.id, ZONE).days
    found = effect(days, dt.date(2026, 11, 5), dt.date(2026, 11, 9))
    assert (found.before, found.days_before, found.after, found.days_after) == (3, 4, 1, 4)


def test_the_phrase_is_marked_behind_a_rare_character(shown: Shown) -> None:
    words = WordsField()
    shown(words)
    words.setPlainText("𠮷今天公安就去")
    words.mark([(3, 5)])
    [mark] = words.extraSelections()
    assert mark.cursor.selectedText() == "公安"


def links(widget: QWidget) -> list[QPushButton]:
    return [one for one in widget.findChildren(QPushButton) if one.property("record")]


def test_the_overview_names_three_and_leads_to_one(office: Office, store: Store, lender: Matter, shown: Shown,
                                                   until: Until) -> None:
    call(store, lender, "2026-11-03T23:10:00", tags=["insult", "threat-harm"])
    findings.recheck(store, lender.id)
    gravest = Gravest(office, lender.id)
    shown(gravest)
    until(lambda: links(gravest))
    found = findings.findings(store, lender.id)
    assert [one.property("record") for one in links(gravest)] == [one.id for one in found[:3]]
    went: list[Place] = []
    office.wanted.connect(went.append)
    links(gravest)[0].click()
    assert [(one.section, one.record) for one in went] == [("findings/finding", found[0].id)]


def test_an_incident_shows_its_findings(office: Office, store: Store, lender: Matter, shown: Shown,
                                        until: Until) -> None:
    call(store, lender, "2026-11-03T23:10:00")
    call(store, lender, "2026-11-04T11:00:00")
    findings.recheck(store, lender.id)
    one = next(one for one in findings.findings(store, lender.id) if one.rule == "night-contact")
    [at_night] = findings.rows(store, one.id)
    below = IncidentFindings(office, lender.id)
    shown(below)
    below.show_incident(at_night)
    until(lambda: one.id in [link.property("record") for link in links(below)])
    below.show_incident(at_night + 1)
    until(lambda: one.id not in [link.property("record") for link in links(below)] or not below.isVisible())


def test_the_quick_log_says_which_rule_is_touched(office: Office, store: Store, lender: Matter, shown: Shown,
                                                  until: Until) -> None:
    touched = TouchedRules(office)
    shown(touched)
    entry = replace(fresh(dt.datetime.fromisoformat("2026-11-03T12:00:00+08:00")), matter_id=lender.id,
                    time="2026-11-03 23:10")
    touched.ask(entry)
    until(lambda: "night-contact" in [one.rule for one in touched.hints])
    assert touched.isVisible()
    touched.ask(replace(entry, time="2026-11-03 11:10"))
    until(lambda: "night-contact" not in [one.rule for one in touched.hints])
    touched.ask(replace(entry, matter_id=None))
    assert touched.hints == []


@pytest.mark.parametrize("words", ["夜间催收", "contact at night", "night-contact"])
def test_a_finding_is_found_by_its_rule_in_either_language(store: Store, lender: Matter, words: str) -> None:
    call(store, lender, "2026-11-03T23:10:00")
    findings.recheck(store, lender.id)
    found = [one for one in Searching(store, words)()[1] if one.kind == "finding"]
    assert [one.aside for one in found] == ["A-1"]
    assert found[0].title.startswith("Contact at night")


def test_f5_on_the_desk_checks_the_whole_cabinet(qapp: QApplication, store: Store, lender: Matter,
                                                 preferences: Preferences, until: Until) -> None:
    call(store, lender, "2026-11-03T23:10:00")
    window = Window(preferences)
    window.show()
    window.open_store(store)
    office = window.office
    assert office is not None
    until(lambda: not office.busy)
    window.check()
    until(lambda: not office.jobs.busy)
    assert "night-contact" in [one.rule for one in findings.findings(store, lender.id)]
    window.close()
    window.deleteLater()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_threshold_shown_is_understood_again(lang: i18n.Language, qapp: QApplication) -> None:
    i18n.use(lang)
    for jurisdiction in Jurisdiction:
        for rule in shipped(jurisdiction).rules:
            for name, value in rule.parameters.items():
                assert threshold(written(value, name), value, name) == value, (rule.id, name)
                assert threshold(raw(value), value, name) == value, "as a rule file has it"


def raw(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_history_calls_a_finding_by_what_its_rule_is_called_and_a_decision_is_one_change(
        store: Store, lender: Matter, lang: i18n.Language) -> None:
    i18n.use(lang)
    log_incident(store, Incident(
        matter_id=lender.id, at=dt.datetime(2026, 11, 3, 14, 14, tzinfo=dt.UTC), channel=Channel.CALL, answered=True,
        number="02160000001", collector_id=1, identity_stated=True))
    findings.recheck(store, lender.id)
    night = next(one for one in findings.findings(store, lender.id, lang) if one.rule == "night-contact")

    findings.confirm(store, night.uuid)

    last = ReadingHistory(store, lender.id)()
    decision = [row for row in last if row.key == last[0].key]
    assert {row.cells[3] for row in decision} == {f"{i18n.tr(Finding.title)}: {night.title}"}
    assert {row.cells[4] for row in decision} == {i18n.tr("Decision"), i18n.tr("Decided by"), i18n.tr("Decided on")}
