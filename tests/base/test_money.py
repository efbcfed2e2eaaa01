from __future__ import annotations

import pytest

from casedesk.base.errors import InvalidEntry
from casedesk.base.money import parse_cents


@pytest.mark.parametrize(("text", "cents"), [
    ("58,310.5", 5_831_050), ("¥5.8万", 5_800_000), ("1，0000", 1_000_000), (" 12 元", 1_200), (".5", 50), ("-5", -500),
    ("１２", 1_200), ("５８，３１０．５０", 5_831_050), ("￥１２３", 12_300), ("3千", 300_000), ("58k", 5_800_000),
    ("1.2亿元", 12_000_000_000), ("RMB 500", 50_000), ("人民币500元整", 50_000), ("-€5", -500), ("500块", 50_000),
    ("1,234,567", 123_456_700), ("999999999999999", 99_999_999_999_999_900)])
def test_an_amount_as_people_write_it(text: str, cents: int) -> None:
    assert parse_cents(text) == cents


@pytest.mark.parametrize(("text", "said"), [
    ("", "not an amount"), (".", "not an amount"), ("1,2,3", "not an amount"), ("58,31", "not an amount"),
    ("5元8", "not an amount"), ("3元5角", "not an amount"), ("1,2345,678", "not an amount"), ("5万8", "not an amount"),
    ("1e15", "not an amount"), ("NaN", "not an amount"), ("五千", "not an amount"), ("0.001", "whole cents"),
    ("1000000000000000", "more than")])
def test_what_may_be_read_two_ways_is_refused(text: str, said: str) -> None:
    with pytest.raises(InvalidEntry, match=said):
        parse_cents(text)
