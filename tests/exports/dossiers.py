"""Dossiers of plain records for tests of what leaves the program; nobody in them is real."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import random
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from PIL import Image, ImageDraw

from casedesk.base.typed_time import Precision
from casedesk.records import (
    Agent,
    Client,
    Collector,
    ContactPerson,
    Creditor,
    Debt,
    Evidence,
    EvidenceLink,
    Finding,
    FindingIncident,
    Incident,
    IncidentSource,
    Matter,
    Notice,
    PhoneNumber,
)
from casedesk.records.dossier import Dossier
from casedesk.records.record import Record
from casedesk.records.words import (
    Channel,
    CreditorKind,
    Direction,
    EvidenceForm,
    EvidenceKind,
    FindingState,
    Jurisdiction,
    NoticeKind,
    Role,
    SourceKind,
)

DATA = Path(__file__).parents[1] / "data"
SHANGHAI = dt.timezone(dt.timedelta(hours=8))
CHANGED = dt.datetime(2026, 11, 20, 4, tzinfo=dt.UTC)
WORDS = (
    "你再不还钱，今天下午我们就到你单位找你们领导谈。",
    "最后通知：您的账户已逾期43天，请于今日18:00前还清，否则将上门核实。",
    "你儿子欠钱不还，你当妈的替他想想办法。",
    "我们法务部已经把材料报上去了，公安随时会去你户籍地走访。",
    "喂，是林𬭎吗？我是㛃䶮委外的，工号0713。",
)
R = TypeVar("R", bound=Record)


@dataclass
class Records:
    """Makes records with ids and UUIDs that are the same in every run."""

    made: int = 0
    files: dict[int, bytes] = field(default_factory=dict)

    def new(self, record: R) -> R:
        self.made += 1
        record.id = self.made
        record.uuid = uuid.UUID(int=self.made)
        record.changed_at = record.created_at = CHANGED
        return record

    def evidence(self, data: bytes, file_name: str, media_type: str, **facts: Any) -> Evidence:
        one = self.new(Evidence(
            matter_id=1, file_name=file_name, media_type=media_type, size=len(data),
            sha256=hashlib.sha256(data).hexdigest(), **facts))
        self.files[one.id] = data
        return one

    def opened(self, one: Evidence) -> io.BytesIO:
        return io.BytesIO(self.files[one.id])


class Walked:
    """Incidents made anew each time they are walked."""

    def __init__(self, make: Callable[[], Iterator[Incident]]) -> None:
        self._make = make

    def __iter__(self) -> Iterator[Incident]:
        return self._make()


def screenshot(text: str = "SMS", size: tuple[int, int] = (540, 1200)) -> bytes:
    """A picture of a telephone's screen."""
    picture = Image.new("RGB", size, (236, 238, 241))
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 0, size[0], 90), fill=(40, 60, 90))
    pen.text((30, 40), text, fill="white")
    for row in range(5):
        pen.rounded_rectangle((30, 140 + row * 180, size[0] - 90, 280 + row * 180), 20, fill="white")
        pen.text((50, 160 + row * 180), f"message {row + 1}", fill="black")
    made = io.BytesIO()
    picture.save(made, "JPEG", quality=80)
    return made.getvalue()


def small(files: Sequence[tuple[bytes, str, str]] = (), **matter: Any) -> tuple[Records, Dossier]:
    """One matter with nothing but these files."""
    records = Records()
    client = records.new(Client(name="林某"))
    own = records.new(Matter(client_id=client.id, ref="A-1", name="林某 / 某银行", **matter))
    evidence = [records.evidence(data, name, kind, name=Path(name).stem) for data, name, kind in files]
    return records, Dossier(
        matter=own, client=client, incidents=[], incident_count=0, open_file=records.opened, evidence=evidence,
        chain_head="ab" * 32)


