"""What all parts of a bundle need while it is drawn: the records, the plan, the words, and how things are written."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import itemgetter
from pathlib import Path

from casedesk.base import times
from casedesk.base.i18n import N_, Language, Say
from casedesk.base.typed_time import Precision
from casedesk.exports.bundle.front import Front
from casedesk.exports.bundle.plan import NOTHING, Cited, Exhibit, Filed, Group, sheet_key
from casedesk.exports.bundle.profiles import Profile
from casedesk.exports.statistics import Statistics
from casedesk.records.dossier import Dossier
from casedesk.records.evidence import Evidence
from casedesk.records.findings import Finding
from casedesk.records.incidents import Incident, IncidentSource
from casedesk.records.matters import Notice
from casedesk.records.words import Channel, Direction, Role, Severity

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December")
DATE = N_("{day} {month} {year}")
INDICATOR = N_("An indicator for a lawyer's review; not a finding that anybody broke a rule.")


@dataclass(frozen=True, kw_only=True)
class Options:
    """What a person may choose beyond the profile."""

    dated: dt.date | None = None
    """The date on the cover; without it, the day of the latest change."""
    party: str = ""
    """Who hands the bundle in; without it, the client."""
    columns: tuple[str, ...] = ()
    """Of the index; without any, those of the profile."""
    leave_out: frozenset[str] = frozenset()
    """Of cover, index, statistics, chronology, sheets."""
    annexes: frozenset[str] = frozenset()
    """Of statement, negotiation, schedule: none of them goes to anybody unless it was chosen."""
    sheets_at_most: int = 2000
    """With more incidents than this there are no incident sheets; the chronology holds all words."""
    pictures_a_sheet: int = 1
    """1, 2, 4, 6 or 9 pictures share a sheet."""
    filed: Filed = NOTHING
    """What was filed before, where this bundle supplements it."""
    cited: Mapping[uuid.UUID, Cited] = field(default_factory=dict)
    """Evidence that was filed before, and where it stood then."""
    office: Path | None = None
    """LibreOffice's program, to draw office documents; without it they get a slip sheet."""


