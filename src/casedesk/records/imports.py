"""One file taken in at one time, and what became of its rows."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from casedesk.base import times
from casedesk.base.fields import field
from casedesk.base.i18n import N_
from casedesk.records.record import OfMatter, Record


class ImportBatch(OfMatter, Record):
    """An import of one file: read = imported + duplicates + merged + excluded + lost, always."""

    __tablename__ = "import_batch"
    title, titles = N_("Import"), N_("Imports")

    at: Mapped[dt.datetime] = mapped_column(
        default_factory=times.now, info=field(N_("Imported at"), hidden=True, in_table=True))
    evidence_id: Mapped[int | None] = mapped_column(
        ForeignKey("evidence.id"), default=None, index=True, info=field(N_("File"), hidden=True, in_table=True))
    brought: Mapped[bool] = mapped_column(
        default=False, info=field(N_("The file came with it"), hidden=True))
    file_name: Mapped[str] = mapped_column(default="", info=field(N_("File name"), hidden=True, in_table=True))
    format: Mapped[str] = mapped_column(default="", info=field(N_("Format"), hidden=True, in_table=True))
    zone: Mapped[str] = mapped_column(default="", info=field(N_("Time zone"), hidden=True))
    options: Mapped[list[str]] = mapped_column(default_factory=list, info=field(N_("Choices"), hidden=True))
    """What the person chose, as key=value."""
    read: Mapped[int] = mapped_column(default=0, info=field(N_("Rows read"), hidden=True, in_table=True))
    imported: Mapped[int] = mapped_column(default=0, info=field(N_("Imported"), hidden=True, in_table=True))
    duplicates: Mapped[int] = mapped_column(default=0, info=field(N_("Duplicates"), hidden=True, in_table=True))
    merged: Mapped[int] = mapped_column(default=0, info=field(N_("Confirmed known ones"), hidden=True, in_table=True))
    excluded: Mapped[int] = mapped_column(default=0, info=field(N_("Left out"), hidden=True, in_table=True))
    lost: Mapped[int] = mapped_column(default=0, info=field(N_("Could not be read"), hidden=True, in_table=True))
    problems: Mapped[list[str]] = mapped_column(default_factory=list, info=field(N_("Problems"), hidden=True))

    @property
    def caption(self) -> str:
        return self.file_name
