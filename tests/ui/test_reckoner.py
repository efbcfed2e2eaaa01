"""Court fees, a payment over several debts and an added prime rate, as they are typed."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from casedesk.casework.records import save
from casedesk.casework.statement import lpr_table
from casedesk.records import Creditor, Debt, Matter, Record
from casedesk.records.words import CreditorKind, Product
from casedesk.store.cabinet import Store
from casedesk.ui.debts.reckoner import ReckonerPanel
from casedesk.ui.office import Office
from casedesk.ui.pages.matter_facts import Reading

D = dt.date
Quiet = Callable[[], None]


def add(store: Store, record: type[Record], /, **values: Any) -> int:
    return save(store, record, values, uuid=uuid.uuid4()).id


@pytest.fixture
def panel(office: Office, store: Store, matter: Matter, shown: Callable[[QWidget], QWidget],
          quiet: Quiet) -> ReckonerPanel:
    creditor = add(store, Creditor, name="Bank", kind=CreditorKind.BANK)
    for number, principal in (("A", 1_000_000), ("B", 2_000_000)):
        add(store, Debt, matter_id=matter.id, creditor_id=creditor, product=Product.CONSUMER_LOAN,
            contract_number=number, principal=principal, released_on=D(2025, 1, 1), due_on=D(2025, 6, 1))
    facts = Reading(store, matter.id)()
    assert facts is not None
    made = ReckonerPanel(office, facts)
    shown(made)
    quiet()
    return made


def test_fees_follow_what_is_typed(panel: ReckonerPanel) -> None:
    QTest.keyClicks(panel.claim, "2345678.90")
    assert [panel.fees.text_at(row, 1) for row in range(3)] == ["25,565.43", "12,782.72", "8,521.81"]
    QTest.keyClicks(panel.claim, "x")
    assert panel.problems[0].isVisible()
    assert panel.claim.text() == "2345678.90x"


def test_a_payment_goes_where_the_client_says_and_every_cent_somewhere(panel: ReckonerPanel, quiet: Quiet) -> None:
    QTest.keyClicks(panel.payment, "5000")
    quiet()
    assert panel.shares.text_at(panel.shares.rowCount() - 1, 1) == "0.00"
    panel.debt.setCurrentIndex(2)
    quiet()
    assert panel.shares.text_at(0, 0).endswith("B")
    assert panel.shares.text_at(0, 1) == "5,000.00"


def test_what_cannot_be_paid_is_said_and_leaves_no_shares(panel: ReckonerPanel, quiet: Quiet) -> None:
    QTest.keyClicks(panel.payment, "1e15")  # the shares of 1 must not come in afterwards
    quiet()
    assert panel.problems[1].isVisible()
    assert panel.shares.rowCount() == 0
    for typed, wrong in (("-5", True), ("0", False)):
        panel.payment.selectAll()
        QTest.keyClicks(panel.payment, typed)
        quiet()
        assert panel.problems[1].isVisible() is wrong


def test_an_announced_rate_is_added_with_its_source(panel: ReckonerPanel, store: Store, quiet: Quiet) -> None:
    panel.add.click()
    assert panel.problems[2].isVisible()
    for line, text in ((panel.since, "2026-10-20"), (panel.one, "2.9"), (panel.five, "3.4")):
        QTest.keyClicks(line, text)
    panel.add.click()
    quiet()
    assert "where" in panel.problems[2].text()
    QTest.keyClicks(panel.source, "chinamoney.com.cn")
    panel.add.click()
    quiet()
    quote = lpr_table(store).at(D(2026, 10, 25))
    assert (str(quote.one), quote.source.citation) == ("29/1000", "chinamoney.com.cn")
    assert panel.since.text() == ""
    assert "2026-10-20" in [panel.rates.text_at(row, 0) for row in range(panel.rates.rowCount())]
