"""Amounts in words. The vectors are those of the rules for filling in instruments (正确填写票据和结算凭证的基本规定),
as reprinted at http://ningxialong.com/c/091OX4T2022_5.html and http://jinmi8.com/doc/6143/12319."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, strategies as st

from casedesk.base.errors import InvalidEntry
from casedesk.calc.words import in_words

OFFICIAL = {
    140_950: {"壹仟肆佰零玖元伍角"}, 600_714: {"陆仟零柒元壹角肆分"},
    168_032: {"壹仟陆佰捌拾元零叁角贰分", "壹仟陆佰捌拾元叁角贰分"},
    10_700_053: {"壹拾万柒仟元零伍角叁分", "壹拾万零柒仟元伍角叁分"},
    1_640_902: {"壹万陆仟肆佰零玖元零贰分"}, 32_504: {"叁佰贰拾伍元零肆分"},
}
# http://daxie.yiuios.com/14110409.81 (it writes 圆, which may stand for 元)
OTHERS = {1_411_040_981: "壹仟肆佰壹拾壹万零肆佰零玖元捌角壹分"}
OURS = {
    1_000_000: "壹万元整", 10_000: "壹佰元整", 100_100: "壹仟零壹元整",
    0: "零元整", 5: "伍分", 50: "伍角", 2_000: "贰拾元整", 1_000: "壹拾元整", 1_01: "壹元零壹分", 1_10: "壹元壹角",
    10_01: "壹拾元零壹分", 10_10: "壹拾元零壹角", 100_000_000_00: "壹亿元整", 100_000_001_00: "壹亿零壹元整",
    100_010_000_00: "壹亿零壹万元整", 10_203_040_00: "壹仟零贰拾万叁仟零肆拾元整", 1_000_000_000_000_00: "壹万亿元整",
    123_456_789_01: "壹亿贰仟叁佰肆拾伍万陆仟柒佰捌拾玖元零壹分", 100_500_00: "壹拾万零伍佰元整",
}


@pytest.mark.parametrize(("cents", "said"), OFFICIAL.items())
def test_official_examples(cents: int, said: set[str]) -> None:
    assert in_words(cents).removeprefix("人民币") in said


@pytest.mark.parametrize(("cents", "said"), [*OTHERS.items(), *OURS.items()])
def test_other_amounts(cents: int, said: str) -> None:
    assert in_words(cents) == f"人民币{said}"


@pytest.mark.parametrize("cents", [-1, 10**18])
def test_what_cannot_be_said_is_refused(cents: int) -> None:
    with pytest.raises(InvalidEntry):
        in_words(cents)


def read_back(said: str) -> int:
    """An independent reader of amounts in words, in cents."""
    digits = {sign: value for value, sign in enumerate("零壹贰叁肆伍陆柒捌玖")}
    total = section = digit = 0
    for sign in said.removeprefix("人民币").removesuffix("整"):
        if sign in digits:
            digit = digits[sign]
        elif sign in "拾佰仟":
            section += digit * {"拾": 10, "佰": 100, "仟": 1000}[sign]
            digit = 0
        elif sign in "万亿元":
            section += digit
            digit = 0
            if sign == "亿":
                total, section = (total + section) * 10**8, 0
            elif sign == "万":
                total, section = total + section * 10**4, 0
            else:
                total, section = (total + section) * 100, 0
        else:
            total += digit * {"角": 10, "分": 1}[sign]
            digit = 0
    return total


@given(st.integers(0, 10**14 - 1))
def test_it_reads_back_and_never_has_two_zeros(cents: int) -> None:
    said = in_words(cents)
    assert read_back(said) == cents
    assert "零零" not in said
    assert re.fullmatch("人民币[零壹贰叁肆伍陆柒捌玖拾佰仟万亿元角分整]+", said)
