from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, strategies as st

from casedesk.base import i18n
from casedesk.base.phones import PhoneClass, phone_doubt, read_phone

MOBILE = ("+8613812345678", PhoneClass.MOBILE)
SHENZHEN = ("+8675588886666", PhoneClass.FIXED)


@pytest.mark.parametrize("typed", [
    "13812345678", "138 1234 5678", "138-1234-5678", "+8613812345678", "+86 138-1234-5678", "008613812345678",
    "0086 138 1234 5678", "086 138 1234 5678", "8613812345678", "013812345678", "１３８１２３４５６７８",
    "（138）12345678", "＋86 13812345678",
])
def test_one_mobile_number_in_many_writings(typed: str) -> None:
    phone = read_phone(typed)
    assert (phone.normal, phone.kind) == MOBILE
    assert phone.raw == typed
    assert phone.doubt == ""


@pytest.mark.parametrize("typed", [
    "075588886666", "0755-88886666", "(0755) 8888 6666", "+86 755 8888 6666", "+86 0755 88886666", "86-755-88886666",
    "0086-755-88886666", "0755－88886666",
])
def test_one_fixed_line_in_many_writings(typed: str) -> None:
    phone = read_phone(typed)
    assert (phone.normal, phone.kind) == SHENZHEN
    assert phone.doubt == ""


@pytest.mark.parametrize(("typed", "extension"), [
    ("0755-88886666转801", "801"), ("0755-88886666 ext. 801", "801"), ("(0755) 88886666-分机 12", "12"),
    ("075588886666#3", "3"), ("0755 88886666 x123", "123"), ("0755-88886666", ""),
])
def test_an_extension_stands_beside_the_number(typed: str, extension: str) -> None:
    phone = read_phone(typed)
    assert (phone.normal, phone.kind) == SHENZHEN
    assert phone.extension == extension


@pytest.mark.parametrize(("typed", "normal", "kind"), [
    ("17012345678", "+8617012345678", PhoneClass.MOBILE_RESALE),
    ("16212345678", "+8616212345678", PhoneClass.MOBILE_RESALE),
    ("16512345678", "+8616512345678", PhoneClass.MOBILE_RESALE),
    ("16712345678", "+8616712345678", PhoneClass.MOBILE_RESALE),
    ("17112345678", "+8617112345678", PhoneClass.MOBILE_RESALE),
    ("13491234567", "+8613491234567", PhoneClass.MOBILE_SATELLITE),
    ("17412345678", "+8617412345678", PhoneClass.MOBILE_SATELLITE),
    ("16191234567", "+8616191234567", PhoneClass.MOBILE_SATELLITE),
    ("19212345678", "+8619212345678", PhoneClass.MOBILE),
    ("1410123456789", "+861410123456789", PhoneClass.IOT),
    ("+86 1410123456789", "+861410123456789", PhoneClass.IOT),
    ("010-62345678", "+861062345678", PhoneClass.FIXED),
    ("+86 10 62345678", "+861062345678", PhoneClass.FIXED),
    ("0996 2123456", "+869962123456", PhoneClass.FIXED),
    ("95555", "95555", PhoneClass.BANK_95),
    ("+8695555", "95555", PhoneClass.BANK_95),
    ("953311", "953311", PhoneClass.BANK_95),
    ("95601", "95601", PhoneClass.BANK_95),
    ("95013", "95013", PhoneClass.CALL_CENTRE_95),
    ("95188123", "95188123", PhoneClass.CALL_CENTRE_95),
    ("95212345", "95212345", PhoneClass.CALL_CENTRE_95),
    ("95412", "95412", PhoneClass.CALL_CENTRE_95),
    ("95712", "95712", PhoneClass.CALL_CENTRE_95),
    ("95110", "95110", PhoneClass.SHORT_CODE),
    ("96138", "96138", PhoneClass.LOCAL_96),
    ("400-812-3123", "4008123123", PhoneClass.SHARED_COST),
    ("8008101234", "8008101234", PhoneClass.SHARED_COST),
    ("1069055512345678901", "1069055512345678901", PhoneClass.MESSAGE_PORT),
    ("10655011", "10655011", PhoneClass.MESSAGE_PORT),
    ("+86106901234567890", "106901234567890", PhoneClass.MESSAGE_PORT),
    ("110", "110", PhoneClass.SHORT_CODE),
    ("10086", "10086", PhoneClass.SHORT_CODE),
    ("+852 2345 6789", "+85223456789", PhoneClass.OVERSEAS),
    ("00852-23456789", "+85223456789", PhoneClass.OVERSEAS),
    ("+44 20 7946 0958", "+442079460958", PhoneClass.OVERSEAS),
    ("未知号码", "", PhoneClass.HIDDEN),
    ("隐藏号码", "", PhoneClass.HIDDEN),
    ("Private", "", PhoneClass.HIDDEN),
    ("(Unknown)", "", PhoneClass.HIDDEN),
    ("-1", "", PhoneClass.HIDDEN),
    ("", "", PhoneClass.UNKNOWN),
])
def test_classes(typed: str, normal: str, kind: PhoneClass) -> None:
    phone = read_phone(typed)
    assert (phone.normal, phone.kind, phone.doubt) == (normal, kind, "")


