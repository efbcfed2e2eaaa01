"""The debt statement as a sheet that computes itself again: every figure that can be is a formula over the facts.

Formulas are made here, of cells of this sheet alone; what a person typed stands in cells of text or numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from casedesk.base.i18n import N_, Say
from casedesk.calc.ledger import DELAY_DAILY, INTEREST_KINDS, Ledger, Segment
from casedesk.calc.said import round_half_up
from casedesk.calc.statement import ROW_NAMES, Row
from casedesk.exports.bundle.draft import INDICATOR
from casedesk.exports.workbook.rows import Formula, Rows, Styled, amount, day_serial
from casedesk.records.dossier import Dossier
from casedesk.records.statement import DebtStatement

WIDTHS = (28, 15, 15, 15, 15, 10, 15, 14, 15, 10, 15, 12, 12, 12, 16, 16, 15, 15, 15, 14, 12, 14, 14, 13, 12, 14, 14)
_COLUMNS = (
    ("kind", N_("Kind")), ("start", N_("From")), ("end", N_("To")), ("days", N_("Days")),
    ("principal", N_("Principal")), ("rate", N_("A year (365 days)")), ("interest", N_("Interest, exact")),
    ("base", N_("Unpaid interest that bears interest")), ("compound", N_("Compound interest, exact")),
    ("cap", N_("Limit a year")), ("room", N_("Room below the limit, exact")), ("damages", N_("Liquidated damages")),
    ("fee", N_("Fees")), ("cost", N_("Costs")),
    ("term", N_("Interest so far")), ("late", N_("Overdue interest so far")),
    ("capped", N_("Compound interest that counts so far")), ("lump", N_("Damages and fees that count so far")),
    ("due", N_("Due so far, rounded")), ("paid", N_("Payment")), ("to_cost", N_("To costs")),
    ("to_interest", N_("To interest")), ("to_principal", N_("To principal")), ("to_delay", N_("To interest for delay")),
    ("over", N_("Too much")), ("judged", N_("Judgment money unpaid")), ("delay", N_("Interest for delay, exact")),
)
_LETTERS = {key: ("" if place < 26 else "A") + chr(65 + place % 26) for place, (key, _) in enumerate(_COLUMNS)}
_MONEY = frozenset((
    "principal", "base", "damages", "fee", "cost", "due", "paid", "to_cost", "to_interest", "to_principal", "to_delay",
    "over", "judged"))


def name_of(number: int, say: Say) -> str:
    """What the sheet of a matter's first, second, ... statement is called."""
    return say("Debt statement") if number == 1 else f"{say('Debt statement')} {number}"


def write(rows: Rows, statement: DebtStatement, say: Say) -> None:
    """One debt's sheet: the two courses first, so that the table of both columns can refer to them, by row number."""
    result = statement.result
    rows.free([Styled(say("Debt statement as of {day}", day=result.as_of.isoformat()), "title")], least=2)
    for label, value in ((say("Creditor"), statement.creditor), (say("Debt"), statement.name(say)),
                         (say("Currency"), statement.currency)):
        rows.free([Styled(label, "label"), value])
    rows.free([Styled(say(INDICATOR), "over")])
    rows.free([])
    table, first = _Table(result.rows, say), rows.row + 1
    start = first + len(result.rows) + 4 + sum(len(row.reasons) for row in result.rows)
    allowed = _Course(result.allowed, start + 1, say)
    agreed = _Course(result.agreed, allowed.last + 3, say)
    table.write(rows, allowed, agreed)
    assert rows.row == start - 1
    for course, title in ((allowed, say("What law supports, step by step")),
                          (agreed, say("As the contract says, step by step"))):
        rows.free([Styled(title, "section")])
        course.write(rows)
        rows.free([])
    rows.free([Styled(say("Remarks"), "section")])
    for remark in statement.all_remarks:
        rows.free([Styled(f"{remark.by(say)} {remark.source.by(say)}".strip(), "over")])


def problems(rows: Rows, dossier: Dossier, say: Say) -> None:
    """The debts no statement could be made of, and why."""
    for name, reason in dossier.without_statement:
        rows.free([Styled(say("No statement could be made of {debt}: {reason}", debt=name, reason=reason), "over")])


@dataclass
class _Table:
    rows: Sequence[Row]
    say: Say

    def write(self, rows: Rows, allowed: _Course, agreed: _Course) -> None:
        """The two columns; what the creditor said itself is a number, all else refers to the courses below."""
        say, first = self.say, rows.row + 2
        rows.free([Styled(say(title), "head") for title in (
            N_("Kind"), N_("Claimed"), N_("Supported by law"), N_("Difference"))])
        for row in self.rows:
            line = rows.row + 1
            computed = agreed.value(row.kind)
            claimed = amount(row.claimed)
            rows.free([
                Styled(say(ROW_NAMES[row.kind]), "label"),
                Formula(agreed.formula(row.kind), claimed, "money") if computed == row.claimed else Styled(
                    claimed, "money"),
                Formula(allowed.formula(row.kind), amount(row.supported), "money"),
                Formula(f"B{line}-C{line}", amount(row.difference), "money")])
            for reason in row.reasons:
                rows.free([None, Styled(f"{reason.by(say)} {reason.source.by(say)}".strip(), "over")])
        last = rows.row
        sums = (sum(row.claimed for row in self.rows), sum(row.supported for row in self.rows))
        shown = (*sums, sums[0] - sums[1])
        rows.free([Styled(say("Total"), "label"), *(
            Formula(f"SUM({letter}{first}:{letter}{last})", amount(cents), "total")
            for letter, cents in zip("BCD", shown, strict=True))])
        rows.free([])
        rows.free([])


