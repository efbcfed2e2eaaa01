from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from casedesk.base.courts import CaseNumber, case_number, case_number_doubt, read_case_number


@pytest.mark.parametrize(("typed", "parts"), [
    ("（2025）粤0305民初1234号", CaseNumber(2025, "粤0305", "", "民初", 1234)),
    ("(2025)粤03民终567号", CaseNumber(2025, "粤03", "", "民终", 567)),
    ("（2019）最高法知民终1号", CaseNumber(2019, "最高法", "知", "民终", 1)),
    ("(2021)川0104民诉前调801号", CaseNumber(2021, "川0104", "", "民诉前调", 801)),
    ("（2024）京0105执恢99号", CaseNumber(2024, "京0105", "", "执恢", 99)),
    ("（2023）沪74民初12号", CaseNumber(2023, "沪74", "", "民初", 12)),
    ("（2020）粤0305执1234号之一", CaseNumber(2020, "粤0305", "", "执", 1234, "之一")),
    ("〔2022〕 浙 01 民终 88 号", CaseNumber(2022, "浙01", "", "民终", 88)),
    ("【2022】兵民终8号", CaseNumber(2022, "兵", "", "民终", 8)),
    ("（２０２４）京０１０５行初７号", CaseNumber(2024, "京0105", "", "行初", 7)),
    ("（2024）粤03破12号", CaseNumber(2024, "粤03", "", "破", 12)),
])
def test_numbers_of_the_form_in_force(typed: str, parts: CaseNumber) -> None:
    assert read_case_number(typed) == parts
    assert case_number(typed) == str(parts)
    assert read_case_number(str(parts)) == parts
    assert case_number_doubt(typed) == ""


def test_brackets_become_full_width() -> None:
    assert case_number(" (2025)粤03民终567号 ") == "（2025）粤03民终567号"


@pytest.mark.parametrize(("typed", "kept"), [
    ("(2014)深福法民二初字第123号", "（2014）深福法民二初字第123号"),
    ("1:24-cv-01234", "1:24-cv-01234"),
    ("KB-2024-000123", "KB-2024-000123"),
    ("[2024] EWHC 12 (KB)", "[2024] EWHC 12 (KB)"),
    ("", ""),
])
def test_older_and_foreign_numbers_are_free_text_without_doubt(typed: str, kept: str) -> None:
    assert read_case_number(typed) is None
    assert case_number(typed) == kept
    assert case_number_doubt(typed) == ""


@pytest.mark.parametrize(("typed", "says"), [
    ("（2099）粤03民终1号", "2099"),
    ("（2025）粤0305沙井民初1号", "沙井民初"),
    ("（2025）粤0305民初号", "looks like"),
    ("（2025）0305民初12号", "looks like"),
    ("粤0305民初1234号", "looks like"),
    ("（2025）粤030民初1号", "looks like"),
])
def test_unusual_numbers_are_doubted_and_kept(typed: str, says: str) -> None:
    assert case_number(typed) == typed
    assert says in case_number_doubt(typed)


@given(st.text(alphabet="（）()[]〔〕 0123456789粤最高法民初执号之一二abc-", max_size=24))
def test_any_text_is_kept_and_settles(text: str) -> None:
    kept = case_number(text)
    assert case_number(kept) == kept
    assert read_case_number(kept) == read_case_number(text)