@dataclass
class Draft:
    """A bundle while it is drawn."""

    dossier: Dossier
    profile: Profile
    lang: Language
    say: Say
    options: Options
    groups: Sequence[Group]
    front: Front
    statistics: Statistics
    ordinals: dict[int, int] = field(default_factory=dict)
    """Incident id -> its number in the chronology, of those that something refers to."""
    sheet_titles: dict[int, str] = field(default_factory=dict)
    """Incident id -> what its sheet's bookmark says, in order."""
    held: dict[int, bytes] = field(default_factory=dict)
    """Evidence id -> the bytes of a small file."""
    latest: dt.datetime = times.EPOCH

    @property
    def exhibits(self) -> list[Exhibit]:
        return [exhibit for group in self.groups for exhibit in group.exhibits]

    @property
    def zone(self) -> str:
        return self.dossier.matter.zone

    @property
    def has_sheets(self) -> bool:
        return self.wants("sheets") and 0 < self.dossier.incident_count <= self.options.sheets_at_most

    @property
    def party(self) -> str:
        return self.options.party or self.dossier.client.name

    @property
    def dated(self) -> dt.date:
        return self.options.dated or times.day(self.latest, self.zone)

    def fact(self, group: Group) -> str:
        """What the group proves; the group without a fact is further evidence beside the others."""
        return group.fact or (self.say("Further evidence") if len(self.groups) > 1 else "")

    def cited(self, exhibit: Exhibit) -> str:
        """Where the exhibit stood in what was filed before; empty for a new one."""
        was = self.options.cited.get(exhibit.evidence.uuid)
        return self.say("As filed on {day}: {number}, pages {pages}", **was._asdict()) if was else ""

    @property
    def supplements(self) -> bool:
        """Whether this bundle runs on from one that was filed before."""
        return self.options.filed.pages > 0

    def titled(self, title: str) -> str:
        """The title of the cover or the list, marked where the bundle supplements an earlier one."""
        return self.say("Supplementary: {title}", title=title) if self.supplements else title

    def wants(self, part: str) -> bool:
        return part not in self.options.leave_out

    @cached_property
    def by_evidence(self) -> dict[int, Exhibit]:
        return {exhibit.evidence.id: exhibit for exhibit in self.exhibits}

    @cached_property
    def sources(self) -> dict[int, list[IncidentSource]]:
        found: dict[int, list[IncidentSource]] = defaultdict(list)
        for source in self.dossier.sources:
            found[source.incident_id].append(source)
        return found

    @cached_property
    def findings(self) -> list[Finding]:
        """The confirmed ones, the gravest first."""
        return sorted(self.dossier.confirmed, key=lambda one: (list(Severity).index(one.severity), one.rule, one.id))

    @cached_property
    def findings_of(self) -> dict[int, list[Finding]]:
        """Incident id -> the findings that rest on it."""
        kept = {finding.id: finding for finding in self.findings}
        found: dict[int, list[Finding]] = defaultdict(list)
        for row in self.dossier.finding_rows:
            if row.finding_id in kept:
                found[row.incident_id].append(kept[row.finding_id])
        return found

    @cached_property
    def notices(self) -> list[tuple[dt.date, Notice]]:
        """What the other side was told, by the day it was; a notice needs one."""
        found = [(one.told_on, one) for one in self.dossier.notices if one.told_on is not None]
        return sorted(found, key=itemgetter(0))

    def shown_by(self, incident_id: int) -> list[Exhibit]:
        """The exhibits that show an incident, in the order of the bundle."""
        ids = [*self.dossier.evidence_of.get(incident_id, ()),
               *(source.evidence_id for source in self.sources.get(incident_id, ()) if source.evidence_id)]
        places = {exhibit.evidence.id: place for place, exhibit in enumerate(self.exhibits)} if len(ids) > 1 else {}
        known = [one for one in dict.fromkeys(ids) if one in self.by_evidence]
        return [self.by_evidence[one] for one in sorted(known, key=lambda one: places.get(one, 0))]

    def key_of(self, incident_id: int) -> str:
        """Where a reference to an incident leads."""
        return sheet_key(incident_id) if self.has_sheets else f"row {incident_id}"

    def name(self, table: str, record_id: int | None) -> str:
        """The caption of a person, company or debt; empty for none."""
        return self.dossier.names.get((table, record_id), "") if record_id is not None else ""

    def date(self, day: dt.date) -> str:
        """3 November 2026; 2026年11月3日."""
        month = str(day.month) if self.lang == "zh" else MONTHS[day.month - 1]
        return self.say(DATE, day=day.day, month=month, year=day.year)

    def day_and_time(self, incident: Incident) -> tuple[str, str]:
        """The day at the place, and the time as exactly as it is known."""
        at = incident.at.astimezone(times.zone(incident.zone)).isoformat(" ")
        day, hour, precision = at[:10], at[11:16], incident.precision
        if precision is Precision.DAY:
            return day, self.say("time not known")
        return day, self.say("about {time}", time=hour) if precision is Precision.APPROX else hour

    def elsewhere(self, incident: Incident) -> str:
        """How far the time of the place was from UTC, where that differs from the matter's place; else empty."""
        if incident.zone == self.zone or incident.precision is Precision.DAY:
            return ""
        there, here = (incident.at.astimezone(times.zone(zone)).utcoffset() for zone in (incident.zone, self.zone))
        return "" if there == here else f"UTC{incident.at.astimezone(times.zone(incident.zone)).isoformat()[-6:]}"

    def moment(self, at: dt.datetime) -> str:
        """A moment at the matter's place, with its distance from UTC."""
        local = at.astimezone(times.zone(self.zone))
        return f"{local:%Y-%m-%d %H:%M} (UTC{local:%z})".replace("00)", ":00)").replace("30)", ":30)")

    def duration(self, seconds: int) -> str:
        hours, rest = divmod(seconds, 3600)
        return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"

    def contact(self, incident: Incident) -> str:
        """Channel and how far it got: "Call, answered, 1:23"."""
        channel, answered, seconds = incident.channel, incident.answered, incident.duration
        told = [self.say(channel.label)]
        if incident.direction is Direction.OUT:
            told.append(self.say("by our side"))
        if channel is Channel.CALL and answered is not None:
            told.append(self.say("answered") if answered else self.say("not answered"))
        if seconds:
            told.append(self.duration(seconds))
        return self.say(", ").join(told)

    def reached(self, incident: Incident) -> str:
        """Who was reached: the person's name where known, else the relation."""
        person = self.name("contact_person", incident.contact_person_id)
        if person:
            return person
        return self.dossier.client.name if incident.reached is Role.DEBTOR else self.say(incident.reached.label)

    def other_side(self, incident: Incident) -> str:
        """The collector or creditor, as known or as stated."""
        return (self.name("collector", incident.collector_id) or self.name("creditor", incident.creditor_id)
                or incident.stated_company)

    def noticed(self, changed_at: dt.datetime) -> None:
        """The bundle is as of the latest change of any record in it."""
        self.latest = max(self.latest, changed_at)

    def facts(self, one: Evidence) -> list[tuple[str, str]]:
        """Where an exhibit comes from, as label and value."""
        say = self.say
        told = [
            (say("Source"), one.source), (say("Original carrier"), one.carrier),
            (say("Captured at"), self.moment(one.captured_at) if one.captured_at else ""),
            (say("Captured by"), one.captured_by), (say("Captured how"), one.captured_how),
            (say("Notary deed no."), one.notary_deed),
        ]
        return [(label, value) for label, value in told if value]
