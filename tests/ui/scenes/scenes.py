"""What is looked at: each scene brings the window to one screen and may give the window that lies over it."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QLineEdit, QScrollArea, QWidget
from sqlalchemy import select

from casedesk.base.errors import Unreachable
from casedesk.base.i18n import tr, trn
from casedesk.casework import backups, filings, importing, package
from casedesk.casework.forms import find_form
from casedesk.casework.moving import Report
from casedesk.casework.new_key import Rekeyed
from casedesk.casework.records import delete, save
from casedesk.records import Agreement, Evidence, Incident, Matter, Note
from casedesk.store.keys import CabinetKey
from casedesk.store.moving import Carried
from casedesk.ui.debts.reckoner import ReckonerPanel
from casedesk.ui.debts.statement import StatementPanel
from casedesk.ui.evidence.masking import MaskDialog
from casedesk.ui.filing.choose_form import FormStep
from casedesk.ui.filing.masked import MaskedDialog
from casedesk.ui.filing.packing import PackStep
from casedesk.ui.filing.section import FilingsPanel
from casedesk.ui.filing.wizard import FilingWizard
from casedesk.ui.findings.panel import FindingsPanel
from casedesk.ui.importing.batches import ImportsDialog
from casedesk.ui.importing.wizard import COLUMNS, DONE, FILES, NUMBERS, ROWS, ImportWizard
from casedesk.ui.making.dialog import MakingDialog
from casedesk.ui.negotiation.ladder import LadderPanel
from casedesk.ui.negotiation.planner import PlannerPanel
from casedesk.ui.pages.backup_places import BackupPlaces
from casedesk.ui.pages.destroying import DestroyDialog
from casedesk.ui.pages.matter import MatterPage
from casedesk.ui.pages.matter_header import MatterHeader
from casedesk.ui.pages.moving import MoveDialog
from casedesk.ui.pages.new_key import NewKeyDialog
from casedesk.ui.pages.records import RecordsPanel
from casedesk.ui.quick_log.panel import QuickLog
from casedesk.ui.shortcuts import ShortcutList
from tests.imports.bill_files import MOBILE_HEAD, MOBILE_ROWS, table
from tests.ui.scenes import people
from tests.ui.scenes.offers import incident_offers
from tests.ui.scenes.stage import Stage

_PHONE = Path(__file__).parents[2] / "data" / "phone"
_MASKED = ["03-05 21:13:40", "上海", "被叫", "021****0001", "00:00:12", "国内被叫", "", "0.00", "是"]
_NO_TIME = ["03-02 25:61:00", "上海", "被叫", "95555", "00:00:38", "国内被叫", "", "0.00", "是"]
Scene = Callable[[Stage], QWidget | None]


def main_matter(stage: Stage) -> int:
    """The matter with the most in it."""
    assert stage.window.office is not None
    with stage.window.office.store.read() as session:
        return session.scalars(select(Matter.id).where(Matter.ref == "2026-0012")).one()


def _page(name: str) -> Scene:
    def show(stage: Stage) -> None:
        stage.go(name)
        _choose_first(stage)

    return show


def _section(name: str, *, choose: bool = True) -> Scene:
    def show(stage: Stage) -> None:
        stage.go("matter", main_matter(stage), name)
        if choose:
            _choose_first(stage)

    return show


def _choose_first(stage: Stage) -> None:
    for panel in stage.page.findChildren(RecordsPanel):
        if panel.isVisible() and panel.table.model.rowCount():
            panel.table.view.selectRow(0)
    stage.settle()


def _new_incident(stage: Stage) -> None:
    stage.go("matter", main_matter(stage), "incidents")
    stage.window.new_here()
    stage.settle()
    panel = next(one for one in stage.page.findChildren(RecordsPanel) if one.isVisible())
    row = panel.pane.form.rows["demanded"]
    row.entry.put_typed("x")
    row.check()
    panel.pane.form.rows["number"].entry.put_typed("19999")
    panel.pane.form.rows["number"].check()


def _conflict(stage: Stage) -> None:
    matter = main_matter(stage)
    stage.go("matter", matter, "incidents")
    _choose_first(stage)
    panel = next(one for one in stage.page.findChildren(RecordsPanel) if one.isVisible())
    pane, office = panel.pane, stage.window.office
    assert office is not None
    assert pane.version is not None
    save(office.store, Incident, {"summary": "another"}, uuid=pane.uuid, version=pane.version)
    pane.form.rows["summary"].entry.put_typed("mine")
    pane.form.changed.emit()
    pane.save()
    stage.until(lambda: pane.stack.currentIndex() == 2)


def _away(stage: Stage) -> None:
    """The office's database is away, and a colleague was editing what is shown."""
    stage.go("matter", main_matter(stage), "incidents")
    _choose_first(stage)
    panel = next(one for one in stage.page.findChildren(RecordsPanel) if one.isVisible())
    panel.pane.others.setText(trn("{names} is editing", "{names} are editing", 1, names="李律师"))
    office = stage.window.office
    assert office is not None
    office.reached.emit(Unreachable(tr("The office's database cannot be reached ({reason}).",
                                       reason="connection timeout expired")))
    stage.settle()


