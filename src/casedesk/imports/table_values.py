"""What the cells of a foreign table say, as the columns of `Incident` keep it."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache, partial
from typing import Any

from sqlalchemy import JSON, Boolean, Date, Enum, Integer

from casedesk.base import times
from casedesk.base.durations import read_duration
from casedesk.base.errors import InvalidEntry
from casedesk.base.fields import Choice, field_of
from casedesk.base.i18n import LANGUAGES, N_, tr, words
from casedesk.base.typed_time import Precision, read_time
from casedesk.imports.draft import Question
from casedesk.imports.sheets import shown
from casedesk.imports.table_columns import CLOCK, DAY, UTC, plain
from casedesk.records import Incident
from casedesk.records.words import Channel, Direction

_WORDS: Mapping[type[Choice], Mapping[str, str]] = {
    Channel: {
        "call": "电话 通话 语音 来电 去电 座机 手机 phone call voice voicemail telephone mobile landline",
        "sms": "短信 彩信 短消息 sms mms text textmessage",
        "chat": "微信 聊天 qq 钉钉 wechat whatsapp chat messenger im",
        "email": "邮件 邮箱 email e-mail mail", "letter": "信函 书信 函件 律师函 快递 letter post",
        "visit": "上门 走访 外访 面谈 visit inperson", "posting": "公开 朋友圈 张贴 微博 posting socialmedia",
        "push": "推送 app push notification"},
    Direction: {
        "in": "来电 呼入 被叫 接听 接收 收到 对方打来 in incoming received inbound their",
        "out": "去电 呼出 主叫 拨出 发送 发出 我方打出 out outgoing sent outbound our"},
}
_YES = frozenset({"是", "有", "对", "已", "已接", "已接听", "接通", "已接通", "接",
                  "yes", "y", "true", "t", "1", "answered", "connected", "√", "✓", "✔"})
_NO = frozenset({"否", "无", "没", "未", "未接", "未接听", "未接通", "拒接", "拒绝",
                 "no", "n", "false", "f", "0", "missed", "notanswered", "unanswered", "rejected"})
_INWARD = re.compile(
    "来电|呼入|被叫|接听|接收|收到|已接|未接(?!通)|拒接|incoming|inbound|received|missed|reject|declined|blocked")
_OUTWARD = re.compile("去电|呼出|主叫|拨出|已拨|发送|发出|outgoing|outbound|(?<!pre)sent|dial")
_MISSED = re.compile("未接|拒接|未接通|missed|reject|declined|blocked|unanswered|notanswered|noanswer")
_TAKEN = re.compile("已接|接通|answered")
_FULL = re.compile(
    r"(?P<y>\d{4})[-/.年](?P<mo>\d{1,2})[-/.月](?P<d>\d{1,2})日?(?:[T ,]*(?P<h>\d{1,2})[::](?P<mi>\d{2})"
    r"(?:[::](?P<s>\d{2})(?:[.,](?P<f>\d{1,6}))?)?)?(?: ?(?P<z>Z|[+-]\d{2}:?\d{2}))?")
SHORT = re.compile(r"(?P<a>\d{1,2})[/.-](?P<b>\d{1,2})[/.-](?P<y>\d{4}|\d{2})(?!\d)(?P<rest>.*)", re.DOTALL)
_ZONE_TOLD = re.compile(r"(?:[zZ]|[+-][0-9]{2}:?[0-9]{2})$")
_LONGEST = 60
"""No time and no length of time takes more characters."""
ORDER = "day_month"
"""The question which of 3/4/2026 is the day, answered “dmy” or “mdy”."""
_RELATIVE = N_("“{text}” says when only as seen from a day that the table does not tell.")


class Unreadable(Exception):
    """A cell that cannot be read; the text says which and why."""


def moment(values: Mapping[str, Any], *, zone: str, order: str, now: dt.datetime) -> tuple[dt.datetime, Precision]:
    """The time of a row, aware in UTC or local without a zone, and how exactly it is known."""
    if values.get(UTC) not in (None, ""):
        return _utc(values[UTC]), Precision.EXACT
    at = values.get("at")
    if at in (None, ""):
        return _joined(values.get(DAY), values.get(CLOCK), zone, order, now)
    return _one(at, zone, order, now)


def _utc(cell: Any) -> dt.datetime:
    try:
        found = cell if isinstance(cell, dt.datetime) else dt.datetime.fromisoformat(shown(cell))
    except ValueError:
        raise Unreadable(tr("“{text}” is not a time.", text=brief(cell))) from None
    return found.astimezone(dt.UTC) if found.tzinfo else found.replace(tzinfo=dt.UTC)


def _one(cell: Any, zone: str, order: str, now: dt.datetime) -> tuple[dt.datetime, Precision]:
    if isinstance(cell, dt.datetime):
        return cell, Precision.EXACT if cell.time() != dt.time() else Precision.DAY
    if isinstance(cell, dt.date):
        return dt.datetime.combine(cell, dt.time()), Precision.DAY
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _counted(cell)
    return _typed(shown(cell), zone, order, now)


def _counted(number: float) -> tuple[dt.datetime, Precision]:
    """A number in place of a time: milliseconds or seconds since 1970, or a spreadsheet's day."""
    if 10**11 < number < 4 * 10**12:
        return times.from_millis(int(number)), Precision.EXACT
    if 10**8 < number < 4 * 10**9:
        return times.from_millis(int(number * 1000)), Precision.EXACT
    if 20_000 < number < 80_000:
        from casedesk.imports.xls_rows import moment as counted

        found = counted(number)
        if isinstance(found, dt.datetime):
            return found, Precision.EXACT if found.time() != dt.time() else Precision.DAY
    raise Unreadable(tr("“{text}” is not a time.", text=number))


