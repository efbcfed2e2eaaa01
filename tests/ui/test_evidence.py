"""Evidence: previewed in memory, added, ordered, checked; nothing of it lies anywhere in plain form."""

from __future__ import annotations

import io
import threading
import time
import wave
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from sqlalchemy import select

from casedesk.base.errors import InvalidEntry, VerificationFailed
from casedesk.base.jobs import silent
from casedesk.casework import custody
from casedesk.casework.evidence import add_files, kept
from casedesk.casework.exhibit_order import groups, put_in_order
from casedesk.records import CustodyEvent, Evidence, EvidenceLink, Incident, Matter, masking
from casedesk.records.words import CustodyAction, MaskDecision, RecipientKind
from casedesk.store.cabinet import Store
from casedesk.ui.evidence import adding
from casedesk.ui.evidence.adding import ScanDialog, Scanning
from casedesk.ui.evidence.masking import MaskDialog
from casedesk.ui.evidence.ordering import OrderDialog
from casedesk.ui.evidence.playing import Copying, PrivateCopies
from casedesk.ui.evidence.preview import PreviewPane
from casedesk.ui.evidence.previewing import Preview, Previewing
from casedesk.ui.evidence.reading import Proposing
from casedesk.ui.evidence.section import EvidencePanel
from casedesk.ui.evidence.sheets import PdfSheets, PictureSheets
from casedesk.ui.forms.pane import RecordPane
from casedesk.ui.office import Office
from tests.conftest import kept_file
from tests.ui.conftest import Until

PDFS = Path(__file__).parents[1] / "data" / "pdf"
LOCKED, FOUR_PAGES = PDFS / "libreoffice-writer-password.pdf", PDFS / "pdflatex-4-pages.pdf"


def png(path: Path, colour: str = "red", size: tuple[int, int] = (300, 500)) -> Path:
    Image.new("RGB", size, colour).save(path)
    return path


def sound(path: Path) -> Path:
    with wave.open(str(path), "wb") as made:
        made.setnchannels(1)
        made.setsampwidth(2)
        made.setframerate(8000)
        made.writeframes(b"\0\0" * 8000 * 65)
    return path


def mail(path: Path) -> Path:
    path.write_bytes(
        b"From: a@b.cn\r\nTo: c@d.cn\r\nSubject: =?utf-8?b?6L+Y5qy+?=\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: text/html; charset=utf-8\r\n\r\n<p>Pay <b>today</b></p><script>evil()</script>")
    return path


def added(store: Store, matter: Matter, *files: Path) -> list[int]:
    return [one.id for one in add_files(store, matter.id, files)]


def read(store: Store, evidence_id: int, password: str = "") -> Preview:
    preview = Previewing(store, evidence_id, lambda wanted: True, password)()[1]
    assert preview is not None
    return preview


@pytest.fixture
def panel(office: Office, matter: Matter, shown: Callable[[QWidget], QWidget], quiet: Callable[[], None],
          until: Until) -> Iterator[EvidencePanel]:
    """The evidence of the matter, open."""
    made = EvidencePanel(office, matter.id)
    shown(made)
    quiet()
    yield made
    until(lambda: not (office.jobs.busy or made.preview.jobs.busy or made._looks.busy))
    made.leave()
    quiet()


def settled(panel: EvidencePanel, until: Until, quiet: Callable[[], None]) -> None:
    quiet()
    until(lambda: not (panel.office.jobs.busy or panel.preview.jobs.busy or panel._again.isActive()))
    until(lambda: not (panel._looks.busy or panel.preview.view._late.isActive() or panel.preview.jobs.busy))
    quiet()


