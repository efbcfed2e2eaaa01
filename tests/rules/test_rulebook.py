# ruff: noqa: E501 - a table
"""Rules as data: what is shipped is sound, what is wrong is named by file and key, what must not be coded is absent."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from casedesk.base.errors import InvalidEntry
from casedesk.base.resources import resource
from casedesk.records.words import Confidence, Jurisdiction
from casedesk.rules import rulebook
from casedesk.rules.checks import CHECKS
from casedesk.rules.rulebook import shipped, with_changes

TEXT = resource("rules", "cn.toml").read_text(encoding="utf-8")
ALL = [rule for jurisdiction in Jurisdiction for rule in shipped(jurisdiction).rules]

NOT_CODED = {
    "cooling-off": "a 7-day pause between collections: seen in an undated page only",
    "pact-hours": "8:00-20:00 or 08:00-22:00 by the 2018 pact: not in its articles",
    "pact-3-calls": "three calls by the 2018 pact: not in its articles",
    "notice-2025-9": "red lines of 金规〔2025〕9号: its text has none",
    "civil-682": "Civil Code 682 has no interest cap",
    "order-196": "no such rule seen",
}
"""What the domain file marks "do not code", and why."""
NOT_IN_A_LOG = {
    "credit-report-no-notice", "credit-report-over-5y", "credit-objection-20d", "us.unfair.postdated", "us.credit.parking",
    "us.sale.settled", "us.venue", "us.validation.deadline", "us.validation.content", "us.validation.period",
    "us.validation.itemdate", "us.overshadow", "us.original_creditor.continue", "us.delivery", "uk.lender_agent",
    "uk.sue_during_fos",
}
"""Rules of the catalogues that need facts no contact log holds."""


def test_what_must_not_be_coded_is_absent() -> None:
    ids = {rule.id for rule in ALL}
    assert not ids & NOT_CODED.keys()
    assert not ids & NOT_IN_A_LOG
    pact = [(rule.id, rule.parameters) for rule in ALL for basis in rule.bases if basis.instrument.id == "pact2018"]
    assert not [one for one in pact if one[0].startswith(("night", "call-"))], "the pact names no hour and no number"
    cited = " ".join(rule.citation("zh") for rule in ALL)
    for never in ("金规〔2025〕9号", "第196条", "682"):
        assert never not in cited


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.id)
def test_a_shipped_rule_says_all_it_must(rule: rulebook.Rule) -> None:
    assert all(all(basis.instrument.source.values()) for basis in rule.bases)
    assert rule.confidence is not Confidence.UNVERIFIED or (not rule.on and rule.off_because)
    assert all(basis.confidence is not Confidence.UNVERIFIED for basis in rule.bases if rule.on)
    assert set(rule.parameters) == set(CHECKS[rule.check].parameters)


def test_the_english_rules_print_no_number_of_calls() -> None:
    counting = {"calls-of-kind", "unanswered", "contacts-a-day", "contacts-in-days", "burst", "seven-in-seven"}
    assert not [rule.id for rule in shipped(Jurisdiction.EW).rules if rule.check in counting]


def test_the_version_is_the_same_in_every_process() -> None:
    assert rulebook.read(TEXT, "cn.toml").version == shipped(Jurisdiction.CN).version
    assert rulebook.read(TEXT.replace("most = 6", "most = 7"), "cn.toml").version != shipped(Jurisdiction.CN).version


@pytest.mark.parametrize(("old", "new", "key"), [
    ('check = "hours"', 'check = "hour"', "check"),
    ('banned = "22:00-08:00"', "banned = 22", "banned"),
    ('banned = "22:00-08:00"', 'baned = "22:00-08:00"', "baned"),
    ('severity = "S2"', 'severity = "S9"', "severity"),
    ('instrument = "nifa2024"', 'instrument = "nifa"', "instrument"),
    ('confidence = "reproduced"', 'confidence = "sure"', "confidence"),
    ('strength = "should-not"', 'strength = "forbidden"', "strength"),
    ("checked_on = 2026-11-23", 'checked_on = "2026-11-23"', "checked_on"),
    ('creditors = ["bank"]', 'creditors = ["banks"]', "creditors"),
    ('id = "call-informing-gt3"', 'id = "night-contact"', "rule"),
    ('title = { zh = "夜间催收（22:00—8:00）", en = "Contact at night (22:00-08:00)" }', 'title = { zh = "夜间" }', "title"),
    ('off_because = { zh = "没有见到专门规定。", en = "No specific provision was seen." }\n', "", "off_because"),
])
def test_an_error_names_file_and_key(old: str, new: str, key: str) -> None:
    assert old in TEXT
    with pytest.raises(InvalidEntry) as raised:
        rulebook.read(TEXT.replace(old, new, 1), "cn.toml")
    assert raised.value.field == key
    assert raised.value.message.startswith("cn.toml")


def test_a_file_that_is_no_toml_says_where() -> None:
    with pytest.raises(InvalidEntry, match="line 2"):
        rulebook.read("checked_on = 2026-11-01\njurisdiction cn\n", "own.toml")


OWN = """
jurisdiction = "cn"
checked_on = 2026-11-01
[instrument.house]
name = { zh = "本所标准", en = "House standard" }
issuer = { zh = "本所", en = "The firm" }
source = "house"
from = 2020-01-01
[[rule]]
id = "house-lunch"
severity = "S1"
title = { zh = "午休时间", en = "Lunch hours" }
explanation = { zh = "午休。", en = "Lunch." }
check = "hours"
parameters = { banned = "12:00-13:00" }
basis = [{ instrument = "house", confidence = "verified", strength = "indicator" }]
"""


def test_a_firms_own_file_is_added_and_said() -> None:
    book = with_changes(shipped(Jurisdiction.CN), {}, OWN)
    own = book.find("house-lunch")
    assert own is not None
    assert own.own
    assert book.own == ("house-lunch: own",)
    assert book.version != shipped(Jurisdiction.CN).version


def test_a_basis_binds_only_in_its_time() -> None:
    night = shipped(Jurisdiction.CN).find("night-contact")
    assert night is not None
    cited = {basis.instrument.id for basis in night.binding(None, (), dt.date(2024, 6, 1), dt.date(2024, 6, 1))}
    assert cited == {"nifa2024"}


@pytest.mark.parametrize(("article", "shown"), [
    ("62", "《法》第62条"), ("279, 280", "《法》第279条、第280条"), ("50(1)(2)", "《法》第50条第1款第2项"),
    ("21 para 3", "《法》第21条第3款"), ("20, 21 para 3", "《法》第20条、第21条第3款"),
    ("293, 293-1", "《法》第293条、第293条之一"), ("1-2", "《法》第1—2条"), ("5.3", "《法》 5.3"), ("", "《法》")])
def test_articles_are_cited_as_chinese_documents_do(article: str, shown: str) -> None:
    one = ALL[0].bases[0]
    basis = replace(one, article=article, instrument=replace(one.instrument, name={"zh": "《法》", "en": "Law"}))
    assert basis.cited("zh") == shown
    assert basis.cited("en") == f"Law {article}".strip()
