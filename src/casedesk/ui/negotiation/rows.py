"""Offers as rows: the ladder, and up to four beside each other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from casedesk.base import money
from casedesk.base.i18n import tr, trn
from casedesk.calc.said import percent
from casedesk.casework import agreements, negotiation
from casedesk.casework.negotiation import Compared, Point, Rung
from casedesk.records import Debt, Offer
from casedesk.store.cabinet import Store
from casedesk.ui import captions
from casedesk.ui.tables.plain import PlainRow

_STEP = "      "


def ladder_headers() -> list[str]:
    """The columns of the ladder."""
    return [tr("Made by"), tr("Made on"), tr("How"), tr("With whom at the creditor"), tr("Total to be paid"),
            tr("Each month"), tr("Waived"), tr("Last instalment on"), tr("Valid until"), tr("Answer")]


LADDER_NUMBERS = frozenset({4, 5, 6})


def compared_headers() -> list[str]:
    """The columns of the comparison."""
    return [tr("Offer"), tr("Total to be paid"), tr("Waived"), tr("Each month at most"), tr("Instalments"),
            tr("Last instalment on"), tr("Present value"), tr("Share of income"), tr("Share of what is left"),
            tr("Remark")]


COMPARED_NUMBERS, REMARK = frozenset({1, 2, 3, 4, 6, 7, 8}), 9


@dataclass(frozen=True)
class Ladder:
    """The rungs of a matter, what is late of its agreements, and the debts an agreement may settle."""

    rows: Sequence[PlainRow]
    late: str
    points: Sequence[Point]
    debts: captions.Choices


@dataclass(frozen=True)
class ReadingLadder:
    """Read the ladder of a matter."""

    store: Store
    matter_id: int
    today: dt.date

    def __call__(self) -> Ladder:
        missed = agreements.missed(self.store, self.today, self.matter_id)
        late = "" if not missed else trn(
            "{n} instalment is late; the first was due on {day}.",
            "{n} instalments are late; the first was due on {day}.",
            len(missed), day=min(one.due_on for one in missed).isoformat())
        return Ladder([_rung(one) for one in negotiation.ladder(self.store, self.matter_id)], late,
                      negotiation.convergence(self.store, self.matter_id),
                      captions.choices(self.store, Debt, self.matter_id))


def _rung(one: Rung) -> PlainRow:
    offer = one.offer
    who = f"{_STEP * (one.depth - 1)}└ {tr(offer.side.label)}" if one.depth else tr(offer.side.label)
    return PlainRow((who, _day(offer.made_on), offer.by, offer.counterpart, _cents(offer.total), _cents(offer.monthly),
                     _cents(one.waived), _day(one.last_on), _day(offer.valid_until), tr(offer.state.label)), offer)


def compared(one: Compared) -> PlainRow:
    """One offer of the comparison."""
    return PlainRow((offer_name(one.offer), _cents(one.total), _cents(one.waived), _cents(one.monthly),
                     "" if one.count is None else str(one.count), _day(one.last_on), _cents(one.present_value),
                     _share(one.share_of_income), _share(one.share_of_free), one.problem), one.offer.id)


def offer_name(offer: Offer) -> str:
    """'2026-11-03 The client'."""
    return f"{_day(offer.made_on)} {tr(offer.side.label)}".strip()


def offer_line(offer: Offer) -> str:
    """'2026-11-03 The client 36,000.00'."""
    return f"{offer_name(offer)} {_cents(offer.total)}".strip()


def _day(day: dt.date | None) -> str:
    return "" if day is None else day.isoformat()


def _cents(cents: int | None) -> str:
    return "" if cents is None else money.show_cents(cents)


def _share(share: Fraction | None) -> str:
    return "" if share is None else percent(share, 1)
