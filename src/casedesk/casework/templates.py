"""The firm's own DOCX templates: kept in the cabinet with its settings, one for a form, or one for all letters.

A template is filled, never run: places like {{client.name}}, and a paragraph {{text}} that takes the whole letter.
"""

from __future__ import annotations

import base64
import datetime as dt
import io
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import select

from casedesk.base.errors import InvalidEntry
from casedesk.base.i18n import tr
from casedesk.casework.forms import find_form, forms
from casedesk.records import Client, Matter, Setting
from casedesk.records.dossier import Dossier
from casedesk.records.rights import Right
from casedesk.store.cabinet import Store

LETTERHEAD = "letterhead"
"""The template for every letter whose form has none of its own."""
MOST = 5_000_000


def keep(store: Store, file: Path, form_id: str = LETTERHEAD) -> list[str]:
    """Keep a DOCX as the template of a form, or as letterhead; answers the places in it that name nothing.

    InvalidEntry when it cannot be read, DocumentError when it is no template.
    """
    from casedesk.exports.letters import places

    store.require(Right.RULES)
    if form_id != LETTERHEAD:
        find_form(form_id)
    try:
        data = file.read_bytes()
    except OSError as problem:
        raise InvalidEntry(tr("{path} cannot be read ({reason}).", path=file, reason=problem.strerror or problem),
                           tr("Check the path."), field="template") from problem
    if len(data) > MOST:
        raise InvalidEntry(tr("The template is larger than 5 MB."), tr("Make its pictures smaller."), field="template")
    places.check(data)
    with store.work(Right.RULES) as session:
        session.merge(Setting(key=_key(form_id), value={"docx": base64.b64encode(data).decode()}))
    return _nameless(places.named(data), form_id)


def _nameless(paths: Sequence[str], form_id: str) -> list[str]:
    """The places that would name nothing in whatever matter."""
    from casedesk.casework.lacking import place_at
    from casedesk.exports.bundle.profiles import profile
    from casedesk.exports.letters.choice import Asked, Choice
    from casedesk.exports.letters.told import told

    used = forms().values() if form_id == LETTERHEAD else [find_form(form_id)]
    empty = Dossier(matter=Matter(client_id=0), client=Client(), incidents=(), incident_count=0,
                    open_file=lambda _: io.BytesIO())
    values = told(empty, profile("cn-court", "zh"), Choice(), [
        Asked(one.name, "") for form in used for one in form.asked],
        on=dt.datetime.now().astimezone().date())
    values |= dict.fromkeys(("basis", "title", "addressee"), "")

    def names(path: str) -> bool:
        try:
            return place_at(values, path) is not values
        except (KeyError, TypeError):
            return False

    return [one for one in paths if not names(one)]


def forget(store: Store, form_id: str = LETTERHEAD) -> None:
    """Letters of this form, or all without a template of their own, are plain again."""
    with store.work(Right.RULES) as session:
        for setting in session.scalars(select(Setting).where(Setting.key == _key(form_id))):
            session.delete(setting)


def kept(store: Store) -> list[str]:
    """The forms that have a template of their own, the letterhead first."""
    with store.read() as session:
        keys = session.scalars(select(Setting.key).where(Setting.key.startswith(_key(""))))
        return sorted((key.removeprefix(_key("")) for key in keys), key=lambda name: (name != LETTERHEAD, name))


def of_form(store: Store, form_id: str) -> bytes | None:
    """The DOCX to write a form's letter into; None for a plain one."""
    with store.read() as session:
        found = {one.key: one.value for one in session.scalars(
            select(Setting).where(Setting.key.in_([_key(form_id), _key(LETTERHEAD)])))}
    chosen = found.get(_key(form_id)) or found.get(_key(LETTERHEAD))
    return base64.b64decode(chosen["docx"]) if chosen else None


def _key(form_id: str) -> str:
    return f"template:{form_id}"
