"""Which page shows which place."""

from __future__ import annotations

from casedesk.ui.office import Office
from casedesk.ui.pages.page import Page
from casedesk.ui.places import Place


def make(office: Office, place: Place) -> Page:
    """The page of a place, made when it is first gone to."""
    match place.page:
        case "desk":
            from casedesk.ui.pages.desk import DeskPage

            return DeskPage(office)
        case "matter":
            from casedesk.ui.pages.matter import MatterPage

            assert place.matter is not None
            return MatterPage(office, place.matter)
        case "trash":
            from casedesk.ui.pages.trash import TrashPage

            return TrashPage(office)
        case "settings":
            from casedesk.ui.pages.settings import SettingsPage

            return SettingsPage(office)
    from casedesk.ui.pages import lists

    return lists.make(office, place.page)