def test_pages_of_a_pdf_are_drawn(store: Store, matter: Matter) -> None:
    sheets = read(store, added(store, matter, FOUR_PAGES)[0]).sheets
    assert sheets is not None
    assert len(sheets.sizes) == 4
    image = sheets.draw(0, 0.5)
    width, height = sheets.sizes[0]
    assert image.width() == pytest.approx(width / 2, abs=1)
    assert image.height() == pytest.approx(height / 2, abs=1)
    colours = {image.pixelColor(x, image.height() // 3).lightness() for x in range(image.width())}
    assert min(colours) < 128 < max(colours)
    sheets.close()


def test_a_protected_pdf_asks_for_its_password(store: Store, matter: Matter) -> None:
    locked = added(store, matter, LOCKED)[0]
    assert read(store, locked).needs_password
    wrong = read(store, locked, "wrong")
    assert wrong.needs_password
    assert "not the password" in wrong.problem
    opened = read(store, locked, "openpassword").sheets
    assert opened is not None
    assert len(opened.sizes) == 1
    opened.close()


def test_a_picture_turned_by_its_camera_stands_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    held = io.BytesIO()
    Image.new("RGB", (400, 200), "blue").save(held, "JPEG", exif=exif)
    sheets = PictureSheets(lambda: io.BytesIO(held.getvalue()))
    assert list(sheets.sizes) == [(200, 400)]
    image = sheets.draw(0, 0.5)
    assert (image.width(), image.height()) == (100, 200)
    assert image.pixelColor(50, 100).blue() > 200


def test_each_picture_of_a_tiff_is_a_sheet() -> None:
    held = io.BytesIO()
    second = Image.new("RGB", (30, 40), "lime")
    Image.new("RGB", (10, 20), "red").save(held, "TIFF", save_all=True, append_images=[second])
    sheets = PictureSheets(lambda: io.BytesIO(held.getvalue()))
    assert list(sheets.sizes) == [(10, 20), (30, 40)]
    assert sheets.draw(1, 1.0).pixelColor(5, 5).green() == 255


def test_a_message_is_plain_text_with_its_headers(store: Store, matter: Matter, tmp_path: Path) -> None:
    preview = read(store, added(store, matter, mail(tmp_path / "m.eml"))[0])
    assert ("Subject line", "还款") in preview.headers
    assert preview.text is not None
    assert "Pay today" in preview.text
    assert "<" not in preview.text
    assert "evil" not in preview.text


def test_text_in_chinese_encodings_is_read(store: Store, matter: Matter, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("明天还款".encode("gb18030"))
    assert read(store, added(store, matter, tmp_path / "a.txt")[0]).text == "明天还款"


def test_damaged_and_unknown_files_say_so(store: Store, matter: Matter, tmp_path: Path) -> None:
    (tmp_path / "b.pdf").write_bytes(b"%PDF-1.7 nothing at all")
    (tmp_path / "b.png").write_bytes(png(tmp_path / "whole.png").read_bytes()[:60])
    (tmp_path / "b.bin").write_bytes(bytes(range(256)) * 20)
    pdf, picture, other = added(store, matter, *(tmp_path / f"b.{end}" for end in ("pdf", "png", "bin")))
    assert "damaged" in read(store, pdf).problem
    assert read(store, picture).problem
    unknown = read(store, other)
    assert (unknown.problem, unknown.sheets, unknown.text) == ("", None, None)


def test_the_pane_shows_each_kind(panel: EvidencePanel, store: Store, matter: Matter, tmp_path: Path, until: Until,
                                  quiet: Callable[[], None]) -> None:
    pdf, picture, message, recording, locked = added(
        store, matter, FOUR_PAGES, png(tmp_path / "p.png"), mail(tmp_path / "m.eml"), sound(tmp_path / "s.wav"), LOCKED)
    pane = panel.preview
    for evidence_id, page in ((pdf, 1), (picture, 1), (message, 2), (recording, 0), (locked, 0)):
        panel.select(evidence_id)
        settled(panel, until, quiet)
        assert pane.stack.currentIndex() == page
        assert pane.facts is not None
        assert pane.facts.sha256 in pane.known.text()
        assert pane.play_button.isVisible() is (evidence_id == recording)
        assert pane.password.isVisible() is (evidence_id == locked)
    assert pane.page.text() == ""
    pane.password.setText("openpassword")
    pane.unlock()
    settled(panel, until, quiet)
    assert pane.stack.currentIndex() == 1
    with store.read() as session:
        assert session.scalar(select(Evidence.password).where(Evidence.id == locked)) == "openpassword"


def test_a_record_gone_to_before_its_list_is_read_is_shown(
        office: Office, store: Store, matter: Matter, tmp_path: Path, shown: Callable[[QWidget], QWidget], until: Until,
        quiet: Callable[[], None]) -> None:
    wanted = added(store, matter, png(tmp_path / "a.png"), png(tmp_path / "b.png", "blue"))[0]
    panel = EvidencePanel(office, matter.id)
    panel.select(wanted)
    shown(panel)
    settled(panel, until, quiet)
    assert panel.preview.facts is not None
    assert panel.preview.facts.id == wanted
    panel.leave()


def test_only_pages_in_sight_are_drawn(panel: EvidencePanel, store: Store, matter: Matter, until: Until,
                                       quiet: Callable[[], None]) -> None:
    panel.select(added(store, matter, FOUR_PAGES)[0])
    settled(panel, until, quiet)
    view = panel.preview.view
    first = set(view._drawn)
    assert 0 in first
    assert 3 not in first
    assert panel.preview.page.text() == "page 1 of 4"
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum())
    settled(panel, until, quiet)
    assert 3 in view._drawn
    assert panel.preview.page.text() == "page 4 of 4"


def test_plus_minus_and_zero_zoom(panel: EvidencePanel, store: Store, matter: Matter, until: Until,
                                  quiet: Callable[[], None]) -> None:
    panel.select(added(store, matter, FOUR_PAGES)[0])
    settled(panel, until, quiet)
    view = panel.preview.view
    fitting = view.zoom
    QTest.keyClick(view, Qt.Key.Key_Plus)
    assert view.zoom == pytest.approx(fitting * 1.25)
    QTest.keyClick(view, Qt.Key.Key_1)
    assert view.zoom == 1.0
    QTest.keyClick(view, Qt.Key.Key_0)
    assert view.zoom == pytest.approx(fitting, rel=0.05)
    settled(panel, until, quiet)


def test_dropped_files_are_added_once(panel: EvidencePanel, store: Store, matter: Matter, tmp_path: Path, until: Until,
                                      quiet: Callable[[], None]) -> None:
    said: list[str] = []
    panel.office.said.connect(lambda text, _undo: said.append(text))
    files = [png(tmp_path / "2026-11-03 one.png"), png(tmp_path / "two.png", "blue"),
             png(tmp_path / "two again.png", "blue")]
    for _ in range(2):
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
        panel.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
                                   Qt.KeyboardModifier.NoModifier))
        settled(panel, until, quiet)
    with store.read() as session:
        assert sorted(session.scalars(select(Evidence.name))) == ["one", "two"]
    assert said == ["2 files added, 1 was there already", "0 files added, 3 were there already"]
    assert len(list(store.vault.names())) == 2