def _moving(stage: Stage) -> QWidget:
    """The report of a move, as it stands when all of it arrived."""
    stage.go("settings")
    office = stage.window.office
    assert office is not None
    dialog = MoveDialog(stage.window, office)
    dialog.folder.setText("/share/cabinet")
    dialog.address.setText("postgresql://server/cabinet")
    dialog.show()
    dialog._finished(Report("", "", "", [], {name: Carried(rows, rows, "", True) for name, rows in (
        ("change", 516), ("client", 4), ("incident", 190), ("evidence", 12))}, files=12))
    dialog._ended()
    stage.settle()
    return dialog


def _destroying(stage: Stage) -> QWidget:
    """Two people at one desk; the matter is still to be kept."""
    stage.go("matter", main_matter(stage), "overview")
    header = stage.page.findChild(MatterHeader)
    assert header is not None
    assert header.facts is not None
    dialog = DestroyDialog(stage.window, header.office, header.facts)
    dialog.reason.setText("保存期满")
    dialog.second.setText("李律师")
    for line in (dialog.first_password, dialog.second_password):
        line.setText("demo")
    dialog.show()
    dialog.start()
    stage.until(dialog.said.text)
    return dialog


def _new_key(stage: Stage) -> QWidget:
    """What a new cabinet key made, shown once."""
    stage.go("settings")
    office = stage.window.office
    assert office is not None
    dialog = NewKeyDialog(stage.window, office)
    dialog.show()
    dialog._done(Rekeyed("7G2KQ-0ABCD-91XYZ-7G2KQ-0ABCD-91XYZ-7G2KQ-0ABCD", {"李律师": "8f3k-22qd-x0vn-m1pz"},
                         [Path("/media/U盘/casedesk-1-before-20261128T020000")], "", CabinetKey(b"")))
    stage.settle()
    return dialog


def _unlock(stage: Stage) -> None:
    stage.window.lock()
    stage.settle()


def _new_cabinet(stage: Stage) -> None:
    stage.window.lock()
    stage.window.welcome.start.new_wanted.emit()
    stage.window.welcome.making.passphrase.setText("correct horse")
    stage.settle()


def _trash(stage: Stage) -> None:
    office = stage.window.office
    assert office is not None
    with office.store.read() as session:
        doomed = list(session.scalars(select(Note.uuid).limit(2)))
    for one in doomed:
        delete(office.store, Note, one)
    stage.go("trash")


def _quick_log(stage: Stage) -> QWidget:
    stage.go("matter", main_matter(stage))
    stage.window.log()
    stage.settle()
    return stage.window.findChildren(QuickLog)[-1]


def _quick_log_touched(stage: Stage) -> QWidget:
    panel = _quick_log(stage)
    assert isinstance(panel, QuickLog)
    panel.form.number.setText("16712340099")
    panel.form.words.setPlainText("今天不还款，明天公安就去你单位。")
    stage.until(lambda: panel.touched.hints)
    return panel