@pytest.mark.parametrize(("typed", "normal", "kind", "doubt"), [
    ("15412345678", "+8615412345678", PhoneClass.MOBILE, "prefix"),
    ("16012345678", "+8616012345678", PhoneClass.MOBILE, "prefix"),
    ("16112345678", "+8616112345678", PhoneClass.MOBILE, "prefix"),
    ("16312345678", "+8616312345678", PhoneClass.MOBILE, "prefix"),
    ("17912345678", "+8617912345678", PhoneClass.MOBILE, "prefix"),
    ("19412345678", "+8619412345678", PhoneClass.MOBILE, "prefix"),
    ("0300 2234567", "+863002234567", PhoneClass.FIXED, "area code"),
    ("026 22345678", "+862622345678", PhoneClass.FIXED, "area code"),
    ("010 6234567", "+86106234567", PhoneClass.FIXED, "digits"),
    ("62345678", "62345678", PhoneClass.FIXED, "missing"),
    ("95588003", "95588003", PhoneClass.BANK_95, "digits"),
    ("95812", "95812", PhoneClass.UNKNOWN, "prefix"),
    ("+15555550013", "+15555550013", PhoneClass.OVERSEAS, "assigned"),
    ("138****5678", "138****5678", PhoneClass.MASKED, "masked"),
    ("138 ＊＊＊＊ 5678", "138****5678", PhoneClass.MASKED, "masked"),
    ("138xxxx5678", "138xxxx5678", PhoneClass.MASKED, "masked"),
    ("0755 8***", "07558***", PhoneClass.MASKED, "masked"),
    ("5555550000", "5555550000", PhoneClass.UNKNOWN, "form"),
    ("wxid_Abc-1", "wxid_abc-1", PhoneClass.UNKNOWN, "form"),
    ("1381234567", "1381234567", PhoneClass.UNKNOWN, "form"),
])
def test_what_is_unusual_is_doubted_never_refused(typed: str, normal: str, kind: PhoneClass, doubt: str) -> None:
    phone = read_phone(typed)
    assert (phone.normal, phone.kind) == (normal, kind)
    assert doubt in phone.doubt
    assert phone_doubt(typed) == phone.doubt


@pytest.mark.parametrize(("typed", "region", "normal", "kind"), [
    ("5555550000", "US", "+15555550000", PhoneClass.UNKNOWN),
    ("+15555550000", "US", "+15555550000", PhoneClass.UNKNOWN),
    ("15555550000", "US", "+15555550000", PhoneClass.UNKNOWN),
    ("(212) 736-5000 x12", "US", "+12127365000", PhoneClass.FIXED_OR_MOBILE),
    ("800-555-1212", "US", "+18005551212", PhoneClass.SHARED_COST),
    ("72345", "US", "72345", PhoneClass.SHORT_CODE),
    ("+86 138 1234 5678", "US", "+8613812345678", PhoneClass.OVERSEAS),
    ("011 86 13812345678", "US", "+8613812345678", PhoneClass.OVERSEAS),
    ("020 7946 0958", "GB", "+442079460958", PhoneClass.FIXED),
    ("0044 20 7946 0958", "GB", "+442079460958", PhoneClass.FIXED),
    ("0086 755 88886666", "GB", "+8675588886666", PhoneClass.OVERSEAS),
])
def test_numbers_as_phones_abroad_show_them(typed: str, region: str, normal: str, kind: PhoneClass) -> None:
    phone = read_phone(typed, region)
    assert (phone.normal, phone.kind) == (normal, kind)


def test_the_doubt_speaks_the_persons_language() -> None:
    english = read_phone("15412345678").doubt
    i18n.use("zh")
    try:
        assert read_phone("15412345678").doubt == "号段不在已知号段表中。"
    finally:
        i18n.use("en")
    assert read_phone("15412345678").doubt == english


@given(st.text(max_size=30) | st.text("+0123456789-*x转 ()", max_size=24), st.sampled_from(["CN", "US", "GB"]))
def test_nothing_raises_and_nothing_is_lost(text: str, region: str) -> None:
    assert read_phone(text, region).raw == text


@given(st.from_regex("0?1[3-9][0-9]{9}|0755[2-8][0-9]{7}|9[56][0-9]{3,4}|106[0-9]{5,17}|400[0-9]{7}", fullmatch=True))
def test_the_normal_form_is_stable(text: str) -> None:
    phone = read_phone(text)
    again = read_phone(phone.normal)
    assert (again.normal, again.kind, again.doubt) == (phone.normal, phone.kind, phone.doubt)


def test_chinese_forms_are_read_without_the_number_library() -> None:
    asked = ("import sys; from casedesk.base.phones import read_phone; "
             "[read_phone(n) for n in ('13812345678', '0755-88886666', '95555', '1069012', '未知号码')]; "
             "print('phonenumbers' in sys.modules)")
    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "False"