def test_a_dropped_folder_is_looked_through(panel: EvidencePanel, tmp_path: Path, until: Until) -> None:
    said: list[str] = []
    panel.office.said.connect(lambda text, _undo: said.append(text))
    (tmp_path / "one").mkdir()
    png(tmp_path / "one" / "shot.png")
    for folders in ([tmp_path / "one", tmp_path], [tmp_path / "one"]):
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(folder)) for folder in folders])
        panel.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
                                   Qt.KeyboardModifier.NoModifier))
    until(lambda: panel.window().findChildren(ScanDialog))
    [dialog] = panel.window().findChildren(ScanDialog)
    assert dialog.list.topLevelItemCount() == 1
    assert said == ["Drop one folder after the other."]
    dialog.reject()


def test_a_pasted_screenshot_is_added(panel: EvidencePanel, store: Store, until: Until,
                                      quiet: Callable[[], None]) -> None:
    image = QImage(40, 60, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.green)
    QGuiApplication.clipboard().setImage(image)
    panel.paste()
    settled(panel, until, quiet)
    with store.read() as session:
        found = session.scalars(select(Evidence)).one()
    assert (found.media_type, found.name) == ("image/png", "Screenshot 1")
    assert store.vault.read(kept(found)).startswith(b"\x89PNG")