def _typed(text: str, zone: str, order: str, now: dt.datetime) -> tuple[dt.datetime, Precision]:
    found = _FULL.fullmatch(text)
    if found is not None:
        return _written(found, text)
    short = SHORT.fullmatch(text)
    if short is not None:
        text = _ordered(short, order) + short["rest"]
        found = _FULL.fullmatch(text.strip())
        if found is not None:
            return _written(found, text)
    if re.fullmatch(r"\d{10}|\d{13}|\d{5}(?:\.\d+)?", text):
        return _counted(float(text))
    if len(text) > _LONGEST:
        raise Unreadable(tr("“{text}” is not a time.", text=brief(text)))
    try:
        typed, before = (read_time(text, now=now - dt.timedelta(days=back), zone=zone) for back in (0, 1))
    except InvalidEntry as problem:
        raise Unreadable(problem.message) from None
    if typed.at != before.at:
        raise Unreadable(tr(_RELATIVE, text=brief(text)))
    if _ZONE_TOLD.search(text):
        return typed.at, typed.precision
    return typed.at.astimezone(times.zone(zone)).replace(tzinfo=None), typed.precision


def _written(found: re.Match[str], text: str) -> tuple[dt.datetime, Precision]:
    try:
        at = dt.datetime(int(found["y"]), int(found["mo"]), int(found["d"]), int(found["h"] or 0),  # noqa: DTZ001 - local
                         int(found["mi"] or 0), int(found["s"] or 0), int((found["f"] or "").ljust(6, "0")[:6] or 0))
    except ValueError:
        raise Unreadable(tr("“{text}” is not a time.", text=brief(text))) from None
    if found["z"]:
        at = dt.datetime.fromisoformat(at.isoformat() + found["z"].replace("Z", "+00:00")).astimezone(dt.UTC)
    return at, Precision.EXACT if found["h"] else Precision.DAY


def _ordered(short: re.Match[str], order: str) -> str:
    """The day of 3/4/2026 in the order year, month, day."""
    first, second = int(short["a"]), int(short["b"])
    month_first = second > 12 >= first or (order == "mdy" and first <= 12)  # the date itself tells, else the order
    month, day = (first, second) if month_first else (second, first)
    year = short["y"] if len(short["y"]) == 4 else f"20{short['y']}"
    return f"{year}-{month:02}-{day:02}"


def _joined(day: Any, clock: Any, zone: str, order: str, now: dt.datetime) -> tuple[dt.datetime, Precision]:
    """A time whose day and clock stand in two columns."""
    if day in (None, ""):
        raise Unreadable(tr("There is no time in this row."))
    date, precision = _one(day, zone, order, now)
    if clock in (None, "") or precision is not Precision.DAY:
        return date, precision
    date = date.astimezone(times.zone(zone)).replace(tzinfo=None) if date.tzinfo else date
    if isinstance(clock, dt.datetime):
        clock = clock.time()
    if isinstance(clock, int | float) and not isinstance(clock, bool) and 0 <= clock < 1:
        clock = (times.EPOCH + dt.timedelta(seconds=round(clock * 86400))).time()
    if isinstance(clock, dt.time):
        return dt.datetime.combine(date.date(), clock.replace(tzinfo=None)), Precision.EXACT
    return _typed(f"{date:%Y-%m-%d} {shown(clock)}", zone, order, now)


def value(name: str, cell: Any) -> Any:
    """A cell as the column keeps it; Unreadable when it is no such value."""
    return of_column(Incident.__table__.c[name])(cell)


@cache
def of_column(column: Any) -> Callable[[Any], Any]:
    """How cells of a column are read; it raises Unreadable for what is no such value."""
    kind, declared = column.type, field_of(column)
    if column.foreign_keys:
        return shown
    if isinstance(kind, Enum):
        assert kind.enum_class is not None
        return partial(_named, kind.enum_class)
    readers: tuple[tuple[bool, Callable[[Any], Any]], ...] = (
        (isinstance(kind, Boolean), _flag), (isinstance(kind, JSON), _list),
        (column.key in {"duration", "ring"}, _seconds), (declared is not None and declared.money, _amount),
        (isinstance(kind, Integer), _count), (isinstance(kind, Date), _day))
    return next((read for fits, read in readers if fits), _text)