def _findings_of_several(stage: Stage) -> None:
    stage.go("matter", main_matter(stage), "findings")
    [panel] = stage.page.findChildren(FindingsPanel)
    panel.by_party.click()
    panel.tree.selectAll()
    stage.settle()


def _overview_below(stage: Stage) -> None:
    stage.go("matter", main_matter(stage))
    for area in stage.page.findChildren(QScrollArea):
        if area.isVisible():
            area.verticalScrollBar().setValue(area.verticalScrollBar().maximum())
    stage.settle()


def _search(stage: Stage) -> None:
    stage.go("desk")
    stage.window.search()
    box = stage.window.focusWidget()
    if isinstance(box, QLineEdit):
        box.setText("公安")
        box.textEdited.emit("公安")


def _shortcuts(stage: Stage) -> QWidget:
    stage.go("desk")
    stage.window.shortcuts()
    return stage.window.findChildren(ShortcutList)[-1]


def _making(stage: Stage) -> QWidget:
    stage.go("matter", main_matter(stage))
    assert isinstance(stage.page, MatterPage)
    facts, office = stage.page.facts, stage.window.office
    assert facts is not None
    assert office is not None
    dialog = MakingDialog(stage.window, office, facts, "bundle")
    dialog.open()
    return dialog


def _wizard(stage: Stage, *paths: Path) -> ImportWizard:
    stage.go("matter", main_matter(stage), "incidents")
    assert isinstance(stage.page, MatterPage)
    facts, office = stage.page.facts, stage.window.office
    assert facts is not None
    assert office is not None
    wizard = ImportWizard(stage.window, office, facts, paths)
    wizard.open()
    stage.settle()
    return wizard


def _files(stage: Stage) -> list[Path]:
    """A phone's calls, a bill, a firm's own list, a chat that asks who we are, and a letter that is nothing of it."""
    folder = stage.cabinet.parent / "files"
    folder.mkdir(exist_ok=True)
    calls = folder / "calls-20261120.xml"
    calls.write_bytes((_PHONE / "calls.xml").read_bytes())
    bill = table(folder / "移动通话详单202003.csv", [*MOBILE_HEAD, *MOBILE_ROWS * 12, _MASKED, _NO_TIME])
    own = table(folder / "催收记录.csv", [
        ["日期", "时刻", "来电号码", "催收公司", "对方说了什么", "备注", "经办"],
        ["2026-04-03", "10:05", "95555", "某催收公司", "今天不还款，明天公安就去你单位。", "录音1", "小李"],
        ["2026-04-03", "22:41", "021-61000001", "某催收公司", "我们会联系你的母亲。", "", "小李"]])
    letter = folder / "scan0001.txt"
    letter.write_text("某律师函\n敬启者", encoding="utf-8")
    return [calls, bill, own, letter]


def _import_step(step: int) -> Scene:
    def show(stage: Stage) -> QWidget:
        files = _files(stage)
        wizard = _wizard(stage, *(files if step == FILES else files[:3]))
        if step == FILES:
            wizard.files.view.selectRow(len(files) - 1)
        for _ in range(step):
            if wizard.at == NUMBERS:
                wizard.numbers.model.tick(list(range(2)), taken=True)
            wizard.forward()
            stage.settle()
        return wizard

    return show


def _filing(at: int, form: str = "cn-complaint") -> Scene:
    def show(stage: Stage) -> QWidget:
        stage.go("matter", main_matter(stage), "filings")
        assert isinstance(stage.page, MatterPage)
        stage.page.header.file_it()
        wizard = stage.window.findChildren(FilingWizard)[-1]
        first = wizard.steps[0]
        assert isinstance(first, FormStep)
        first.choose(find_form(form))
        while wizard.at < at:
            wizard.go_on()
            stage.settle()
        return wizard

    return show


def _import_question(stage: Stage) -> QWidget:
    folder = stage.cabinet.parent / "files"
    folder.mkdir(exist_ok=True)
    sheet = table(folder / "diary.csv", [["Date", "Time", "Number", "What was said"],
                                         ["3/4/2026", "10:05", "95555", "Pay today"]])
    return _wizard(stage, sheet)


