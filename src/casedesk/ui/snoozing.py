"""Reminders put off: in one hour, or tomorrow at nine; what is put off stays on the Desk and is told again then."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from casedesk.base.i18n import N_, tr

if TYPE_CHECKING:
    from casedesk.ui.office import Office

_MORNING = dt.time(9)


def in_one_hour(now: dt.datetime) -> dt.datetime:
    """An hour from now."""
    return now + dt.timedelta(hours=1)


def tomorrow(now: dt.datetime) -> dt.datetime:
    """Nine in the morning of the next day, by this machine's clock."""
    return dt.datetime.combine(now.date() + dt.timedelta(days=1), _MORNING).astimezone()


CHOICES: tuple[tuple[str, Callable[[dt.datetime], dt.datetime]], ...] = (
    (N_("Remind again in one hour"), in_one_hour), (N_("Remind again tomorrow"), tomorrow))


def fill(menu: QMenu, chosen: Callable[[Callable[[dt.datetime], dt.datetime]], object]) -> list[QAction]:
    """Put the choices into a menu; `chosen` is told which."""
    actions = []
    for name, until in CHOICES:
        action = menu.addAction(tr(name))
        action.triggered.connect(partial(chosen, until))
        actions.append(action)
    return actions


def put_off(office: Office, uuids: Iterable[str], until: dt.datetime) -> None:
    """Tell of these (UUIDs in hex) again at a time, and not before."""
    office.preferences.keep_snoozed({**office.preferences.snoozed, **dict.fromkeys(uuids, until)})
    office.say(tr("Reminded again on {day} at {time}.", day=f"{until:%m-%d}", time=f"{until:%H:%M}"))
    office.snoozed.emit()
