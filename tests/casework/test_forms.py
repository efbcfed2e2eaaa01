from __future__ import annotations

import re
from pathlib import Path

import pytest

from casedesk.base.errors import DocumentError, InvalidEntry
from casedesk.casework import courts, forms as written
from casedesk.casework.forms import find_form, forms, read, unreadable
from casedesk.casework.lacking import lacking
from casedesk.exports.letters.text import Filled, fill
from casedesk.exports.letters.values import View
from casedesk.records import Client

FORM = """
title = { zh = "停", en = "stop" }
group = "letters"
profile = "cn-court"
lang = "zh"
required = ["client.name"]
asked = [ { zh = "期限", en = "days", name = "days", lines = 1 } ]
basis = [ { zh = "法", en = "law", confidence = "V", source = "read" } ]
deadlines = [ { zh = "答复", en = "answer", days = 15, confidence = "V", source = "read" } ]
[portal]
types = ["pdf"]
max_mb = 2
confidence = "S"
source = "read"
"""
MISTAKES = (
    ("", "[[", "not TOML"), ('title = { zh = "停", en = "stop" }', "", "title.*missing"),
    (', en = "stop"', "", "title.*zh and in en"),
    ('{ zh = "停", en = "stop" }', '"stop"', "title.*zh and in en"), ('"stop"', '""', "title.*zh and in en"),
    ('"letters"', '"brief"', "group.*complaints"), ('"cn-court"', '"court"', "profile.*cn-court"),
    ('lang = "zh"', 'lang = "fr"', "lang.*zh, en"), ("group", 'colour = "red"\ngroup', "colour.*nothing"),
    ('["client.name"]', '"client.name"', "required.*list"), ('["client.name"]', "[1]", "required.*list of words"),
    ('"V", source', '"V3", source', "basis 1.*confidence.*V2"), ('en = "law", ', "", "basis 1.*zh and in en"),
    ('[ { zh = "法", en = "law", confidence = "V", source = "read" } ]', '["law"]', "basis 1.*table"),
    ('source = "read" } ]\ndead', 'source = "read", lenders = ["banc"] } ]\ndead', "basis 1.*lenders.*micro-loan"),
    (', name = "days"', "", "asked 1.*name.*missing"), ('name = "days"', 'name = "how long"', "asked 1.*name.*letters"),
    ("lines = 1", 'lines = "1"', "asked 1.*lines.*int"), ("lines = 1", "lines = 0", "asked 1.*lines.*above 0"),
    ("lines = 1 }", 'lines = 1 }, { zh = "又", en = "again", name = "days" }', "asked.*days stand there twice"),
    ("lines = 1", 'suggested = { "us.calls" = "x" }', "asked 1.*suggested"),
    ("days = 15, ", "", "deadlines 1.*one of"), ("days = 15", "days = -15", "deadlines 1.*above 0"),
    ("days = 15", 'asked = "term"', "deadlines 1.*asked.*days"),
    ("days = 15", 'days = 15, begins = "sent"', "deadlines 1.*begins.*filed"),
    ("max_mb = 2", 'max_mb = "2 MB"', "portal.*max_mb"), ("max_mb", "max", "portal.*max.*nothing"),
    ('confidence = "S"', "", "portal.*confidence.*missing"))


def test_each_form_is_named_in_both_languages() -> None:
    assert {"cn-court", "ew-court"} <= set(forms())
    assert not unreadable()
    for form in forms().values():
        assert set(form.title) == {"zh", "en"}


def test_an_unknown_form_names_the_known_ones() -> None:
    with pytest.raises(InvalidEntry, match="cn-court"):
        find_form("mars")


@pytest.mark.parametrize(("right", "wrong", "told"), MISTAKES)
def test_a_mistake_in_a_form_is_told_with_its_place(right: str, wrong: str, told: str) -> None:
    assert read("cn-new", FORM).portal
    assert right in FORM
    with pytest.raises(InvalidEntry, match=f"forms/cn/new/form.toml.*{told}"):
        read("cn-new", FORM.replace(right, wrong, 1))


def test_a_form_that_is_wrong_stops_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in (("new", FORM), ("wrong", FORM.replace("letters", "brief")), ("gbk", "标题")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "form.toml").write_bytes(text.encode("gbk" if name == "gbk" else "utf-8"))
    monkeypatch.setattr(written, "form_folders", lambda: {f"cn-{one.name}": one for one in tmp_path.iterdir()})
    written._found.cache_clear()
    try:
        assert set(forms()) == {"cn-new"}
        assert set(unreadable()) == {"cn-wrong", "cn-gbk"}
        with pytest.raises(InvalidEntry, match="group"):
            find_form("cn-wrong")
    finally:
        written._found.cache_clear()


@pytest.mark.parametrize("path", ["client.nmae", "klient.name", "payment", "asked.day"])
def test_a_form_is_filled_only_from_what_there_is(path: str) -> None:
    values = {"client": View("client", Client, Client(name="Lin")), "asked": {"days": "15"}}
    with pytest.raises(InvalidEntry, match=re.escape(f"cn-new is filled from “{path}”")):
        list(lacking(read("cn-new", FORM.replace("client.name", path)), values, Filled([], []), "zh"))


@pytest.mark.parametrize(("text", "told"), [
    ("# a\n{{ client.nmae }}", "text:2 .*no client.nmae; perhaps client.name"),
    ("{{ klient.name }}", "text:1 .*klient"),
    ("a\n% if client.name\nb", "text:3 .*endif"), ("a\n{{ client }}", "text:2 .*client is a record"),
    ("a\n{% include 'part' %}", "part:3 .*no client.age"), ("{{ 1 / 0 }}", "text:1 .*zero"),
    ("|w a b\n| 1 | 2", "widths are numbers"), ("|w 1 0\n| 1 | 2", "widths are numbers"),
    ("|w 1 1\n| 1 | 2 | 3", "2 widths for 3 columns"), ("|w 1 1", "2 widths for 0 columns")])
def test_a_mistake_in_the_text_of_a_form_is_told_with_its_line(text: str, told: str) -> None:
    values = {"client": View("client", Client, Client(name="Lin"))}
    with pytest.raises(DocumentError, match=told):
        fill("text", {"text": text, "part": "b\n\n{{ client.age }}"}.get, values, "zh")


def test_the_limits_of_a_court_need_not_be_typed() -> None:
    cut = courts.filed_at(find_form("us-court"), "us-dneb")
    assert cut.portal is not None
    assert (cut.portal.max_mb, cut.portal.max_total_mb, cut.portal.types, cut.portal.embedded) == (
        35, 100, ("pdf",), False)
    assert courts.filed_at(find_form("us-court"), "") == find_form("us-court")
    mailed = courts.filed_at(find_form("ew-court"), "ew-justice-mail").portal
    assert mailed is not None
    assert (mailed.max_mb, mailed.max_total_mb) == (None, 36)  # told, and nobody's mail is parted silently
    for form, name in (("us-court", "ew-justice-mail"), ("cn-court", "us-dneb"), ("us-cfpb", "us-dneb")):
        with pytest.raises(InvalidEntry):
            courts.filed_at(find_form(form), name)
    assert all(one.portal.confidence and one.portal.source for one in courts.courts().values())