def _imports(stage: Stage) -> QWidget:
    office = stage.window.office
    assert office is not None
    matter = main_matter(stage)
    for path in _files(stage)[:3]:
        importing.commit(office.store, matter, [path])
    stage.go("matter", matter, "incidents")
    office.imports_wanted.emit(matter)
    stage.settle()
    return stage.window.findChildren(ImportsDialog)[-1]


def _packed(stage: Stage) -> QWidget:
    wizard = _filing(5)(stage)
    assert isinstance(wizard, FilingWizard)
    last = wizard.steps[-1]
    assert isinstance(last, PackStep)
    last.out.setText(str(stage.cabinet.parent / "package"))
    last.start()
    stage.until(lambda: last.made is not None)
    return wizard


def _masking(stage: Stage) -> QWidget:
    office = stage.window.office
    assert office is not None
    stage.go("matter", main_matter(stage), "evidence")
    with office.store.read() as session:
        shot = session.scalars(select(Evidence.id).where(
            Evidence.matter_id == main_matter(stage), Evidence.media_type.startswith("image/"))).first()
    assert shot is not None
    dialog = MaskDialog(stage.window, office, shot)
    dialog.show()
    stage.until(lambda: dialog.exhibit is not None)
    dialog.kind.setCurrentIndex(4)
    dialog.pages.put({1: [(0.3, 0.2, 0.7, 0.24)]})
    dialog.pages.marked.emit()
    stage.settle()
    return dialog


def _signing(stage: Stage) -> QWidget:
    wizard = _filing(5)(stage)
    assert isinstance(wizard, FilingWizard)
    wizard.pack.sealing.sign.setChecked(True)
    wizard.pack.sealing.kind.setCurrentIndex(1)
    return wizard


def _filed(stage: Stage) -> None:
    office, matter = stage.window.office, main_matter(stage)
    assert office is not None
    out = stage.cabinet.parent / "filed"
    if not out.exists():
        package.write(office.store, matter, out, find_form("cn-complaint"), lang="zh")
        filings.filed(office.store, matter, out, recipient="海州银行信用卡中心", filed_on=dt.date(2026, 11, 24),
                      by="网上", receipt="12378-2026-0031")
    filing = filings.latest(office.store, matter)
    assert filing is not None
    stage.go("matter", matter, "filings/filing", filing.id)
    for panel in stage.page.findChildren(FilingsPanel):
        panel.pane.scroller.ensureWidgetVisible(panel.card.seal)


def _masked_copy(stage: Stage) -> QWidget:
    _filed(stage)
    [panel] = [one for one in stage.page.findChildren(FilingsPanel) if one.card.found is not None]
    panel.card.ask_masked()
    dialog = stage.window.findChildren(MaskedDialog)[-1]
    dialog.recipient.setText("海州市行业协会")
    dialog.out.setText(str(stage.cabinet.parent / f"masked-{len(list(stage.cabinet.parent.iterdir()))}"))
    dialog.start()
    stage.until(dialog.found.isVisible)
    return dialog


def _ladder(stage: Stage) -> None:
    stage.go("matter", main_matter(stage), "negotiation/ladder")
    panel = stage.page.findChildren(LadderPanel)[-1]
    panel.view.selectAll()
    panel.compare.click()
    stage.settle()


def _planner(stage: Stage) -> None:
    """What the client can keep for the claim of the first debt."""
    stage.go("matter", main_matter(stage), "negotiation/planner")
    panel = stage.page.findChildren(PlannerPanel)[-1]
    panel.form.rows["claim"].entry.put_typed("58000")
    panel.propose.click()
    stage.settle()


def _kept(stage: Stage) -> None:
    """An agreement and what was paid of it."""
    stage.go("matter", _agreed(stage), "negotiation/kept")


def _agreed(stage: Stage) -> int:
    """A matter that has an agreement."""
    assert stage.window.office is not None
    with stage.window.office.store.read() as session:
        return session.scalars(select(Agreement.matter_id)).first() or main_matter(stage)


def _restart(stage: Stage) -> None:
    """The warning before the agreement of the first offer that names its debt."""
    stage.go("matter", main_matter(stage), "negotiation/ladder")
    panel = stage.page.findChildren(LadderPanel)[-1]
    named = [at for at, row in enumerate(panel.model.rows) if row.key.debt_id is not None]
    panel.view.selectRow(named[0])
    panel.accept.click()
    stage.settle()