@dataclass
class _Course:
    """One ledger as rows of formulas; `head` is the row of its titles."""

    ledger: Ledger
    head: int
    say: Say

    @property
    def first(self) -> int:
        return self.head + 1

    @property
    def last(self) -> int:
        return self.head + len(self.ledger.segments)

    def value(self, kind: str) -> int | None:
        """What is owed of a kind at the end, in cents."""
        owed = self.ledger.owed
        return getattr(owed, kind, None) if kind != "principal" else owed.principal - owed.surplus

    def formula(self, kind: str) -> str:
        """The same as a formula over the rows of this course; 0 for what is in no row."""
        at = {key: f"{letter}{self.last}" for key, letter in _LETTERS.items()}
        if kind == "principal":
            return f"{at['principal']}-{at['to_principal']}-{at['over']}"
        if kind == "cost":
            return f"{self._sum('cost')}-{self._sum('to_cost')}"
        if kind == "delay":
            return f"ROUND({self._sum('delay')},2)-{self._sum('to_delay')}"
        if kind not in INTEREST_KINDS:
            return "0"
        place = INTEREST_KINDS.index(kind)
        return f"{self._owed(place)}-{self._owed(place - 1)}" if place else self._owed(0)

    def _owed(self, place: int) -> str:
        """Unpaid of all kinds up to this one: rounded once, less what was paid."""
        term, late, capped, lump = (f"{_LETTERS[key]}{self.last}" for key in ("term", "late", "capped", "lump"))
        rest = (capped, f"{capped}+MIN({self._sum('damages')},{lump})", f"{capped}+{lump}")
        parts = [f"ROUND({term},2)", f"ROUND({late},2)"][:place + 1]
        if place >= 2:
            parts.append(f"ROUND({rest[place - 2]},2)")
        return f"MAX(0,{'+'.join(parts)}-{self._sum('to_interest')})"

    def _sum(self, key: str) -> str:
        return f"SUM({_LETTERS[key]}{self.first}:{_LETTERS[key]}{self.last})"

    def write(self, rows: Rows) -> None:
        """The titles and a row for each stretch of days."""
        assert rows.row == self.head - 1
        rows.free([Styled(self.say(title), "head") for _, title in _COLUMNS], least=3)
        reached = _Reached()
        for segment in self.ledger.segments:
            row = rows.row + 1
            reached.add(segment, self.ledger)
            cells = dict(self._cells(segment, row, reached))
            rows.free([cells.get(key) for key, _ in _COLUMNS])

    def _cells(self, segment: Segment, row: int, reached: _Reached) -> Iterator[tuple[str, Any]]:
        facts, formulas = self._facts(segment, row), self._formulas(segment, row)
        values = reached.values(segment)
        yield "kind", Styled(self.say(N_("overdue")) if segment.pace.overdue else self.say(N_("term")), "word")
        yield from facts
        for key, text in formulas.items():
            value = values[key]
            style = "count" if key == "days" else "money" if key in _MONEY else "exact"
            yield key, Formula(text, value, style)

    def _facts(self, segment: Segment, row: int) -> Iterator[tuple[str, Any]]:
        """What is given and not computed: days, rates, what was charged and paid."""
        yield "start", Styled(day_serial(segment.start), "day")
        yield "end", Styled(day_serial(segment.end), "day")
        yield "rate", _rate(segment.pace.daily * 365)
        if segment.pace.cap is not None:
            yield "cap", _rate(segment.pace.cap * 365)
        if row == self.first:
            yield "principal", Styled(amount(segment.principal), "money")
            yield "base", Styled(amount(segment.compound_base), "money")
        for kind in ("damages", "fee", "cost"):
            cents = sum(charge.amount for charge in segment.charges if charge.kind == kind)
            if cents:
                yield kind, Styled(amount(cents), "money")
        cents = _paid(segment)
        if cents:
            yield "paid", Styled(amount(cents), "money")
        if segment.delay_base:
            yield "judged", Styled(amount(segment.delay_base), "money")

    def _formulas(self, segment: Segment, row: int) -> dict[str, str]:
        at = {key: f"{letter}{row}" for key, letter in _LETTERS.items()}
        up = {key: f"{letter}{row - 1}" for key, letter in _LETTERS.items()}
        begun, capped = row > self.first, segment.pace.cap is not None
        grows = "late" if segment.pace.overdue else "term"
        found = {
            "days": f"{at['end']}-{at['start']}",
            "interest": f"{at['principal']}*{at['rate']}/365*{at['days']}",
            "compound": f"{at['base']}*{at['rate']}/365*{at['days']}",
            **{key: (up[key] if begun else "0") + (f"+{at['interest']}" if key == grows else "")
               for key in ("term", "late")},
            "due": f"ROUND({at['term']},2)+ROUND({at['late']},2)+ROUND({at['capped']}+{at['lump']},2)",
            "delay": f"{at['judged']}*{_fraction(DELAY_DAILY)}*{at['days']}",
            **self._counted(at, row, capped=capped), **self._set_off(at, up, row),
        }
        if capped:
            counts = segment.pace.overdue or self.ledger.course.room_from_start
            found["room"] = f"{at['principal']}*({at['cap']}-{at['rate']})/365*{at['days']}" if counts else "0"
        if begun:
            found["principal"] = f"{up['principal']}-{up['to_principal']}"
            found["base"] = self._base(row - 1, up)
        return found

    def _so_far(self, key: str, row: int) -> str:
        """The sum of a column down to a row; 0 above the first one."""
        letter = _LETTERS[key]
        return f"SUM({letter}${self.first}:{letter}{row})" if row >= self.first else "0"

    def _counted(self, at: dict[str, str], row: int, *, capped: bool) -> dict[str, str]:
        """Compound interest, damages and fees as far as the room below the limit lets them count."""
        compound, room = self._so_far("compound", row), self._so_far("room", row)
        lumps = f"{self._so_far('damages', row)}+{self._so_far('fee', row)}"
        if not capped:
            return {"capped": compound, "lump": lumps}
        return {"capped": f"MIN({compound},{room})", "lump": f"MIN({lumps},{room}-{at['capped']})"}

    def _set_off(self, at: dict[str, str], up: dict[str, str], row: int) -> dict[str, str]:
        """A payment, with what was too much before: costs, interest, principal, interest for delay."""
        left = f"{at['paid']}+{up['over'] if row > self.first else 0}"
        owed = {
            "to_cost": f"{self._so_far('cost', row)}-{self._so_far('to_cost', row - 1)}",
            "to_interest": f"MAX(0,{at['due']}-{self._so_far('to_interest', row - 1)})",
            "to_principal": at["principal"],
            "to_delay": f"ROUND({self._so_far('delay', row)},2)-{self._so_far('to_delay', row - 1)}",
        }
        found = {}
        for key, due in owed.items():
            found[key] = f"MIN({left},{due})"
            left += f"-{at[key]}"
        return {**found, "over": left}

    def _base(self, row: int, up: dict[str, str]) -> str:
        """The unpaid interest that bears interest in the next row: set anew when it settles, else it only shrinks."""
        kinds = f"ROUND({up['term']},2)"
        if self.ledger.course.compounding != "overdue":
            kinds += f"+ROUND({up['late']},2)+ROUND({up['capped']},2)"
        letter = _LETTERS["to_interest"]
        unpaid = f"MAX(0,{kinds}-SUM({letter}${self.first}:{letter}{row}))"
        settled = self.ledger.segments[row - self.first].settled
        return unpaid if settled else f"MIN({up['base']},{unpaid})"