def _named(kind: Any, cell: Any) -> Choice:
    return word(kind, shown(cell))


def _text(cell: Any) -> str:
    return cell if isinstance(cell, str) else shown(cell)


def _list(cell: Any) -> list[str]:
    return [one for part in re.split("[;；,，、]", shown(cell)) if (one := part.strip())]


@cache
def _choices(kind: type[Choice]) -> Mapping[str, Choice]:
    found: dict[str, Choice] = {}
    for member in kind:
        for title in (member.value, *(words(lang)(member.label) for lang in LANGUAGES)):
            found[plain(title)] = member
    for stored, synonyms in _WORDS.get(kind, {}).items():
        for one in synonyms.split():
            found.setdefault(plain(one), kind(stored))
    return found


@lru_cache(1024)
def word(kind: Any, text: str) -> Choice:
    """The member of a closed list that a text names, by its label in either language or a word within it."""
    known, asked = _choices(kind), plain(text)
    found = known.get(asked) or next((known[one] for one in sorted(known, key=len, reverse=True)
                                      if len(one) > 1 and one in asked), None)
    if found is None:
        raise Unreadable(tr("“{value}” is not one of the choices.", value=brief(text)))
    return found


def way_of(text: str) -> dict[str, Any]:
    """Who called whom, and whether the call was taken, where a cell of the kind of contact says it."""
    asked = plain(text)
    told: dict[str, Any] = {}
    missed = _MISSED.search(asked)
    inward, outward = bool(_INWARD.search(asked)), bool(_OUTWARD.search(asked))
    if inward != outward:
        told["direction"] = Direction.IN if inward else Direction.OUT
    if missed or _TAKEN.search(asked):
        told["answered"] = not missed
    return told


def _flag(cell: Any) -> bool:
    if isinstance(cell, bool):
        return cell
    text = plain(shown(cell))
    if text in _YES or text in _NO:
        return text in _YES
    raise Unreadable(tr("“{text}” is neither yes nor no.", text=brief(cell)))


def _seconds(cell: Any) -> int:
    if isinstance(cell, dt.datetime):
        cell = cell.time()
    if isinstance(cell, dt.time):
        return cell.hour * 3600 + cell.minute * 60 + cell.second
    if isinstance(cell, dt.timedelta):
        return int(cell.total_seconds())
    if isinstance(cell, float):
        return round(cell * 86400) if 0 < cell < 1 else round(cell)
    try:
        return read_duration(shown(cell)[:_LONGEST])
    except InvalidEntry as problem:
        raise Unreadable(problem.message) from None


def _count(cell: Any) -> int:
    text = shown(cell)
    if not re.fullmatch("[0-9]{1,9}", text):
        raise Unreadable(tr("“{text}” is not a whole number.", text=brief(cell)))
    return int(text)


def _day(cell: Any) -> dt.date:
    try:
        return cell.date() if isinstance(cell, dt.datetime) else dt.date.fromisoformat(shown(cell))
    except ValueError:
        raise Unreadable(tr("“{text}” is not a time.", text=brief(cell))) from None


def _amount(cell: Any) -> int:
    try:
        exact = Decimal(re.sub("[,,\\s元¥¥$£]", "", shown(cell)))
        cents = int(exact.scaleb(2).to_integral_value())
    except (InvalidOperation, ValueError, OverflowError):
        raise Unreadable(tr("“{text}” is not an amount.", text=brief(cell))) from None
    if not 0 <= cents < 10**15:
        raise Unreadable(tr("“{text}” is not an amount.", text=brief(cell)))
    return cents


def identity(cell: Any) -> uuid.UUID:
    """The UUID of a record that was exported."""
    try:
        return uuid.UUID(shown(cell))
    except ValueError:
        raise Unreadable(tr("“{text}” is not a UUID.", text=brief(cell))) from None


def brief(cell: Any) -> str:
    """The beginning of a cell for a message."""
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in str(cell)[:60])


def which_order() -> Question:
    """Which number of a short date is the day."""
    return Question(ORDER, tr("Dates like 3/4/2026: which number is the day?"),
                    {"dmy": tr("Day first: 3 April"), "mdy": tr("Month first: March 4")})


def is_short(text: str) -> bool:
    """Whether a text is a date whose day and month may be taken for one another."""
    short = SHORT.match(text.strip())
    return short is not None and int(short["a"]) <= 12 and int(short["b"]) <= 12 and short["a"] != short["b"]


def order_of(texts: Iterable[str]) -> str:
    """“dmy” or “mdy” when one of the dates tells, “” when none does or they contradict one another."""
    found = set()
    for text in texts:
        short = SHORT.match(text)
        if short is not None and int(short["a"]) > 12 >= int(short["b"]):
            found.add("dmy")
        elif short is not None and int(short["b"]) > 12 >= int(short["a"]):
            found.add("mdy")
    return found.pop() if len(found) == 1 else ""
