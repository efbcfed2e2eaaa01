"""Limits of courts and places of filing that are known, by resources/tables/courts.toml; a form's own may be others."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from functools import cache

from casedesk.base.errors import InvalidEntry
from casedesk.base.i18n import tr
from casedesk.base.keys import Keys
from casedesk.base.resources import resource
from casedesk.casework.forms import Form, Portal, Texts, portal_of


@dataclass(frozen=True)
class Court:
    """A court or place of filing, whose id begins with its jurisdiction."""

    id: str
    title: Texts
    portal: Portal


@cache
def courts() -> dict[str, Court]:
    """All that are known, by id."""
    text = (resource("tables") / "courts.toml").read_text(encoding="utf-8")
    found = {}
    for entry in tomllib.loads(text)["court"]:
        keys = Keys(entry, "courts.toml", str(entry.get("id", "")))
        court = Court(keys.get("id", str), keys.both("title"), portal_of(keys))
        found[court.id] = court
    return found


def offered(form: Form) -> list[Court]:
    """Those that may take what is filed by a form; none where its own portal is the only place."""
    return [one for one in courts().values() if form.group == "court" and one.id.startswith(f"{form.jurisdiction}-")]


def filed_at(form: Form, name: str) -> Form:
    """The form with the limits of a court, none where the name is empty; InvalidEntry names those there are."""
    if not name:
        return form
    known = {one.id: one for one in offered(form)}
    if name not in known:
        raise InvalidEntry(tr("No limits of “{name}” are known for this form.", name=name),
                           tr("Known are: {names}.", names=", ".join(known) or "-"), field="court")
    limits, own = known[name].portal, form.portal
    return replace(form, portal=limits if own is None else replace(limits, types=own.types, max_text=own.max_text))
