"""Settings of the whole cabinet."""

from __future__ import annotations

from sqlalchemy import select

from casedesk.records import Setting
from casedesk.records.rights import Right
from casedesk.store.cabinet import Store


def firm_name(store: Store) -> str:
    """The firm's name as documents bear it."""
    with store.read() as session:
        setting = session.scalars(select(Setting).where(Setting.key == "firm")).one_or_none()
        return str(setting.value.get("name", "")) if setting is not None else ""


def set_firm(store: Store, name: str) -> None:
    """Name the firm."""
    with store.work(Right.SETTINGS) as session:
        session.merge(Setting(key="firm", value={"name": name.strip()}))