def rich(incidents: int = 60, jurisdiction: Jurisdiction = Jurisdiction.CN) -> Dossier:
    """A matter with everything in it, in Chinese."""
    records = Records()
    new = records.new
    client = new(Client(name="林𬭎", phone="13800138000"))
    creditor = new(Creditor(name="某某消费金融有限公司", kind=CreditorKind.CONSUMER_FINANCE))
    agencies = [new(Collector(name=name, creditor_id=creditor.id)) for name in (
        "㛃䶮信息技术服务有限公司", "湖南某某法律咨询有限公司")]
    agent = new(Agent(collector_id=agencies[0].id, name="王专员", agent_number="0713"))
    numbers = [new(PhoneNumber(number=number, normal=f"+86{number}", collector_id=agencies[place % 2].id))
               for place, number in enumerate(("17012345678", "16512345678", "4001234567", "95188"))]
    mother = new(ContactPerson(matter_id=1, name="陈某", role=Role.RELATIVE, relation="母亲"))
    boss = new(ContactPerson(matter_id=1, name="赵某", role=Role.EMPLOYER, relation="人事主管"))
    debt = new(Debt(matter_id=1, creditor_id=creditor.id, contract_number="XF-2025-00871"))
    matter = new(Matter(
        client_id=client.id, ref="2026-0012", name="林𬭎与某某消费金融有限公司个人信息保护、隐私权纠纷",
        jurisdiction=jurisdiction, court="杭州市西湖区人民法院", case_number="（2026）浙0106民初12345号"))
    evidence = _evidence(records)
    made = list(_incidents(records, incidents, [mother, boss], agencies, creditor, agent, debt, numbers))
    links = [new(EvidenceLink(matter_id=1, evidence_id=evidence[place % 3].id, incident_id=one.id))
             for place, one in enumerate(made) if not place % 4]
    sources = [new(IncidentSource(
        matter_id=1, incident_id=one.id, kind=SourceKind.BILL, evidence_id=evidence[3].id, sheet="通话详单",
        line=12 + place)) for place, one in enumerate(made) if one.channel is Channel.CALL]
    findings = [new(Finding(matter_id=1, state=FindingState.CONFIRMED, rule="向第三人催收", citation="某办法第某条",
                            why="三次联系委托人的母亲，其并非担保人。"))]
    rows = [new(FindingIncident(matter_id=1, finding_id=findings[0].id, incident_id=one.id))
            for one in made if one.contact_person_id == mother.id][:3]
    notices = [
        new(Notice(matter_id=1, kind=NoticeKind.REPRESENTATION, told_on=dt.date(2026, 10, 16),
                   creditor_id=creditor.id, by="EMS", proof="EMS 1234567890123",
                   words="本所已接受委托，请与本所联系。")),
        new(Notice(matter_id=1, kind=NoticeKind.STOP_THIRD, told_on=dt.date(2026, 10, 29), collector_id=agencies[0].id,
                   contact_person_id=mother.id, by="EMS", words="请停止联系陈某。"))]
    return Dossier(
        matter=matter, client=client, incidents=made, incident_count=len(made), open_file=records.opened,
        firm="浙江某某律师事务所", chain_head=hashlib.sha256(b"chain").hexdigest(), creditors=[creditor],
        collectors=agencies, agents=[agent], numbers=numbers, contact_persons=[mother, boss], debts=[debt],
        evidence=evidence, links=links, sources=sources, notices=notices, findings=findings, finding_rows=rows)


