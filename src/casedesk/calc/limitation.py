"""When a claim runs out: period, restarts, suspension, the change of 2017, guarantors, enforcement; E&W and US in part.

Only dates come out, never advice: an indicator, for a lawyer's review.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from casedesk.base.i18n import N_
from casedesk.calc import workdays
from casedesk.calc.said import Said, Source, said

GENERAL = Source("《民法典》第188条", "V")
RESTARTED = Source("《民法典》第195条；法释〔2020〕17号（诉讼时效）第8-17条", "V")
SUSPENDED = Source("《民法典》第194条", "V")
WAIVED = Source("《民法典》第192条；法释〔2020〕17号（诉讼时效）第19条", "V")
CHANGE = Source("法释〔2018〕12号第1-3条", "V")
ENFORCEMENT = Source("《民事诉讼法》第250条", "V")
GUARANTEE = Source("《民法典》第692、693条", "V")
LAST_INSTALMENT = Source("《民法典》第189条", "V")
EW_CONTRACT = Source("Limitation Act 1980, s 5, s 29(5), s 29(7)", "S")
EW_RESTARTED = Source("Limitation Act 1980, s 29(5), s 29(7)", "S")
EW_SIGNED = Source("Limitation Act 1980, s 29(5), s 30", "M")
STATE_LAW = Source("12 CFR 1006.26(b)", "V")
EW_JUDGMENT = Source("Limitation Act 1980, s 24", "M")
_NEW_LAW = dt.date(2017, 10, 1)
_JOINT_BEFORE = dt.date(2021, 1, 1)

RESTARTS = {
    "demand": N_("Demand that arrived"), "promise": N_("Debtor agreed to perform"), "payment": N_("Part payment"),
    "offer": N_("Offer to pay by the debtor"), "agreement": N_("Agreement to pay"),
    "deduction": N_("Deduction from the account"), "suit": N_("Suit or arbitration"),
    "enforcement": N_("Application for enforcement"), "mediation": N_("Request to a mediation body"),
    "police": N_("Report to the police"), "assignment": N_("Notice of assignment"),
}
_PENDING = ("suit", "enforcement", "mediation", "police")
"""Restart when the proceedings end."""
_PROMISES = ("promise", "offer", "agreement")
_SIGNED = ("promise", "agreement", "payment")
"""What restarts in England & Wales: a signed acknowledgment or part payment."""


@dataclass(frozen=True)
class Event:
    """An act that restarts or suspends; `until` ends proceedings, an obstacle, or the schedule of an agreement."""

    kind: str
    on: dt.date
    until: dt.date | None = None
    source: str = ""
    """The record it comes from, as the caller names it."""


@dataclass(frozen=True)
class Mark:
    """A day on the way, with what happened and where the period then ended."""

    on: dt.date
    what: Said
    ends_on: dt.date | None
    source: str = ""


@dataclass(frozen=True)
class Limitation:
    """Where a claim stands: running, expired, pending (nothing runs), waived (agreed after expiry), unknown."""

    state: str
    ends_on: dt.date | None
    marks: tuple[Mark, ...] = ()
    remarks: tuple[Said, ...] = ()


@dataclass
class _Clock:
    years: int
    begins: dt.date
    start: dt.date
    end: dt.date | None
    marks: list[Mark] = field(default_factory=list)
    remarks: list[Said] = field(default_factory=list)
    waived: bool = False

    def mark(self, on: dt.date, what: Said, source: str = "") -> None:
        self.marks.append(Mark(on, what, self.end, source))


def claim(begins: dt.date, events: Sequence[Event], as_of: dt.date, *, years: int = 3,
          source: Source = GENERAL) -> Limitation:
    """The limitation of a claim under Mainland law; `begins` is the day the creditor could first claim."""
    clock = _Clock(years, begins, begins, _period(begins, years))
    clock.mark(begins, said(N_("The period of {years} years begins"), source, years=str(_years(begins, years))))
    for event in sorted(events, key=lambda one: one.on):
        if event.on > as_of or event.on < begins:
            continue
        if event.kind == "obstacle":
            continue
        _restart(clock, event)
    _suspend(clock, [one for one in events if one.kind == "obstacle" and one.on <= as_of])
    return _closed(clock, as_of)


def _years(start: dt.date, years: int) -> int:
    """Two years when the old period had run out before the new law; else the new period."""
    old = years == 3 and start < _NEW_LAW and workdays.add_years(start, 2) < _NEW_LAW
    return 2 if old else years


def _period(start: dt.date, years: int) -> dt.date:
    return workdays.add_years(start, _years(start, years))


def _restart(clock: _Clock, event: Event) -> None:
    name = said(RESTARTS[event.kind], RESTARTED)
    if event.on < clock.start and event.kind not in (*_PENDING, "agreement"):
        clock.mark(event.on, said(N_("{what}: the period has not begun yet, nothing changes"), RESTARTED, what=name),
                   event.source)
        return
    if clock.end is not None and event.on > workdays.last_day(clock.end).day:
        if event.kind not in _PROMISES:
            clock.mark(event.on, said(N_("{what}: after the period had run out, no restart"), RESTARTED, what=name),
                       event.source)
            if event.kind == "payment":
                clock.remarks.append(said(
                    N_("The payment of {day} was made after the period had run out: it cannot be reclaimed, and a "
                       "lawyer must say whether it waives more."), WAIVED, day=event.on))
            return
        clock.waived = True
        clock.remarks.append(said(
            N_("On {day} the debtor agreed to pay after the period had run out: the defence may be lost."), WAIVED,
            day=event.on))
    pending = event.kind in _PENDING and event.until is None
    if pending:
        clock.end = None
        clock.mark(event.on, said(N_("{what}: nothing runs until it ends"), RESTARTED, what=name), event.source)
        return
    clock.start = (event.until or event.on) if event.kind in (*_PENDING, "agreement") else event.on
    clock.end = _period(clock.start, clock.years)
    if clock.start == event.on:
        clock.mark(event.on, said(N_("{what}: the period begins anew"), RESTARTED, what=name), event.source)
    else:
        source = LAST_INSTALMENT if event.kind == "agreement" else RESTARTED
        clock.mark(event.on, said(N_("{what}: the period begins anew on {day}"), source, what=name, day=clock.start),
                   event.source)


def _suspend(clock: _Clock, obstacles: Sequence[Event]) -> None:
    for one in sorted(obstacles, key=lambda event: event.on):
        if clock.end is None or one.on > clock.end:
            continue
        half = workdays.add_months(clock.end, -6)
        if one.until is not None and one.until < half:
            continue
        clock.end = None if one.until is None else workdays.add_months(one.until, 6)
        clock.mark(one.on, said(N_("Obstacle in the last six months: runs out six months after it ends"), SUSPENDED),
                   one.source)


def _closed(clock: _Clock, as_of: dt.date) -> Limitation:
    if clock.end is None:
        return Limitation("pending", None, tuple(clock.marks), tuple(clock.remarks))
    longest = workdays.add_years(clock.begins, 20)
    if clock.years == 3 and clock.end > longest:
        clock.end = longest
        clock.mark(longest, said(N_("Twenty years are the longest"), GENERAL))
    last = workdays.last_day(clock.end)
    if last.remark is not None:
        clock.remarks.append(last.remark)
    state = "expired" if as_of > last.day else "waived" if clock.waived else "running"
    return Limitation(state, last.day, tuple(clock.marks), tuple(clock.remarks))


def enforcement(performed_until: dt.date, events: Sequence[Event], as_of: dt.date) -> Limitation:
    """The two years for applying for enforcement, from the last day of the time for performance."""
    return claim(performed_until, events, as_of, years=2, source=ENFORCEMENT)


@dataclass(frozen=True)
class Guarantee:
    """Where a guarantor stands: "open", "bound" (the act was done in time), "free", or "check"."""

    state: str
    ends_on: dt.date
    needed: Said
    remarks: tuple[Said, ...] = ()


def guarantee(main_due: dt.date, kind: str, events: Sequence[Event], as_of: dt.date, *,
              agreed_until: dt.date | None = None, signed_on: dt.date | None = None) -> Guarantee:
    """The guarantee period: agreed, or six months; nothing stops, restarts or extends it."""
    agreed = agreed_until is not None and agreed_until > main_due
    bare = agreed_until if agreed and agreed_until is not None else workdays.add_months(main_due, 6)
    end = workdays.last_day(bare)
    joint = kind == "joint"
    needed = said(N_("The creditor must demand payment from the guarantor by {day}."), GUARANTEE, day=end.day) if (
        joint) else said(N_("The creditor must sue the debtor by {day}."), GUARANTEE, day=end.day)
    remarks = [end.remark] if end.remark else []
    if not agreed:
        remarks.append(said(N_("No valid period was agreed: six months from the end of the main debt's term."),
                            GUARANTEE))
    wanted = "demand-guarantor" if joint else "suit"
    done = any(one.kind == wanted and one.on <= end.day for one in events)
    if kind == "unclear" and signed_on is not None and signed_on < _JOINT_BEFORE:
        remarks.append(said(N_("Signed before 2021 without a kind: the older law may make it joint; a lawyer decides."),
                            Source("《担保法》第19条", "M")))
        return Guarantee("check", end.day, needed, tuple(remarks))
    state = "bound" if done else "free" if as_of > end.day else "open"
    return Guarantee(state, end.day, needed, tuple(remarks))


def england(cause_on: dt.date, events: Sequence[Event], as_of: dt.date, *, judgment: bool = False) -> Limitation:
    """Six years for a simple contract in England & Wales; a signed acknowledgment or a payment in time restarts."""
    source = EW_JUDGMENT if judgment else EW_CONTRACT
    clock = _Clock(6, cause_on, cause_on, workdays.add_years(cause_on, 6))
    clock.mark(cause_on, said(N_("The period of {years} years begins"), source, years="6"))
    for event in sorted(events, key=lambda one: one.on):
        assert clock.end is not None
        if judgment or event.kind not in _SIGNED or not cause_on <= event.on <= min(as_of, clock.end):
            continue
        clock.start, clock.end = event.on, workdays.add_years(event.on, 6)
        clock.mark(event.on, said(N_("{what}: the period begins anew"), source, what=said(RESTARTS[event.kind])),
                   event.source)
    assert clock.end is not None
    return Limitation("expired" if as_of > clock.end else "running", clock.end, tuple(clock.marks))


def state_law(cause_on: dt.date, as_of: dt.date, years: int | None) -> Limitation:
    """United States: the period is state law and must be given; unknown without it."""
    remark = said(N_("Limitation of the debt itself is state law; its years are not in this program."), STATE_LAW)
    if years is None:
        return Limitation("unknown", None, (), (remark,))
    end = workdays.add_years(cause_on, years)
    mark = Mark(cause_on, said(N_("The period of {years} years begins"), STATE_LAW, years=str(years)), end)
    return Limitation("expired" if as_of > end else "running", end, (mark,), (remark,))