def _paid(segment: Segment) -> int:
    """New money only: what was too much before is carried by the sheet itself."""
    return sum(one.payment.amount for one in segment.paid if not one.again)


class _Reached:
    """Sums so far, so that the cells show our values before a spreadsheet computes them anew."""

    def __init__(self) -> None:
        self.term = self.late = self.compound = self.room = self.lump = self.damages = Fraction(0)

    def add(self, segment: Segment, found: Ledger) -> None:
        if segment.pace.overdue:
            self.late += segment.interest
        else:
            self.term += segment.interest
        self.compound, self.room = self.compound + segment.compound, self.room + segment.room
        self.lump += sum(one.amount for one in segment.charges if one.kind != "cost")

    def values(self, segment: Segment) -> dict[str, Any]:
        """The value of each formula of a row."""
        capped = segment.pace.cap is not None
        compound = min(self.compound, self.room) if capped else self.compound
        lump = min(self.lump, self.room - compound) if capped else self.lump
        sums = {key: sum(getattr(one, key) for one in segment.paid)
                for key in ("cost", "interest", "principal", "delay")}
        return {
            "days": segment.days, "principal": amount(segment.principal), "interest": _exact(segment.interest),
            "base": amount(segment.compound_base), "compound": _exact(segment.compound), "room": _exact(segment.room),
            "term": _exact(self.term), "late": _exact(self.late), "capped": _exact(compound), "lump": _exact(lump),
            "due": amount(sum(map(round_half_up, (self.term, self.late, compound + lump)))),
            "delay": _exact(segment.delay),
            **{f"to_{key}": amount(cents) for key, cents in sums.items()}, "over": amount(segment.owed.surplus),
        }


def _exact(cents: Fraction) -> Decimal:
    """An exact amount in yuan to twelve places, as a cell holds it until it is computed anew."""
    return Decimal(round_half_up(cents * 10**10)).scaleb(-12)


def _rate(yearly: Fraction) -> Formula:
    return Formula(_fraction(yearly), float(yearly), "rate")


def _fraction(value: Fraction) -> str:
    return f"{value.numerator}/{value.denominator}"