def _evidence(records: Records) -> list[Evidence]:
    pdf = DATA / "pdf"
    calls = "被告及其委托的催收机构频繁拨打电话，超出合理限度"
    third = "被告向与债务无关的第三人披露债务信息"
    day = dt.date(2026, 11, 3)
    shot = records.evidence
    return [
        shot(screenshot("SMS"), "Screenshot_20261103.jpg", "image/jpeg", name="2026年11月3日短信截图", fact=calls,
             proves="被告委托的催收机构以“上门核实”施压，发送时间为22时之后。", source="原告手机",
             carrier="华为 P60，SIM 卡 138****8000", dated=day, captured_how="手机截屏"),
        shot(screenshot("WeChat"), "微信图片_1.jpg", "image/jpeg", name="与催收人员的微信聊天记录截图", fact=third,
             proves="催收人员向原告的母亲陈某发送催款信息。", source="陈某手机", dated=dt.date(2026, 11, 5)),
        shot((pdf / "libre-office-link.pdf").read_bytes(), "notice.pdf", "application/pdf", fact=third,
             name="律师函及邮寄凭证", proves="原告已书面要求停止联系第三人。", source="原告",
             dated=dt.date(2026, 10, 29),
             kind=EvidenceKind.DOCUMENT, form=EvidenceForm.ORIGINAL, copies=2),
        shot((pdf / "pdflatex-outline.pdf").read_bytes(), "bill.pdf", "application/pdf", name="运营商通话详单",
             fact=calls, proves="2026年10月至11月间的通话时间、号码、时长。", source="中国移动营业厅", copies=2,
             kind=EvidenceKind.DOCUMENT, form=EvidenceForm.ORIGINAL, dated=dt.date(2026, 11, 12)),
        shot((pdf / "habibi-rotated.pdf").read_bytes(), "scan.pdf", "application/pdf", name="借款合同（扫描件）",
             kind=EvidenceKind.DOCUMENT, source="原告", dated=dt.date(2025, 3, 1)),
        shot(b"ID3\x03\0\0\0\0\0\0" + bytes(400), "rec-0713.mp3", "audio/mpeg", name="通话录音", fact=calls,
             duration=83, kind=EvidenceKind.AUDIO_VISUAL,
             transcript="00:03 对方：再不处理我们就上门。\n00:11 林：请你们联系我的律师。",
             proves="催收人员自称“法务部”。", source="原告手机录音", dated=day),
    ]


def _incidents(
    records: Records, count: int, people: Sequence[ContactPerson], agencies: Sequence[Collector], creditor: Creditor,
    agent: Agent, debt: Debt, numbers: Sequence[PhoneNumber],
) -> Iterator[Incident]:
    dice = random.Random(7)
    start = dt.datetime(2026, 10, 3, 7, tzinfo=SHANGHAI)
    moments = sorted(start + dt.timedelta(minutes=dice.randrange(41 * 24 * 60)) for _ in range(count))
    for place, at in enumerate(moments):
        number = numbers[dice.choice((0, 0, 0, 1, 1, 2, 3))]
        channel = dice.choice([Channel.CALL] * 5 + [Channel.SMS] * 2 + [Channel.CHAT])
        third = dice.random() < 0.25
        yield records.new(Incident(
            matter_id=1, at=at.astimezone(dt.UTC), channel=channel, number=number.number, normal=number.normal,
            answered=dice.random() < 0.6 if channel is Channel.CALL else None,
            duration=dice.randrange(8, 300) if channel is Channel.CALL else None,
            reached=people[place % 2].role if third else Role.DEBTOR,
            contact_person_id=people[place % 2].id if third else None, collector_id=agencies[place % 2].id,
            creditor_id=creditor.id, agent_id=agent.id if place % 5 == 0 else None, debt_id=debt.id,
            words=dice.choice(WORDS) if dice.random() < 0.8 else "", reply="请联系我的律师。" if place % 6 == 0 else "",
            tags=["威胁上门"] if place % 9 == 0 else [], demanded=1_283_050 if place % 7 == 0 else None,
            precision=(
                Precision.DAY if place % 23 == 22 else Precision.APPROX if place % 11 == 10 else Precision.EXACT),
            direction=Direction.OUT if place % 29 == 28 else Direction.IN))


def many(count: int) -> Dossier:
    """A matter of any number of incidents that are never held together, without evidence."""
    records, dossier = small()
    phrases = WORDS

    def walk() -> Iterator[Incident]:
        dice = random.Random(1)
        at = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
        for number in range(count):
            at += dt.timedelta(seconds=dice.randrange(60, 400))
            one = Incident(
                matter_id=1, at=at, number=f"170{dice.randrange(40):08d}", channel=dice.choice(tuple(Channel)),
                words=dice.choice(phrases) + dice.choice(phrases)[: dice.randrange(24)], answered=True, duration=60)
            one.id, one.changed_at = number + 1, CHANGED
            yield one

    del records
    return Dossier(
        matter=dossier.matter, client=dossier.client, incidents=Walked(walk), incident_count=count,
        open_file=dossier.open_file)
