"""Write the sample matters (resources/sample/*.zip) with the program's own verbs. All names and numbers are invented.

Run: uv run python packaging/sample/build.py
"""

from __future__ import annotations

import datetime as dt
import random
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from matters import english_matter, main_matter, settled_matter, us_matter
from sqlalchemy import select
from sqlalchemy.orm import Session

from casedesk.casework import evidence as intake, exchange
from casedesk.casework.incidents import assign
from casedesk.records import (
    Client,
    Evidence,
    EvidenceLink,
    Incident,
    IncidentSource,
    Matter,
    Record,
)
from casedesk.records.words import Channel, Direction, SourceKind
from casedesk.store.cabinet import Store
from casedesk.store.keys import Cost

OUT = Path(__file__).parents[2] / "resources" / "sample"
R = TypeVar("R", bound=Record)


@dataclass
class Desk:
    """One matter being written down."""

    store: Store
    session: Session
    folder: Path
    random: random.Random
    matter: Matter | None = None

    def open(self, client: Client, **facts: Any) -> Matter:
        self.add(client)
        self.matter = self.add(Matter(client_id=client.id, **facts))
        return self.matter

    def add(self, record: R) -> R:
        self.session.add(record)
        self.session.flush()
        return record

    @property
    def of(self) -> dict[str, int]:
        assert self.matter is not None
        return {"matter_id": self.matter.id}

    def log(self, at: str, channel: Channel = Channel.CALL, source: SourceKind = SourceKind.MEMORY,
            **facts: Any) -> Incident:
        assert self.matter is not None
        moment = dt.datetime.fromisoformat(at).replace(tzinfo=ZoneInfo(self.matter.zone)).astimezone(dt.UTC)
        incident = Incident(**self.of, at=moment, zone=self.matter.zone, channel=channel, direction=Direction.IN,
                            **facts)
        assign(self.session, incident)
        self.add(incident)
        self.add(IncidentSource(**self.of, incident_id=incident.id, kind=source))
        return incident

    def keep(self, file_name: str, content: bytes, shows: Sequence[Incident] = (), **facts: Any) -> Evidence:
        path = self.folder / file_name
        path.write_bytes(content)
        kept = intake.keep_file(self.store, path)
        evidence = intake.enter(self.session, kept, self.of["matter_id"])
        for name, value in facts.items():
            setattr(evidence, name, value)
        for incident in shows:
            self.add(EvidenceLink(**self.of, evidence_id=evidence.id, incident_id=incident.id))
        return evidence


def write(matter_of: Any, out: Path) -> None:
    """One sample matter as an exchange file."""
    with tempfile.TemporaryDirectory() as scratch:
        cabinet, files = Path(scratch, "cabinet"), Path(scratch, "files")
        files.mkdir()
        store, _ = Store.create(cabinet, "sample", who="王律师", cost=Cost(memory=64, passes=1, lanes=1))
        with store, store.work() as session:
            matter_of(Desk(store, session, files, random.Random(20261124)))
        with store:
            with store.read() as session:
                ref = session.scalars(select(Matter.ref)).one()
            exchange.export(store, ref, out)


if __name__ == "__main__":
    OUT.mkdir(exist_ok=True)
    for number, matter_of in enumerate((main_matter, settled_matter, english_matter, us_matter), 1):
        write(matter_of, OUT / f"{number}-{matter_of.__name__.replace('_', '-')}.zip")
