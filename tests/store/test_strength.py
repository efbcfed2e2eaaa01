"""Long and unusual is good; common, run, repeated, dated, spoken or swapped is not."""

from __future__ import annotations

import pytest
from hypothesis import example, given, strategies as st

from casedesk.base import i18n
from casedesk.store.strength import _common, estimate


@pytest.mark.parametrize("passphrase", [
    "", " ", "a", "123456", "password", "PASSWORD", "P@ssw0rd", "qwertyuiop", "poiuytrewq", "1qaz2wsx", "zxcvbnm,",
    "a" * 20, "abc" * 10, "password" * 3, "1234567890" * 3, "abcdefghijklmnop", "19900101", "1990-01-01",
    "1990年1月1日", "01/02/1990", "900101", "woaini1314", "WoAiNi520", "zhongguobeijing", "summer2026", "casedesk",
    "lvshi2026", "一二三四五六", "我爱你" * 5, "床前明月光疑是地上霜"])
def test_what_is_guessed_first_is_very_weak(passphrase: str) -> None:
    assert estimate(passphrase).score == 0


@pytest.mark.parametrize("passphrase", [
    "zhangwei19880808", "13800138000", "Passw0rd!2024", "Lawyer2026!", "hello world", "8f3kd92m",
    "wangfang13912345678"])
def test_what_is_soon_guessed_is_not_fair(passphrase: str) -> None:
    strength = estimate(passphrase)
    assert strength.score <= 1
    assert strength.advice


@pytest.mark.parametrize("passphrase", [
    "correct horse battery staple", "correcthorsebatterystaple", "xK9#mQ2$vL7p", "三个皮匠 beats one Zhuge",
    "雨伞、铁轨、南瓜和望远镜", "shubiao taiyang qianbi xigua", "k8Hs0-Lq2Tz-99mfW", "umbrella walnut tractor Zürich"])
def test_long_and_unusual_is_good(passphrase: str) -> None:
    strength = estimate(passphrase)
    assert strength.score >= 3
    assert strength.advice == ""


@pytest.mark.parametrize(("better", "worse"), [
    ("umbrella walnut tractor", "umbrella walnut"), ("xk9mq2vl", "xk9mq2"), ("tractor walnut", "tractor tractor"),
    ("雨伞南瓜望远镜", "雨伞南瓜"), ("walnutTractor", "walnuttractor")])
def test_more_is_better(better: str, worse: str) -> None:
    assert estimate(better).bits > estimate(worse).bits


def test_signs_swapped_for_letters_help_little() -> None:
    assert estimate("Tr0ub4dor").bits - estimate("Troubador").bits <= 3


@given(st.text(max_size=60))
@example("AAB0BCFBC")
def test_repeating_or_any_other_text_never_breaks_it(text: str) -> None:
    once, twice = estimate(text), estimate(text + text)
    assert 0 <= once.score <= 4
    assert twice.bits <= once.bits + (8 if len(text) > 2 else 16)


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz0123456789", max_size=30), st.sampled_from(["x", "7", "q"]))
def test_a_sign_less_is_never_much_better(text: str, sign: str) -> None:
    assert estimate(text).bits <= estimate(text + sign).bits + 16


def test_a_very_long_one_is_judged_by_its_beginning() -> None:
    assert estimate("x" * 100_000).score == 0


def test_every_common_password_is_very_weak_however_written() -> None:
    for word in _common():
        assert estimate(word).score == 0, word
        assert estimate(word.upper()).score == 0, word
        assert estimate(word + word).score == 0, word


def test_word_and_advice_are_said_in_the_persons_language() -> None:
    before = i18n.language()
    try:
        i18n.use("zh")
        assert estimate("123456").word == "极弱"
        assert "四个" in estimate("123456").advice
    finally:
        i18n.use(before)
