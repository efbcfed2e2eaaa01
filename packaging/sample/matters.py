"""The sample matters: one firm's desk with what such a desk holds."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from papers import paper
from pictures import call_list, chat, notice_photo, ringing

from casedesk.base.i18n import words
from casedesk.records import (
    Agent,
    Agreement,
    Circumstance,
    Claim,
    Client,
    Collector,
    ContactPerson,
    Creditor,
    Deadline,
    Debt,
    Filing,
    Guarantor,
    Incident,
    Instalment,
    Note,
    Notice,
    Offer,
    Payment,
    PhoneNumber,
)
from casedesk.records.words import (
    CallKind,
    Channel,
    CircumstanceKind,
    ClaimKind,
    CreditorKind,
    EvidenceForm,
    EvidenceKind,
    FilingState,
    Jurisdiction,
    MatterKind,
    NoticeKind,
    OfferState,
    Product,
    Role,
    Sex,
    Side,
    SourceKind,
)
from casedesk.rules.phrases import proposals

if TYPE_CHECKING:
    from build import Desk

DAY = dt.date.fromisoformat
POLITE = ["您好，您的信用卡账单已逾期，请尽快处理。", "提醒您今天下午五点前还款，谢谢。", "您什么时候能还？请给个具体时间。"]
HARSH = [
    "今天不还款，明天公安就去你单位。", "你再不还，我们就通知你所有亲戚朋友。", "你的案子已经移交派出所，今晚就上门。",
    "装什么死？欠钱不还的老赖！", "已经给你单位人事打过电话了，你等着丢工作吧。", "再不处理，法院传票明天就贴到你家门口。",
]
TO_FAMILY = [
    "你女儿在我们这里欠了五万八，再不还就起诉她。", "请转告林晓燕尽快联系我们。", "她的钱你们家里人不替她还吗？全村都会知道。",
]


def main_matter(desk: Desk) -> None:
    desk.open(
        Client(name="林晓燕", sex=Sex.FEMALE, born_on=DAY("1990-03-14"), identity_number="110101199003140024",
               phone="13900001234", address="海州市新城区和平路 18 号 3 幢 502 室", employer="海州晨光印刷有限公司",
               occupation="排版员"),
        ref="2026-0012", name="林晓燕 / 海州银行 · 催收骚扰投诉", kind=MatterKind.HARASSMENT, responsible="王律师",
        opened_on=DAY("2026-10-12"), court="海州市新城区人民法院",
        summary="委托人信用卡逾期后，每日被多次致电，母亲与单位亦被联系。委托人愿意按能力分期还款，要求停止骚扰并核对金额。")
    mother, boss, bank, agency, debt = _main_people(desk)
    told = _main_calls(desk, mother, boss, agency, debt)
    _main_evidence(desk, told)
    _main_course(desk, bank, agency, debt, mother)


def _main_people(desk: Desk) -> tuple[ContactPerson, ContactPerson, Creditor, Collector, Debt]:
    mother = desk.add(ContactPerson(**desk.of, name="周玉翯", role=Role.RELATIVE, relation="母亲", phone="13700002345",
                                    given_by_client=True, refused_on=DAY("2026-10-20"), would_testify=True))
    boss = desk.add(ContactPerson(**desk.of, name="陈𬭎", role=Role.EMPLOYER, relation="人事主管", phone="051285550118"))
    bank = desk.add(Creditor(name="海州银行股份有限公司信用卡中心", kind=CreditorKind.BANK, association_member=True,
                             phone="95599", address="海州市滨江大道 1 号"))
    agency = desk.add(Collector(name="北辰信用管理有限公司", creditor_id=bank.id, notified_on=None,
                                notes="委托人从未收到委外催收的告知。"))
    desk.add(Agent(collector_id=agency.id, name="自称“刘队长”", agent_number="BC-0317"))
    desk.add(Agent(collector_id=agency.id, name="自称“小赵”", agent_number="BC-0442"))
    for number in ("075588880001", "17012345678", "16712340099", "01058880311"):
        desk.add(PhoneNumber(number=number, collector_id=agency.id))
    desk.add(PhoneNumber(number="95599", creditor_id=bank.id))
    debt = desk.add(Debt(
        **desk.of, creditor_id=bank.id, product=Product.CREDIT_CARD, contract_number="6225 **** **** 0917",
        contract_on=DAY("2021-06-01"), released_on=DAY("2026-02-02"), principal=4_190_200, claimed=5_831_000, claimed_as_of=DAY("2026-11-15"),
        overdue_since=DAY("2026-05-20"), rate="日利率 0.05%", fees="违约金 6,210.00；分期手续费 4,198.00",
        collector_id=agency.id, reserved_mobile="13900001234"))
    for kind, name, amount in ((ClaimKind.PRINCIPAL, "本金", 4_190_200), (ClaimKind.INTEREST, "利息", 199_836),
                               (ClaimKind.OVERDUE, "逾期利息", 400_164),
                               (ClaimKind.DAMAGES, "违约金", 621_000), (ClaimKind.FEE, "分期手续费", 419_800)):
        desk.add(Claim(**desk.of, debt_id=debt.id, kind=kind, name=name, amount=amount))
    for of, what, monthly in ((CircumstanceKind.INCOME, "工资（税后）", 680_000), (CircumstanceKind.COST, "房租", 190_000),
                              (CircumstanceKind.COST, "生活必要支出", 180_000),
                              (CircumstanceKind.DEPENDANT, "赡养母亲", 80_000)):
        desk.add(Circumstance(**desk.of, kind=of, what=what, monthly=monthly))
    desk.add(Payment(**desk.of, debt_id=debt.id, paid_on=DAY("2026-07-05"), amount=100_000, payee="海州银行信用卡还款户",
                     by="手机银行"))
    desk.add(Payment(**desk.of, debt_id=debt.id, paid_on=DAY("2026-09-02"), amount=50_000, payee="海州银行信用卡还款户",
                     by="手机银行"))
    return mother, boss, bank, agency, debt


def _main_calls(desk: Desk, mother: ContactPerson, boss: ContactPerson, agency: Collector,
                debt: Debt) -> dict[str, list[Incident]]:
    told: dict[str, list[Incident]] = {"night": [], "family": [], "office": [], "threat": [], "sms": []}
    numbers = ["075588880001", "17012345678", "16712340099", "01058880311"]
    dice = desk.random
    for offset in range(58):
        day = DAY("2026-09-25") + dt.timedelta(days=offset)
        busy = 1 + offset // 12 if day < DAY("2026-11-12") else 1
        for _ in range(dice.randint(max(0, busy - 2), busy + 2)):
            night = dice.random() < 0.12
            hour = dice.choice((22, 22, 23, 6, 7)) if night else dice.choice((8, 9, 10, 11, 13, 14, 15, 16, 17, 19, 20))
            at = f"{day}T{hour:02d}:{dice.randint(0, 59):02d}:{dice.randint(0, 59):02d}"
            answered = dice.random() < 0.62
            harsh = answered and dice.random() < 0.3
            number, duration = dice.choice(numbers), dice.randint(18, 320) if answered else None
            said = dice.choice(HARSH if harsh else POLITE) if answered else ""
            one = desk.log(
                at, number=number, answered=answered, duration=duration, words=said, debt_id=debt.id,
                call_kind=CallKind.INTERACTIVE if answered else CallKind.UNKNOWN,
                tags=[words("zh")(one.tag.label) for one in proposals(said)] if harsh else [], source=SourceKind.BILL if dice.random() < 0.6 else SourceKind.MEMORY)
            if night:
                told["night"].append(one)
            if harsh:
                told["threat"].append(one)
    for at, words_ in zip(("2026-10-15T10:22", "2026-10-18T19:41", "2026-10-23T12:05", "2026-11-02T20:17",
                          "2026-11-09T09:33"), TO_FAMILY * 2, strict=False):
        told["family"].append(desk.log(
            at, number="17012345678", answered=True, duration=96, reached=Role.RELATIVE, contact_person_id=mother.id,
            words=words_, tags=["向第三人透露债务"], debt_id=debt.id))
    for at in ("2026-10-21T14:10", "2026-11-04T09:52", "2026-11-16T15:26"):
        told["office"].append(desk.log(
            at, number="01058880311", answered=True, duration=141, reached=Role.EMPLOYER, contact_person_id=boss.id,
            words="你们单位林晓燕欠银行钱，请你们协助督促，否则我们到单位来处理。", tags=["联系单位"], debt_id=debt.id))
    for at, words_ in (("2026-10-28T22:14", "【北辰】林晓燕，今天不还款，明天公安就去你单位。"),
                      ("2026-11-03T22:40", "【北辰】案件已移交公安经侦，请于今晚12点前处理，否则上门拘传。"),
                      ("2026-11-11T07:18", "【北辰】最后通知：不还款将在你小区张贴公告。")):
        told["sms"].append(desk.log(at, Channel.SMS, number="1069012345678", collector_id=agency.id, words=words_,
                                    tags=["冒充公安", "威胁刑责"] if "公安" in words_ else ["威胁公开"], debt_id=debt.id, source=SourceKind.PHONE))
    told["posting"] = [desk.log("2026-11-14T18:30", Channel.POSTING, number="", collector_id=agency.id,
                                place="和平路 18 号 3 幢 502 室门口", words="催收公告：林晓燕欠款不还，限三日内还清。",
                                tags=["公开张贴"], debt_id=debt.id, people_count=2, witness="邻居吴先生，愿意作证")]
    return told


def _main_evidence(desk: Desk, told: dict[str, list[Incident]]) -> None:
    night, threat, family = "夜间及频繁来电", "威胁、冒充公安", "向母亲、单位透露债务"
    for number, sms in enumerate(told["sms"], 1):
        shown = sms.at.astimezone(dt.timezone(dt.timedelta(hours=8)))
        desk.keep(f"{shown:%Y-%m-%d} 短信截图 {number}.png",
                  chat("1069012345678", f"{shown:%H:%M}", [(f"{shown:%m月%d日 %H:%M}", sms.words, False)]), [sms],
                  fact=threat, proves="催收短信称公安将到单位、案件移交经侦", source="委托人手机",
                  carrier="委托人手机（华为 P50）", captured_by="林晓燕", captured_how="手机截屏")
    rows = [("0755 8888 0001", f"昨天 {h}", m) for h, m in (
        ("23:08", False), ("22:41", True), ("20:16", False), ("19:02", True), ("17:45", True), ("15:30", False))]
    desk.keep("2026-10-30 通话记录截图.png", call_list("最近通话", "08:12", rows * 2), told["night"][:6], fact=night,
              proves="22 时以后仍有多次来电", source="委托人手机", captured_how="手机截屏")
    desk.keep("2026-11-05 通话录音.wav", ringing(12), told["threat"][:1], fact=threat,
              proves="催收人员称公安将到单位", source="委托人手机", carrier="委托人手机（华为 P50）",
              transcript="00:02 男声：林晓燕是吧？今天不还款，明天公安就去你单位。\n00:07 委托人：你是哪里的？\n"
                         "00:09 男声：我是北辰的刘队长。", captured_how="通话中录音")
    desk.keep("2026-11-14 门口张贴照片.jpg", notice_photo("催收公告", "住户林晓燕拖欠信用卡款项，经多次催告拒不归还，"
              "现限三日内还清，否则后果自负。\n\n北辰信用管理有限公司"), told["posting"], fact="公开张贴",
              proves="住所门口被张贴催收公告", source="委托人拍摄", captured_how="手机拍照")
    desk.keep("2026-11-10 母亲微信截图.png", chat("妈妈", "20:31", [
        ("晚上 8:20", "晓燕，又有人打电话来，说你欠了五万八，问我什么时候替你还。", False),
        ("晚上 8:22", "妈，别理他们，我已经请律师了。", True),
        ("晚上 8:25", "他说不还全村都知道……我一晚上没睡好。", False)]), told["family"][3:4], fact=family,
        proves="催收人员向母亲透露欠款金额", source="委托人母亲", captured_how="手机截屏")
    desk.keep("2026-11-01 通话详单.pdf", paper("通话详单（仅供用户参考，不作其他凭证）", [
        f"{i.at.astimezone(dt.timezone(dt.timedelta(hours=8))):%m-%d %H:%M:%S}   被叫   {i.number}   {i.duration or 0} 秒"
        for i in (told["night"] + told["threat"])[:40]], pages=2), told["night"][:10], fact=night,
        proves="来电时间与次数，与委托人记录相互印证", source="运营商营业厅", kind=EvidenceKind.DOCUMENT,
        form=EvidenceForm.ORIGINAL)
    desk.keep("2021-06-01 信用卡领用合约.pdf", paper("海州银行信用卡领用合约", [
        f"第{n}条　本合约条款示例，仅用于演示。" for n in "一二三四五六七八九十"], pages=3), fact="债务关系",
        proves="债务的发生与约定的利率、费用", source="委托人", kind=EvidenceKind.DOCUMENT)


def _main_course(desk: Desk, bank: Creditor, agency: Collector, debt: Debt, mother: ContactPerson) -> None:
    desk.add(Notice(**desk.of, kind=NoticeKind.REPRESENTATION, told_on=DAY("2026-10-14"), creditor_id=bank.id,
                    by="挂号信", proof="挂号信回执 XA2026101400128", words="本所已接受林晓燕委托，请与本所联系。"))
    desk.add(Notice(**desk.of, kind=NoticeKind.STOP_THIRD, told_on=DAY("2026-10-20"), collector_id=agency.id,
                    contact_person_id=mother.id, by="电话并短信确认", words="请勿再联系委托人母亲。"))
    desk.add(Notice(**desk.of, kind=NoticeKind.OBJECTION, told_on=DAY("2026-11-06"), creditor_id=bank.id, by="挂号信",
                    proof="挂号信回执 XA2026110600341", words="对违约金与手续费的计算提出异议，请书面说明。"))
    first = desk.add(Offer(**desk.of, made_on=DAY("2026-10-26"), side=Side.CLIENT, debt_id=debt.id, total=4_190_200, claim=5_831_000,
                           instalments=48, monthly=87_300, valid_until=DAY("2026-11-10"), by="书面", state=OfferState.COUNTERED,
                           terms="本金分 48 期，免息、免违约金。", answered_on=DAY("2026-11-08")))
    desk.add(Offer(**desk.of, made_on=DAY("2026-11-08"), side=Side.CREDITOR, debt_id=debt.id, counter_to_id=first.id,
                   total=5_120_000, claim=5_831_000, instalments=36, monthly=142_200, valid_until=DAY("2026-11-28"), by="电话",
                   counterpart="信用卡中心 张经理", terms="减免部分违约金，分 36 期。"))
    desk.add(Deadline(**desk.of, due_on=DAY("2026-11-27"), name="12378 转办投诉的答复", basis="已提交的投诉"))
    desk.add(Deadline(**desk.of, due_on=DAY("2026-11-25"), name="向委托人说明对方方案并取得意见", basis="对方方案 11-28 到期"))
    desk.add(Deadline(**desk.of, due_on=DAY("2026-12-08"), name="补充证据提交", basis="法院通知"))
    desk.add(Filing(**desk.of, recipient="海州银行股份有限公司", what="消费投诉书", state=FilingState.FILED,
                    filed_on=DAY("2026-11-12"), by="挂号信", receipt="XA2026111200077", answer_due_on=DAY("2026-11-27")))
    desk.add(Note(**desk.of, subject="接待笔记", body="委托人月收入约 6,800 元，房租 1,900 元，每月可还款不超过 1,000 元。"))


def settled_matter(desk: Desk) -> None:
    desk.open(
        Client(name="赵启明", sex=Sex.MALE, phone="13800003456", address="海州市开发区星湖街 6 号", employer="个体运输"),
        ref="2026-0009", name="赵启明 / 乐易小额贷款 · 协商分期", kind=MatterKind.NEGOTIATION, responsible="李律师",
        opened_on=DAY("2026-08-03"), summary="网络小额贷款逾期，已达成分期协议，按月跟踪履行。")
    lender = desk.add(Creditor(name="乐易网络小额贷款有限公司", kind=CreditorKind.MICRO_LOAN, phone="4008005566"))
    desk.add(PhoneNumber(number="4008005566", creditor_id=lender.id))
    debt = desk.add(Debt(**desk.of, creditor_id=lender.id, product=Product.ONLINE_LOAN, contract_number="LY20251103-7781",
                         contract_on=DAY("2025-11-03"), principal=2_400_000, claimed=3_012_000,
                         claimed_as_of=DAY("2026-08-01"), overdue_since=DAY("2026-03-03"), rate="年利率 23.9%"))
    desk.add(Guarantor(**desk.of, debt_id=debt.id, name="赵启亮", phone="13500004567"))
    for number in range(9):
        desk.log(f"2026-08-{5 + number:02d}T1{number % 8}:2{number % 6}", number="4008005566", answered=number % 3 != 0,
                 duration=70 + number if number % 3 else None, words="提醒您按时还款。" if number % 3 else "",
                 debt_id=debt.id)
    offer = desk.add(Offer(**desk.of, made_on=DAY("2026-08-20"), side=Side.CLIENT, debt_id=debt.id, total=2_520_000,
                           instalments=12, monthly=210_000, state=OfferState.ACCEPTED, answered_on=DAY("2026-08-28"),
                           terms="分 12 期，停止计收罚息。"))
    agreement = desk.add(Agreement(**desk.of, agreed_on=DAY("2026-08-30"), debt_id=debt.id, offer_id=offer.id,
                                   total=2_520_000, terms="每月 5 日前还款 2,100.00 元，共 12 期。"))
    for number in range(1, 13):
        month = 8 + number
        due = dt.date(2026 + (month - 1) // 12, (month - 1) % 12 + 1, 5)
        plan = desk.add(Instalment(**desk.of, agreement_id=agreement.id, number=number, due_on=due, amount=210_000))
        if due <= DAY("2026-11-05"):
            desk.add(Payment(**desk.of, debt_id=debt.id, paid_on=due, amount=210_000, payee="乐易还款专户", by="转账",
                             instalment_id=plan.id))
    desk.keep("2026-08-30 分期还款协议.pdf", paper("分期还款协议", ["一、分十二期偿还，每月五日前支付。", "二、停止计收罚息。"]),
              fact="协议", proves="双方达成的分期安排", kind=EvidenceKind.DOCUMENT, source="委托人")


def english_matter(desk: Desk) -> None:
    desk.open(
        Client(name="Margaret Doyle", phone="+44 7700 900123", address="14 Albion Row, Leeds LS9 8XX",
               employer="Northfield Primary School"),
        ref="2026-0015", name="Doyle / Harrow Lane Finance", jurisdiction=Jurisdiction.EW, kind=MatterKind.HARASSMENT,
        responsible="A. Shah", zone="Europe/London", opened_on=DAY("2026-10-01"),
        court="County Court at Leeds", case_number="K00LS123",
        summary="Repeated calls about a catalogue debt, including to the client's school. Client proposes 40 a month.")
    lender = desk.add(Creditor(name="Harrow Lane Finance Ltd", kind=CreditorKind.OTHER, address="2 Harrow Lane, Bristol"))
    agency = desk.add(Collector(name="Pennine Recoveries Ltd", creditor_id=lender.id, notified_on=DAY("2026-09-14")))
    desk.add(PhoneNumber(number="+44 20 7946 0018", collector_id=agency.id))
    debt = desk.add(Debt(**desk.of, creditor_id=lender.id, product=Product.CONSUMER_LOAN, contract_number="HL-448102",
                         principal=184_500, claimed=231_040, claimed_as_of=DAY("2026-10-30"), currency="GBP",
                         collector_id=agency.id))
    school = desk.add(ContactPerson(**desk.of, name="Joan Bell", role=Role.EMPLOYER, relation="School secretary"))
    shown = []
    for number in range(24):
        shown.append(desk.log(
            f"2026-{10 + number // 16:02d}-{1 + number % 16 + 3:02d}T{(8, 12, 17, 21)[number % 4]:02d}:{10 + number:02d}",
            number="+44 20 7946 0018", answered=number % 3 == 0, duration=45 if number % 3 == 0 else None,
            words="If you do not pay today we will be speaking to your employer." if number % 6 == 0 else "",
            debt_id=debt.id))
    told = desk.log("2026-11-05T10:40", number="+44 20 7946 0018", answered=True, duration=63, reached=Role.EMPLOYER,
                    contact_person_id=school.id, words="Tell Mrs Doyle she owes us over two thousand pounds.",
                    tags=["Debt disclosed to a third person"], debt_id=debt.id)
    desk.keep("2026-11-05 Letter from school.pdf", paper("Northfield Primary School", [
        "To whom it may concern", "On 5 November at 10.40 a caller told me that Mrs Doyle owes money.", "Joan Bell"]),
        [told], fact="Disclosure to employer", proves="The caller told the school about the debt", source="Joan Bell",
        kind=EvidenceKind.WITNESS, form=EvidenceForm.ORIGINAL)
    desk.keep("2026-11-06 Messages.png", chat("Pennine Recoveries", "18:02", [
        ("Today 17:58", "Final notice: pay 2,310.40 by midnight or our agent will call at your home.", False),
        ("Today 18:01", "Please write to my solicitor.", True)]), shown[-1:], fact="Frequency and tone of contact",
        proves="Tone of the messages", source="Client's phone")
    desk.add(Deadline(**desk.of, due_on=DAY("2026-12-01"), name="Final response due", basis="Complaint letter sent"))


def us_matter(desk: Desk) -> None:
    desk.open(
        Client(name="Daniel Ortiz", phone="+1 212-555-0142", address="88 Linden Ave, Brooklyn, NY"),
        ref="2026-0018", name="Ortiz / Redwood Card Bank", jurisdiction=Jurisdiction.US, kind=MatterKind.HARASSMENT,
        responsible="A. Shah", zone="America/New_York", opened_on=DAY("2026-11-02"),
        summary="More than seven calls in seven days about one account; calls to the client's sister.")
    lender = desk.add(Creditor(name="Redwood Card Bank", kind=CreditorKind.BANK))
    agency = desk.add(Collector(name="Atlas Receivables LLC", creditor_id=lender.id))
    desk.add(PhoneNumber(number="+1 332-555-0177", collector_id=agency.id))
    debt = desk.add(Debt(**desk.of, creditor_id=lender.id, product=Product.CREDIT_CARD, contract_number="ending 4410",
                         principal=412_000, claimed=498_700, currency="USD", collector_id=agency.id))
    for number in range(11):
        desk.log(f"2026-11-{3 + number // 2:02d}T{(9, 20)[number % 2]:02d}:{5 * number:02d}", number="+1 332-555-0177",
                 answered=number == 4, duration=120 if number == 4 else None, debt_id=debt.id,
                 words="You need to settle this before we take it to court." if number == 4 else "")
    desk.add(Deadline(**desk.of, due_on=DAY("2026-11-24"), name="Send dispute letter", basis="30 days from notice"))
