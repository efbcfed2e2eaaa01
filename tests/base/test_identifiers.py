from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, strategies as st

from casedesk.base import identifiers
from casedesk.base.errors import InvalidEntry

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CREDIT_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
PASSING = ["11010519491231002X", "440524188001010014", "370101190102039973"]


def _id_of(area: str, born: str, order: int) -> str:
    """A number made by the rule of GB 11643: the sum with the check digit at weight 1 leaves 1 when divided by 11."""
    body = f"{area}{born}{order:03d}"
    total = sum(w * int(d) for w, d in zip(_WEIGHTS, body, strict=True))
    return body + next(c for c in "0123456789X" if (total + (10 if c == "X" else int(c))) % 11 == 1)


@pytest.mark.parametrize("number", PASSING)
def test_known_resident_ids_pass(number: str) -> None:
    assert identifiers.resident_id(number) == number


@pytest.mark.parametrize(("typed", "kept"), [
    ("11010519491231002x", "11010519491231002X"),
    (" 110105 19491231 002X ", "11010519491231002X"),
    ("１１０１０５１９４９１２３１００２Ｘ", "11010519491231002X"),
    ("110105491231002", "110105491231002"),
    ("", ""),
])
def test_resident_id_is_brought_to_its_normal_form(typed: str, kept: str) -> None:
    assert identifiers.resident_id(typed) == kept


@pytest.mark.parametrize(("typed", "says"), [
    ("1101051949123100", "18 characters"),
    ("11010519491231002Y", "18 characters"),
    ("110105X9491231002X", "18 characters"),
    ("110105194902300021", "19490230"),
    ("110105491331002", "19491331"),
    (_id_of("110105", "21990101", 2), "future"),
    ("110105194912310021", "other 17"),
    ("110105194912310020", "other 17"),
])
def test_a_wrong_resident_id_says_what_is_wrong(typed: str, says: str) -> None:
    with pytest.raises(InvalidEntry) as problem:
        identifiers.resident_id(typed)
    assert says in problem.value.message
    assert problem.value.hint
    assert problem.value.field == ""


@given(st.dates(dt.date(1901, 1, 1), dt.date(2020, 12, 31)), st.integers(0, 999), st.integers(0, 17), st.integers(1, 9))
def test_every_single_wrong_digit_is_caught(born: dt.date, order: int, place: int, shift: int) -> None:
    number = _id_of("440305", f"{born:%Y%m%d}", order)
    assert identifiers.resident_id(number) == number
    assert identifiers.birth_date(number) == born
    assert identifiers.sex(number) == ("male" if order % 2 else "female")
    digit = 10 if number[place] == "X" else int(number[place])
    wrong = f"{number[:place]}{(digit + shift) % 10}{number[place + 1:]}"
    if wrong != number:
        with pytest.raises(InvalidEntry):
            identifiers.resident_id(wrong)


@pytest.mark.parametrize(("number", "says"), [
    ("11010519491231002X", ""),
    ("", ""),
    ("110105491231002", "15-digit"),
    ("440524188001010014", "1880"),
    (_id_of("990105", "19700101", 2), "990105"),
])
def test_doubts_about_a_resident_id(number: str, says: str) -> None:
    assert identifiers.resident_id(number) == number
    doubt = identifiers.resident_id_doubt(number)
    assert says in doubt
    assert bool(doubt) == bool(says)


def test_birth_and_sex_of_old_and_wrong_numbers() -> None:
    assert identifiers.birth_date("110105491231002") == dt.date(1949, 12, 31)
    assert identifiers.sex("110105491231002") == "female"
    assert identifiers.sex("110105491231003") == "male"
    assert identifiers.birth_date("110105194912310021") is None
    assert identifiers.sex("110105194912310021") == ""
    assert identifiers.birth_date("") is None


@pytest.mark.parametrize("code", ["91350100M000100Y43", "91440300708461136T", "914403001922038216"])
def test_known_credit_codes_pass(code: str) -> None:
    assert identifiers.credit_code(code) == code
    assert identifiers.credit_code(f" {code[:8].lower()} {code[8:].lower()}") == code
    assert identifiers.credit_code_doubt(code) == ""


@pytest.mark.parametrize(("code", "says"), [
    ("91310115MA1G4L1WXK", "other 17"),
    ("91350100M000100Y44", "other 17"),
    ("91350100M000100Y4", "18 characters"),
    ("91350100M0O0100Y43", "never holds O"),
    ("9135010OM0001I0Y43", "never holds OI"),
    ("91350100M000100中43", "never holds 中"),
])
def test_a_wrong_credit_code_says_what_is_wrong(code: str, says: str) -> None:
    with pytest.raises(InvalidEntry) as problem:
        identifiers.credit_code(code)
    assert says in problem.value.message


@given(st.text(_CREDIT_LETTERS, min_size=17, max_size=17))
def test_each_body_has_one_check_character(body: str) -> None:
    assert len([c for c in _CREDIT_LETTERS if _passes(body + c)]) == 1


def _passes(code: str) -> bool:
    try:
        return identifiers.credit_code(code) == code
    except InvalidEntry:
        return False


def test_an_unknown_office_or_area_is_only_doubted() -> None:
    body = next(c for c in _CREDIT_LETTERS if _passes("Q1440300708461136" + c))
    assert "first character, Q" in identifiers.credit_code_doubt("Q1440300708461136" + body)
    assert "980300" in identifiers.credit_code_doubt("91980300708461136T")
    assert identifiers.credit_code("") == identifiers.credit_code_doubt("") == ""


@pytest.mark.parametrize(("card", "doubtful"), [
    ("4111 1111 1111 1111", False),
    ("4111 1111 1111 1112", True),
    ("6222-0000-0000-0000-000", True),
    ("79927398713", True),
    ("6222 **** 1234", False),
    ("", False),
])
def test_a_bank_card_is_never_refused(card: str, doubtful: bool) -> None:
    assert identifiers.bank_card(card) == card.replace(" ", "").replace("-", "")
    assert bool(identifiers.bank_card_doubt(card)) == doubtful


@pytest.mark.parametrize(("typed", "kept"), [
    (" Lin.Yue@Example.COM ", "Lin.Yue@example.com"), ("a＠b.cn", "a@b.cn"), ("", ""),
])
def test_email(typed: str, kept: str) -> None:
    assert identifiers.email(typed) == kept


@pytest.mark.parametrize("typed", ["a", "a@b", "a b@c.cn", "a@@b.cn", "@b.cn", "a@b.cn, c@d.cn", "a@b."])
def test_what_is_no_email_address(typed: str) -> None:
    with pytest.raises(InvalidEntry):
        identifiers.email(typed)