def _statement(stage: Stage) -> None:
    stage.go("matter", main_matter(stage), "people/statement")
    stage.page.findChildren(StatementPanel)[-1].unfold.setChecked(True)
    stage.settle()


def _settings_backups(stage: Stage) -> None:
    office = stage.window.office
    assert office is not None
    backups.add_place(office.store, stage.cabinet.parent / "U盘")
    backups.back_up(office.store)
    backups.drill(office.store)
    shutil.rmtree(stage.cabinet.parent / "U盘")
    backups.back_up(office.store)
    stage.go("settings")
    [places] = stage.page.findChildren(BackupPlaces)
    for area in stage.page.findChildren(QScrollArea):
        area.ensureWidgetVisible(places)
    stage.settle()


def _restore_backup(stage: Stage) -> None:
    stage.window.lock()
    stage.window.welcome.choose()
    stage.window.welcome.start.restore_wanted.emit()
    restoring = stage.window.welcome.restoring
    restoring.backup.setText("/media/U盘/notes.txt")
    restoring.secret.setText("secret")
    restoring.restore()
    stage.until(restoring.problem.text)


def _reckoner(stage: Stage) -> None:
    stage.go("matter", main_matter(stage), "people/reckoner")
    panel = stage.page.findChildren(ReckonerPanel)[-1]
    panel.claim.setText("2345678.90")
    panel.damages.setText("60000")
    panel.reckon()
    panel.payment.setText("5000")
    panel.spread()
    stage.settle()


SCENES: dict[str, Scene] = {
    "desk": _page("desk"), "matters": _page("matters"), "parties": _page("parties"), "incidents": _page("incidents"),
    "all-evidence": _page("evidence"), "all-negotiation": _page("negotiation"), "all-filings": _page("filings"),
    "settings": _page("settings"), "trash": _trash,
    "matter-overview": _section("overview", choose=False), "matter-people": _section("people/debt"),
    "matter-incidents": _section("incidents"), "matter-new-incident": _new_incident,
    "incident-offers": incident_offers, "matter-findings": _section("findings"),
    "matter-negotiation": _section("negotiation"),
    "matter-ladder": _ladder, "matter-restart": _restart, "matter-planner": _planner, "matter-kept": _kept,
    "matter-circumstances": _section("negotiation/circumstance"), "matter-statement": _statement,
    "matter-reckoner": _reckoner,
    "matter-evidence": _section("evidence"), "matter-filings": _section("filings"),
    "matter-deadlines": _section("deadlines"), "matter-history": _section("history", choose=False),
    "matter-findings-several": _findings_of_several, "matter-rules": _section("findings/rules", choose=False),
    "matter-overview-below": _overview_below, "quick-log-touched": _quick_log_touched,
    "conflict": _conflict, "office-away": _away, "moving": _moving, "destroying": _destroying,
    "new-key": _new_key, "quick-log": _quick_log,
    "search": _search, "shortcuts": _shortcuts,
    "making": _making,
    "import-files": _import_step(FILES), "import-question": _import_question, "import-columns": _import_step(COLUMNS),
    "import-numbers": _import_step(NUMBERS), "import-preview": _import_step(ROWS), "import-done": _import_step(DONE),
    "imports": _imports,
    "filing-form": _filing(0), "filing-checklist": _filing(1), "filing-exhibits": _filing(2),
    "filing-preflight": _filing(3), "filing-preview": _filing(4), "filing-package": _packed, "filing-signing": _signing,
    "evidence-mask": _masking,
    "filed": _filed, "masked-copy": _masked_copy,
    "settings-backups": _settings_backups, "restore-backup": _restore_backup,
    "unlock": _unlock, "new-cabinet": _new_cabinet,
    "users-owner": people.owner, "users-new": people.new_user, "users-lawyer": people.lawyer, "team": people.team,
    "read-only": people.reader, "log-in": people.log_in,
}
"""By name; those that leave the cabinet come last."""
