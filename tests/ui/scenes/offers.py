"""A call in which something was offered, and what can be written down from it."""

from __future__ import annotations

from sqlalchemy import select

from casedesk.records import Offer
from casedesk.ui.pages.incidents import IncidentsPanel
from tests.ui.scenes.stage import Stage


def incident_offers(stage: Stage) -> None:
    """The first call an offer was made in."""
    assert stage.window.office is not None
    with stage.window.office.store.read() as session:
        matter, call = session.execute(select(Offer.matter_id, Offer.incident_id).order_by(
            Offer.incident_id.is_(None), Offer.id)).first() or (1, None)
    stage.go("matter", matter, "incidents", call)
    [panel] = stage.page.findChildren(IncidentsPanel)
    if call is None:
        panel.table.view.selectRow(0)
        stage.settle()
    panel.pane.scroller.ensureWidgetVisible(panel.offers)