def test_a_folder_is_looked_through_and_asks(tmp_path: Path, shown: Callable[[QWidget], QWidget]) -> None:
    (tmp_path / "deep" / ".git").mkdir(parents=True)
    for name in ("b.png", "deep/a.txt", ".hidden", "Thumbs.db", "deep/.git/x"):
        (tmp_path / name).write_bytes(b"12345")
    found = Scanning(tmp_path)(silent)
    assert [(path.name, size) for path, size in found] == [("b.png", 5), ("a.txt", 5)]
    owner = QWidget()
    chosen: list[Path] = []
    shown(owner)
    dialog = ScanDialog(owner, tmp_path, found)
    dialog.chosen.connect(chosen.extend)
    item = dialog.list.topLevelItem(0)
    assert item is not None
    item.setCheckState(0, Qt.CheckState.Unchecked)
    assert dialog.add.text() == "Add 1 file"
    dialog.add.click()
    assert [path.name for path in chosen] == ["a.txt"]


def test_more_files_than_can_be_looked_through_are_said(
        tmp_path: Path, shown: Callable[[QWidget], QWidget], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a.png", "b.png", "c.png"):
        (tmp_path / name).write_bytes(b"12345")
    said = {}
    for most in (2, 3):
        monkeypatch.setattr(adding, "_MOST", most)
        owner = QWidget()
        shown(owner)
        dialog = ScanDialog(owner, tmp_path, Scanning(tmp_path)(silent))
        assert dialog.list.topLevelItemCount() == most
        said[most] = any("more than" in label.text() for label in dialog.findChildren(QLabel))
    assert said == {2: True, 3: False}


def test_what_the_bundle_cannot_show_is_said(panel: EvidencePanel, store: Store, matter: Matter, tmp_path: Path,
                                             until: Until, quiet: Callable[[], None]) -> None:
    (tmp_path / "b.pdf").write_bytes(b"%PDF-1.7 nothing at all")
    bad, good = added(store, matter, tmp_path / "b.pdf", png(tmp_path / "p.png"))
    settled(panel, until, quiet)
    until(lambda: len(panel.verdicts) == 2)
    assert panel.trouble.text() == "1 file cannot be shown in the bundle"
    assert panel.verdicts[bad].problem
    assert not panel.verdicts[good].problem
    panel.trouble.click()
    settled(panel, until, quiet)
    assert panel.table.model.rowCount() == 1


def test_files_are_taken_out_of_the_bundle_together(panel: EvidencePanel, store: Store, matter: Matter, tmp_path: Path,
                                                    until: Until, quiet: Callable[[], None]) -> None:
    added(store, matter, png(tmp_path / "a.png"), png(tmp_path / "b.png", "blue"))
    settled(panel, until, quiet)
    until(lambda: panel.table.model.rowCount() == 2)
    panel.table.view.selectAll()
    panel.switch_in_bundle()
    settled(panel, until, quiet)
    with store.read() as session:
        assert session.scalars(select(Evidence.in_bundle)).all() == [False, False]


def test_verifying_and_copying_leave_a_trace(store: Store, matter: Matter, tmp_path: Path) -> None:
    source = png(tmp_path / "a.png")
    found = added(store, matter, source)[0]
    assert custody.verify(store, found) == "ok"
    assert custody.save_copy(store, found, tmp_path / "copy.png").read_bytes() == source.read_bytes()
    with store.read() as session:
        actions = session.scalars(select(CustodyEvent.action).order_by(CustodyEvent.id)).all()
        vault_name = session.scalars(select(Evidence.vault_name)).one()
    assert actions == [CustodyAction.RECEIVED, CustodyAction.VERIFIED, CustodyAction.EXPORTED]
    path = kept_file(store, vault_name)
    path.chmod(0o600)
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert custody.verify(store, found) == "changed"
    with pytest.raises(VerificationFailed):
        custody.save_copy(store, found, tmp_path / "second.png")
    assert not (tmp_path / "second.png").exists()
    with pytest.raises(InvalidEntry):
        custody.verify(store, 999)


def test_exhibits_of_a_fact_keep_the_order_given(
        store: Store, matter: Matter, office: Office, tmp_path: Path, shown: Callable[[QWidget], QWidget],
        quiet: Callable[[], None]) -> None:
    ids = added(store, matter, *(png(tmp_path / f"{name}.png", colour)
                                 for name, colour in (("a", "red"), ("b", "blue"), ("c", "lime"))))
    with store.work() as session:
        session.get_one(Evidence, ids[2]).fact = "another"
    owner = QWidget()
    shown(owner)
    dialog = OrderDialog(owner, office, groups(store, matter.id))
    dialog.exhibits.list.setCurrentRow(1)
    dialog.exhibits.move_up()
    dialog.save()
    quiet()
    assert [(group.fact, [id_ for id_, _ in group.exhibits]) for group in groups(store, matter.id)] == [
        ("", [ids[1], ids[0]]), ("another", [ids[2]])]
    put_in_order(store, [ids[0], ids[1]])
    assert groups(store, matter.id)[0].exhibits[0][0] == ids[0]


def test_a_recording_is_copied_where_only_its_owner_reads_and_goes_with_the_cabinet(
        store: Store, matter: Matter, office: Office, tmp_path: Path) -> None:
    facts = read(store, added(store, matter, sound(tmp_path / "evil name; rm.wav"))[0]).facts
    copies = PrivateCopies.of(office)
    assert PrivateCopies.of(office) is copies
    path = Copying(store, facts, copies.path)(silent)
    assert path.name == f"{facts.sha256[:16]}.wav"
    assert path.read_bytes() == (tmp_path / "evil name; rm.wav").read_bytes()
    copies._folder.cleanup()
    assert not copies.path.exists()


def test_the_latest_chosen_is_shown(office: Office, store: Store, matter: Matter, tmp_path: Path, until: Until,
                                    shown: Callable[[QWidget], QWidget]) -> None:
    ids = added(store, matter, FOUR_PAGES, png(tmp_path / "a.png"), mail(tmp_path / "m.eml"))
    pane = PreviewPane(office)
    shown(pane)
    for evidence_id in (*ids, *ids[:2]):
        pane.show_evidence(evidence_id)
    until(lambda: pane.facts is not None and pane.facts.id == ids[1])
    until(lambda: not pane.jobs.busy)
    assert pane.facts is not None
    assert pane.facts.id == ids[1]
    pane.leave()


def test_what_was_not_wanted_for_a_moment_is_shown_when_it_is_wanted_again(
        office: Office, store: Store, matter: Matter, tmp_path: Path, until: Until,
        shown: Callable[[QWidget], QWidget]) -> None:
    ids = added(store, matter, png(tmp_path / "a.png"), mail(tmp_path / "m.eml"))
    pane = PreviewPane(office)
    shown(pane)
    held = threading.Event()
    pane.jobs.run(lambda progress: held.wait(20))
    for evidence_id in ids:
        pane.show_evidence(evidence_id)
    pane.jobs.run(lambda progress: None)
    held.set()
    while pane.jobs._waiting.qsize():  # the worker is past both, and nothing was heard of it yet
        time.sleep(0.002)
    pane.show_evidence(ids[0])
    until(lambda: not pane.jobs.busy)
    assert pane.facts is not None
    assert pane.facts.id == ids[0]
    pane.leave()


def test_an_incident_proposed_by_a_picture_is_shown_by_it_when_saved(
        office: Office, store: Store, matter: Matter, tmp_path: Path, shown: Callable[[QWidget], QWidget],
        until: Until) -> None:
    (picture,) = added(store, matter, png(tmp_path / "shot.png"))
    with store.work() as session:
        evidence = session.get_one(Evidence, picture)
        evidence.machine_text, evidence.machine_scores = "2026年11月3日 22:14\n再不还钱", ["0.99", "0.71"]
    draft = Proposing(store, matter.id, picture)()
    assert draft is not None
    pane = RecordPane(office, Incident, {"matter_id": matter.id})
    shown(pane)
    pane.show_draft(draft)
    assert "71 % sure" in pane.note.text()
    pane.form.rows["summary"].entry.put("看过")
    pane.form.changed.emit()
    pane.flush()
    pane.save()
    until(lambda: pane.version is not None)
    with store.read() as session:
        (link,) = session.scalars(select(EvidenceLink)).all()
        incident = session.get_one(Incident, link.incident_id)
    assert (link.evidence_id, incident.words, incident.summary) == (picture, "再不还钱", "看过")


def test_a_page_is_never_drawn_larger_than_memory_allows() -> None:
    sheets = PdfSheets(FOUR_PAGES.read_bytes())
    image = sheets.draw(0, 50.0)
    assert image.width() * image.height() <= 41_000_000
    sheets.close()


def test_places_are_marked_by_dragging_and_kept_for_a_kind_of_recipient(
        office: Office, store: Store, matter: Matter, tmp_path: Path, shown: Callable[[QWidget], QWidget],
        until: Until, quiet: Callable[[], None]) -> None:
    [kept_one] = add_files(store, matter.id, [png(tmp_path / "a.png")])
    dialog = MaskDialog(shown(QWidget()), office, kept_one.id)
    dialog.show()
    until(lambda: dialog.exhibit is not None)
    quiet()
    assert not dialog.whole.isDefault(), "Enter does the safe thing"
    dialog.kind.setCurrentIndex(dialog.kind.findData(RecipientKind.OPPONENT))
    frame = dialog.pages._frames[0].rect()
    corners = [dialog.pages.mapFromScene(frame.x() + frame.width() * part, frame.y() + frame.height() * part)
               for part in (0.25, 0.4, 0.5)]
    view = dialog.pages.viewport()
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=corners[0])
    for corner in corners[1:]:
        QTest.mouseMove(view, corner)
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=corners[2])
    assert dialog.decision is MaskDecision.BLACKED
    assert dialog.said.text() == "1 place is marked."

    def decisions() -> list[masking.Masking]:
        with store.read() as session:
            return masking.read(session.get_one(Evidence, kept_one.id).maskings)

    until(decisions)
    [found] = decisions()
    [place] = found.places
    assert found.recipient is RecipientKind.OPPONENT
    assert place[1:5] == pytest.approx((0.25, 0.25, 0.5, 0.5), abs=0.02)  # a dot of the screen
    dialog.kind.setCurrentIndex(dialog.kind.findData(RecipientKind.REGULATOR))
    assert dialog.pages.parts == {}
    dialog.choices[MaskDecision.SHOWN].click()
    dialog.kind.setCurrentIndex(dialog.kind.findData(RecipientKind.OPPONENT))
    assert len(dialog.pages.parts[1]) == 1
    dialog.pages.put({})
    dialog.pages.marked.emit()
    dialog.accept()
    quiet()
    assert [(one.recipient, one.decision) for one in decisions()] == [(RecipientKind.REGULATOR, MaskDecision.SHOWN)]
