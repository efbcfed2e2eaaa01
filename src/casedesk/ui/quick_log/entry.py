"""What stands in the quick log: as typed for the draft, as an incident to be saved."""

from __future__ import annotations

import datetime as dt
import re
import uuid as uuids
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any, Self, TypeVar

from casedesk.base.errors import InvalidEntry
from casedesk.base.i18n import tr
from casedesk.base.typed_time import TypedTime, read_duration, read_time
from casedesk.records import Incident
from casedesk.records.words import Channel, Role

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

    from casedesk.casework.evidence import KeptFile

_T = TypeVar("_T")
PREFIX = "quick_log/"
"""What the keys of quick-log drafts begin with."""
_BETWEEN = re.compile(r"[,，、;；]")


@dataclass(frozen=True)
class Entry:
    """One incident as it is typed. `said_at` is when the time was typed: “-5m” means before that."""

    uuid: uuids.UUID
    said_at: dt.datetime
    matter_id: int | None = None
    zone: str = "Asia/Shanghai"
    time: str = ""
    channel: Channel = Channel.CALL
    answered: bool = True
    duration: str = ""
    number: str = ""
    reached: Role = Role.DEBTOR
    contact_person_id: int | None = None
    words: str = ""
    tags: str = ""

    @property
    def key(self) -> str:
        """The key its draft is kept under."""
        return f"{PREFIX}{self.uuid}"

    def moment(self) -> TypedTime:
        """The time understood; InvalidEntry names the field."""
        return _of_field("at", lambda: read_time(self.time, now=self.said_at, zone=self.zone))

    def seconds(self) -> int | None:
        """The duration understood; None for none and for what is no answered call."""
        if self.channel is not Channel.CALL or not self.answered or not self.duration.strip():
            return None
        return _of_field("duration", lambda: read_duration(self.duration))

    def tag_list(self) -> list[str]:
        """The tags, each once, in the order typed."""
        return list(dict.fromkeys(tag.strip() for tag in _BETWEEN.split(self.tags) if tag.strip()))

    def incident(self) -> Incident:
        """The incident to save; InvalidEntry names the first field that is not right."""
        if self.matter_id is None:
            raise InvalidEntry(tr("Choose the matter."), field="matter_id")
        moment = self.moment()
        return Incident(
            uuid=self.uuid, matter_id=self.matter_id, at=moment.at, zone=self.zone, precision=moment.precision,
            channel=self.channel, answered=self.answered if self.channel is Channel.CALL else None,
            duration=self.seconds(), number=self.number.strip(), reached=self.reached,
            contact_person_id=self.contact_person_id, words=self.words, tags=self.tag_list())

    def kept(self) -> dict[str, Any]:
        """As a draft holds it."""
        return {**asdict(self), "uuid": str(self.uuid), "said_at": self.said_at.isoformat(),
                "channel": self.channel.value, "reached": self.reached.value, "table": Incident.__tablename__}

    @classmethod
    def from_draft(cls, values: Mapping[str, Any]) -> Self:
        """What a draft holds."""
        known = {name: values[name] for name in cls.__dataclass_fields__ if name in values}
        return cls(**{**known, "uuid": uuids.UUID(values["uuid"]),
                      "said_at": dt.datetime.fromisoformat(values["said_at"]),
                      "channel": Channel(values["channel"]), "reached": Role(values["reached"])})

    def next_one(self, now: dt.datetime) -> Self:
        """An empty entry with the same matter and number."""
        return replace(self, uuid=uuids.uuid4(), said_at=now, time="", channel=Channel.CALL, answered=True,
                       duration="", reached=Role.DEBTOR, contact_person_id=None, words="", tags="")


def _of_field(name: str, read: Callable[[], _T]) -> _T:
    try:
        return read()
    except InvalidEntry as problem:
        raise InvalidEntry(problem.message, problem.hint, field=name) from None


def same(one: Entry, other: Entry) -> bool:
    """Whether nothing was typed between the two."""
    return replace(one, said_at=other.said_at, zone=other.zone) == other


def fresh(now: dt.datetime) -> Entry:
    """An entry with nothing in it."""
    return Entry(uuid=uuids.uuid4(), said_at=now)


@dataclass(eq=False)
class Attachment:
    """A picture or file put to an entry; `file` is there once it lies in the vault."""

    name: str
    file: KeptFile | None = None
    problem: str = ""
    drawn: QImage | None = field(default=None, repr=False)
