"""Kept files with their hash and custody."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casedesk.base.fields import field
from casedesk.base.i18n import N_
from casedesk.records.record import OfMatter, Record
from casedesk.records.words import CustodyAction, EvidenceForm, EvidenceKind

_WHAT, _ORIGIN, _FILE = N_("What it is"), N_("Origin"), N_("File")


class Evidence(OfMatter, Record):
    """A kept file: never altered, known by its SHA-256."""

    __tablename__ = "evidence"
    title, titles = N_("Evidence"), N_("Evidence")

    name: Mapped[str] = mapped_column(
        default="", info=field(N_("Name of the evidence"), group=_WHAT, required=True, width=60, in_table=True))
    kind: Mapped[EvidenceKind] = mapped_column(
        default=EvidenceKind.ELECTRONIC, info=field(N_("Kind of evidence"), group=_WHAT, in_table=True))
    fact: Mapped[str] = mapped_column(
        default="", info=field(N_("Fact to be proved"), N_("Evidence of one fact forms one group of the list"),
                               group=_WHAT, width=60, in_table=True))
    proves: Mapped[str] = mapped_column(
        default="", info=field(N_("What it proves"), group=_WHAT, lines=2, width=80))
    dated: Mapped[dt.date | None] = mapped_column(
        default=None, info=field(N_("Date of the document"), group=_WHAT, in_table=True))
    form: Mapped[EvidenceForm] = mapped_column(
        default=EvidenceForm.COPY, info=field(N_("Original or copy"), group=_WHAT))
    copies: Mapped[int] = mapped_column(default=1, info=field(N_("Copies"), group=_WHAT, width=6))
    position: Mapped[int | None] = mapped_column(
        default=None, info=field(N_("Place in its group"), N_("Empty: by date"), group=_WHAT, width=6))
    in_bundle: Mapped[bool] = mapped_column(
        default=True, info=field(N_("Goes into the bundle"), group=_WHAT, in_table=True))
    privileged: Mapped[bool] = mapped_column(
        default=False, info=field(N_("Privileged"), N_("Left out of every document that leaves the firm"),
                                  group=_WHAT))
    source: Mapped[str] = mapped_column(
        default="", info=field(N_("Source"), N_("Who had it and gave it to us"), group=_ORIGIN, width=60,
                               in_table=True))
    carrier: Mapped[str] = mapped_column(
        default="", info=field(N_("Original carrier"), N_("Phone, SIM or account where the original is kept"),
                               group=_ORIGIN, width=48))
    captured_at: Mapped[dt.datetime | None] = mapped_column(
        default=None, info=field(N_("Captured at"), group=_ORIGIN))
    captured_by: Mapped[str] = mapped_column(default="", info=field(N_("Captured by"), group=_ORIGIN))
    captured_how: Mapped[str] = mapped_column(
        default="", info=field(N_("Captured how"), N_("Screenshot on the phone, export by ..., version"),
                               group=_ORIGIN, width=60))
    notary_deed: Mapped[str] = mapped_column(default="", info=field(N_("Notary deed no."), group=_ORIGIN))
    transcript: Mapped[str] = mapped_column(
        default="", info=field(N_("Transcript"), N_("Of a recording: who says what, with the second"), group=_FILE,
                               lines=6, width=80))
    machine_text: Mapped[str] = mapped_column(
        default="", info=field(N_("Text read by machine"), N_("For searching alone; nobody checked it"), hidden=True))
    machine_scores: Mapped[list[str]] = mapped_column(
        default_factory=list, info=field(N_("How sure the machine was"), hidden=True))
    """For each line of it, from 0 to 1."""
    maskings: Mapped[list[str]] = mapped_column(
        default_factory=list, info=field(N_("Masked for recipients"), hidden=True))
    password: Mapped[str] = mapped_column(
        default="", info=field(N_("Password of the file"), group=_FILE, masked=True))
    file_name: Mapped[str] = mapped_column(default="", info=field(N_("File name"), hidden=True, in_table=True))
    original_path: Mapped[str] = mapped_column(default="", info=field(N_("Path it came from"), hidden=True))
    file_changed_at: Mapped[dt.datetime | None] = mapped_column(
        default=None, info=field(N_("File changed at"), hidden=True))
    media_type: Mapped[str] = mapped_column(default="", info=field(N_("Type"), hidden=True, in_table=True))
    size: Mapped[int] = mapped_column(
        BigInteger, default=0, info=field(N_("Size"), hidden=True, unit=N_("bytes"), in_table=True))
    sha256: Mapped[str] = mapped_column(default="", index=True, info=field(N_("SHA-256"), hidden=True))
    duration: Mapped[int | None] = mapped_column(
        default=None, info=field(N_("Duration"), hidden=True, unit=N_("s")))
    derived_from_id: Mapped[int | None] = mapped_column(
        ForeignKey("evidence.id"), default=None, info=field(N_("Made from"), group=_FILE))
    vault_name: Mapped[str] = mapped_column(default="", index=True)
    vault_key: Mapped[bytes] = mapped_column(LargeBinary, default=b"")

    @property
    def caption(self) -> str:
        return self.name or self.file_name


class EvidenceLink(OfMatter, Record):
    """Evidence that shows an incident."""

    __tablename__ = "evidence_link"
    title, titles = N_("Link"), N_("Links")
    __table_args__ = (UniqueConstraint("evidence_id", "incident_id", "deleted_at"),)

    evidence_id: Mapped[int] = mapped_column(
        ForeignKey("evidence.id"), info=field(N_("Evidence"), required=True, in_table=True))
    incident_id: Mapped[int] = mapped_column(
        ForeignKey("incident.id"), index=True, info=field(N_("Incident"), required=True, in_table=True))


class CustodyEvent(OfMatter, Record):
    """What happened to a kept file, and the hash it had then."""

    __tablename__ = "custody_event"
    title, titles = N_("Custody event"), N_("Custody events")

    evidence_id: Mapped[int] = mapped_column(
        ForeignKey("evidence.id"), index=True, info=field(N_("Evidence"), required=True, hidden=True))
    at: Mapped[dt.datetime] = mapped_column(info=field(N_("Time"), hidden=True, in_table=True))
    who: Mapped[str] = mapped_column(default="", info=field(N_("Who"), hidden=True, in_table=True))
    action: Mapped[CustodyAction] = mapped_column(
        default=CustodyAction.RECEIVED, info=field(N_("Action"), hidden=True, in_table=True))
    digest: Mapped[str] = mapped_column(
        default="", info=field(N_("SHA-256"), hidden=True, in_table=True))
    notes: Mapped[str] = mapped_column(default="", info=field(N_("Notes"), hidden=True, in_table=True))
