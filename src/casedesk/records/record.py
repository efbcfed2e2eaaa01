"""What every record has, and how its values are stored."""

from __future__ import annotations

import datetime as dt
import enum
import uuid
from collections.abc import Iterator
from typing import Any, ClassVar

from sqlalchemy import JSON, BigInteger, Column, Dialect, Enum, ForeignKey, Index, Integer, MetaData, Table, Text, Uuid
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, declared_attr, mapped_column
from sqlalchemy.types import TypeDecorator

from casedesk.base import times
from casedesk.base.fields import Field, field_of


class UtcTime(TypeDecorator[dt.datetime]):
    """An aware time, kept as milliseconds since 1970 UTC; a naive one raises ValueError."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else times.to_millis(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> dt.datetime | None:
        return None if value is None else times.from_millis(value)


class Record(MappedAsDataclass, DeclarativeBase, kw_only=True, repr=False, eq=False):
    """A record of the cabinet: known by its UUID, locked by its version, stamped with who and when."""

    metadata = MetaData(naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "pk": "pk_%(table_name)s",
    })
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: Text(),
        dt.datetime: UtcTime(),
        uuid.UUID: Uuid(),
        list[str]: JSON(),
        enum.Enum: Enum(enum.Enum, native_enum=False, create_constraint=False, length=32,
                        values_callable=lambda kind: [member.value for member in kind]),
    }
    title: ClassVar[str] = ""
    """What one such record is called, in English; translated where shown."""
    titles: ClassVar[str] = ""

    id: Mapped[int] = mapped_column(Integer, primary_key=True, init=False)
    uuid: Mapped[uuid.UUID] = mapped_column(unique=True, default_factory=uuid.uuid4)
    version: Mapped[int] = mapped_column(init=False, default=1)
    created_at: Mapped[dt.datetime] = mapped_column(init=False, default=times.EPOCH)
    created_by: Mapped[str] = mapped_column(init=False, default="")
    changed_at: Mapped[dt.datetime] = mapped_column(init=False, default=times.EPOCH)
    changed_by: Mapped[str] = mapped_column(init=False, default="")
    deleted_at: Mapped[dt.datetime | None] = mapped_column(init=False, default=None)
    """Set while the record lies in the trash; records deleted together share the moment."""

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805
        return {"version_id_col": cls.__table__.c.version} if "__table__" in vars(cls) else {}

    @property
    def caption(self) -> str:
        """How a person would call this record in a list or a sentence."""
        return str(self.uuid)

    def settle(self) -> None:
        """Bring the columns that follow from others into line before saving; raises InvalidEntry."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.uuid})"  # no client data in a log or a crash report


class OfMatter(MappedAsDataclass, kw_only=True, repr=False, eq=False):
    """A record that belongs to one matter."""

    matter_id: Mapped[int] = mapped_column(ForeignKey("matter.id"), index=True)


def columns(record: type[Record]) -> Iterator[tuple[Column[Any], Field]]:
    """The declared columns of a record in the order a form shows them."""
    table = record.__table__
    assert isinstance(table, Table)
    for column in table.columns:
        declared = field_of(column)
        if declared is not None:
            yield column, declared


def listing_index(table: str, column: str) -> Index:
    """An index that lets a list of any length open sorted by the column: those not in the trash, in order."""
    return Index(f"ix_{table}_list_{column}", "deleted_at", column)
