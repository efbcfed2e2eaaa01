"""The debt statement of a matter, from its records; and the rows a person adds to the prime rate."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from casedesk.base.errors import InvalidEntry
from casedesk.base.i18n import N_, tr
from casedesk.calc import lpr, setoff, statement as figures
from casedesk.calc.loan import Charge, Loan, Paid
from casedesk.calc.lpr import LprTable, Quote
from casedesk.calc.rates import read_rate
from casedesk.calc.said import Said, Source, said
from casedesk.calc.setoff import Owing, Share
from casedesk.records import Claim, Creditor, Debt, Guarantor, Matter, Payment, Setting
from casedesk.records.rights import Right
from casedesk.records.statement import DebtStatement
from casedesk.records.words import ClaimKind, Jurisdiction
from casedesk.store.cabinet import Store

_CHARGED = (ClaimKind.DAMAGES, ClaimKind.FEE, ClaimKind.COST)
_LPR = "lpr"
_FIRST_LPR, _LAST_LPR = dt.date(2019, 8, 20), dt.date(2150, 12, 31)


def statement(store: Store, debt_id: int, as_of: dt.date) -> DebtStatement:
    """What the creditor claims and what law supports on a day; InvalidEntry names the field that is in the way."""
    with store.read() as session:
        return statement_in(session, debt_id, as_of)


def statement_in(session: Session, debt_id: int, as_of: dt.date) -> DebtStatement:
    """The same within a session."""
    debt = session.scalars(select(Debt).where(Debt.id == debt_id)).one()
    creditor = session.scalars(select(Creditor).where(Creditor.id == debt.creditor_id)).one()
    matter = session.scalars(select(Matter).where(Matter.id == debt.matter_id)).one()
    claims = session.scalars(select(Claim).where(Claim.debt_id == debt_id).order_by(Claim.id)).all()
    payments = session.scalars(select(Payment).where(Payment.debt_id == debt_id)
                               .order_by(Payment.paid_on, Payment.id)).all()
    lender = creditor.kind.value if matter.jurisdiction is Jurisdiction.CN else ""
    loan = loan_of(debt, lender, claims, payments, as_of)
    result = figures.statement(loan, as_of, lpr_in(session), claimed=_claimed(claims), claimed_total=debt.claimed)
    return DebtStatement(debt_id, matter.id, matter.ref, debt.product.label, debt.contract_number, creditor.name,
                         debt.currency, result, tuple(_remarks(debt, lender, claims, as_of)))


def spread(store: Store, matter_id: int, creditor_id: int, amount: int, *, on: dt.date,
           chosen: int | None = None) -> tuple[list[Share], int]:
    """What each of a client's debts to one creditor gets of a payment (Civil Code 560, 561), and what is left over.

    `chosen` is the debt the client names; a share's key is the debt's id. InvalidEntry when a debt has no statement.
    """
    with store.read() as session:
        debts = session.scalars(select(Debt).where(
            Debt.matter_id == matter_id, Debt.creditor_id == creditor_id).order_by(Debt.id)).all()
        secured = set(session.scalars(select(Guarantor.debt_id).where(Guarantor.matter_id == matter_id)))
        found = [_owing(session, debt, debt.id in secured, on) for debt in debts]
    return setoff.distribute(amount, on, found, chosen)


def _owing(session: Session, debt: Debt, secured: bool, on: dt.date) -> Owing:
    allowed = statement_in(session, debt.id, on).result.allowed
    owed, last = allowed.owed, allowed.segments[-1].pace
    return Owing(debt.id, debt.due_on or on, owed.cost, owed.charges, owed.principal, int(secured), last.daily * 365)


def loan_of(debt: Debt, lender: str, claims: Sequence[Claim], payments: Sequence[Payment], as_of: dt.date) -> Loan:
    """The debt as the arithmetic wants it; InvalidEntry names what is missing."""
    released = debt.released_on or debt.contract_on
    if debt.principal is None:
        raise InvalidEntry(tr("The principal is not known."), tr("Fill in the principal of the debt."),
                           field="principal")
    if released is None:
        raise InvalidEntry(tr("The day the money was paid out is not known."),
                           tr("Fill in when the money was paid out."), field="released_on")
    when = debt.claimed_as_of or as_of
    return Loan(
        principal=debt.principal, released_on=released, lender=lender, product=debt.product.value,
        prepaid=debt.prepaid or 0, overdue_from=debt.overdue_since or debt.due_on, contract_on=debt.contract_on,
        rate=read_rate(debt.rate, "rate"), overdue_rate=read_rate(debt.overdue_rate, "overdue_rate"),
        year_days=debt.year_days, compounding=debt.compounding.value, suit_on=debt.suit_on,
        judged=debt.judged if lender else None, judged_until=debt.judged_until if lender else None,
        charges=tuple(Charge(claim.kind.value, claim.name, claim.amount or 0, claim.charged_on or when, claim.agreed,
                             claim.disclosed) for claim in claims if claim.kind in _CHARGED),
        payments=tuple(Paid(one.paid_on, one.amount, one.id) for one in payments
                       if one.paid_on is not None and one.amount is not None))


def _claimed(claims: Sequence[Claim]) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for claim in claims:
        if claim.kind not in _CHARGED:
            found[claim.kind.value] += claim.amount or 0
    return found


def _remarks(debt: Debt, lender: str, claims: Sequence[Claim], as_of: dt.date) -> list[Said]:
    found = []
    if debt.claimed_as_of is not None and debt.claimed_as_of != as_of and (claims or debt.claimed is not None):
        found.append(said(N_("The creditor's figures are of {theirs}, ours of {ours}."), theirs=debt.claimed_as_of,
                          ours=as_of))
    if debt.fees and not any(claim.kind in _CHARGED for claim in claims):
        found.append(said(N_("Fees are noted in words only and are in no column; enter each as a claimed line.")))
    if debt.judged is not None and not lender:
        found.append(said(N_("Interest after the judgment is not counted under this law.")))
    if debt.released_on is None:
        found.append(said(N_("The day of the payout is not known; that of the contract is taken.")))
    return found


def rate_doubt(text: str) -> str:
    """What a statement says of a rate it cannot count with; empty when it can. The record keeps what was typed."""
    try:
        read_rate(text)
    except InvalidEntry as problem:
        return str(problem)
    return ""


def lpr_table(store: Store) -> LprTable:
    """The prime rates the program ships with the rows people added."""
    with store.read() as session:
        return lpr_in(session)


def lpr_in(session: Session) -> LprTable:
    """The same within a session."""
    setting = session.scalars(select(Setting).where(Setting.key == _LPR)).one_or_none()
    rows = setting.value.get("rows", []) if setting is not None else []
    return lpr.shipped().with_rows([
        Quote(dt.date.fromisoformat(row["since"]), Fraction(row["one"]) / 100, Fraction(row["five"]) / 100,
              Source(row["source"], "U")) for row in rows])


def add_lpr(store: Store, since: dt.date, one: str, five: str, source: str) -> None:
    """Add an announcement ('3.00' per cent) the program does not know; one of the same day replaces it."""
    store.require(Right.RULES)
    if not _FIRST_LPR <= since <= _LAST_LPR:
        raise InvalidEntry(tr("Prime rates are announced since 2019-08-20."), tr("Look at the date."), field="since")
    for name, text in (("one", one), ("five", five)):
        bare = text.strip(" %％")
        rate = read_rate(f"{bare} %", name) if bare else None
        if rate is None or rate.value > Fraction(1, 4):
            raise InvalidEntry(tr("“{text}” is not a prime rate.", text=text), tr("Type it like 3.00."), field=name)
    if not source.strip():
        raise InvalidEntry(tr("Say where the announcement was seen."), field="source")
    row = {"since": since.isoformat(), "one": one.rstrip(" %％"), "five": five.rstrip(" %％"), "source": source.strip()}
    with store.work(Right.RULES) as session:
        setting = session.scalars(select(Setting).where(Setting.key == _LPR)).one_or_none()
        rows = [had for had in (setting.value.get("rows", []) if setting else []) if had["since"] != row["since"]]
        session.merge(Setting(key=_LPR, value={"rows": [*rows, row]}))
