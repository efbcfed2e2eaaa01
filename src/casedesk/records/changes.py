"""Who changed which field from what to what, chained; and what was typed but not yet saved."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, Integer, Text, Uuid
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, mapped_column

from casedesk.records.record import Record, UtcTime


class Log(MappedAsDataclass, DeclarativeBase, kw_only=True, repr=False, eq=False):
    """What the cabinet keeps about the records; itself neither versioned nor deleted."""

    metadata = Record.metadata
    type_annotation_map = {  # noqa: RUF012 - read once by SQLAlchemy
        str: Text(), dt.datetime: UtcTime(), uuid.UUID: Uuid(), dict[str, Any]: JSON(),
    }


class Change(Log):
    """One record's change in one unit of work; `hash` covers the row and the `hash` of the row before."""

    __tablename__ = "change"
    __table_args__ = (Index("ix_change_record", "record"), Index("ix_change_matter_id_seq", "matter_id", "seq"))

    seq: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    at: Mapped[dt.datetime]
    who: Mapped[str]
    action: Mapped[str]
    """add, edit, delete (to the trash), restore, or purge."""
    kind: Mapped[str]
    """The table of the record."""
    record: Mapped[uuid.UUID]
    matter_id: Mapped[int | None]
    fields: Mapped[dict[str, Any]]
    """Column name -> [old, new]."""
    hash: Mapped[str]


class Draft(Log):
    """What was typed and not yet saved: one entry form's values, kept until saved or thrown away."""

    __tablename__ = "draft"

    key: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[dt.datetime]
    values: Mapped[dict[str, Any]]


class Setting(Log):
    """A setting of the whole cabinet (the firm's name, ...)."""

    __tablename__ = "setting"

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[dict[str, Any]]
