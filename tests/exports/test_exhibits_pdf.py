from __future__ import annotations

import io
import tracemalloc
import zlib

import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Encryption, Name
from reportlab.pdfgen.canvas import Canvas

from casedesk.exports.exhibits import contents, drawing, resources
from casedesk.exports.exhibits.findings import Examined
from casedesk.exports.exhibits.tally import Drawn, Tally
from tests.exports.exhibit_files import (
    DATA,
    above,
    alike,
    assembled,
    drawn,
    exhibit,
    height,
    looked,
    made,
    picture,
    saved,
)

PASSWORD = "openpassword"
FILES = sorted((DATA / "pdf").glob("*.pdf"))


def codes(found: Examined) -> set[str]:
    return {remark.code for remark in found.remarks}


def text_of(data: bytes) -> str:
    document = pypdfium2.PdfDocument(data)
    try:
        return "\n".join(document[number].get_textpage().get_text_bounded() for number in range(len(document)))
    finally:
        document.close()


def test_real_files_all_go_in_and_keep_their_words() -> None:
    files = [exhibit(path.read_bytes(), path.name, PASSWORD if "password" in path.name else None) for path in FILES]

    whole, found = assembled(files)

    assert [one.problem for one in found] == [None] * len(FILES)
    data = saved(whole.pdf)
    pages = text_of(data)
    for path in FILES:
        with pikepdf.open(path, password=PASSWORD if "password" in path.name else "") as pdf:
            plain = io.BytesIO()
            pdf.save(plain, encryption=False)
        assert set(text_of(plain.getvalue()).split()) <= set(pages.split()), path.name
    with pikepdf.open(io.BytesIO(data)) as again:
        assert again.check_pdf_syntax() == []
        assert len(again.pages) == sum(len(one.pages) for one in whole.exhibits)


def test_passwords() -> None:
    user, owner = (io.BytesIO(), io.BytesIO())
    drawn(1).save(user, encryption=Encryption(user="secret", owner="o", R=6))
    drawn(1).save(owner, encryption=Encryption(user="", owner="o", R=6))

    without, wrong = looked(user.getvalue()), looked(user.getvalue(), password="nonsense")

    assert without.problem is not None
    assert without.problem.reason == "needs-password"
    assert wrong.problem is not None
    assert wrong.problem.reason == "wrong-password"
    assert wrong.needs_password
    assert codes(looked(user.getvalue(), password="secret")) >= {"password"}
    assert codes(looked(owner.getvalue())) >= {"restricted"}
    assert b"/Encrypt" not in saved(made(owner.getvalue()).pdf)


def test_damage_is_repaired_and_told_or_the_file_is_named() -> None:
    whole = saved(drawn(5))
    lost = looked(whole.replace(b"startxref", b"startxxxx").replace(b"xref", b"xxxx"))
    short = looked(whole[:len(whole) * 2 // 3])
    hopeless = looked(whole[:200])
    with_junk = looked(b"HTTP/1.1 200 OK\r\n\r\n" + whole)

    assert (lost.problem, lost.pages) == (None, 5)
    assert "repaired" in codes(lost)
    assert short.problem is not None or codes(short) & {"repaired", "damaged-page", "empty-page"}
    assert hopeless.problem is not None
    assert hopeless.problem.reason == "damaged"
    assert (with_junk.media_type, with_junk.pages) == ("application/pdf", 5)


def test_a_damaged_content_stream_is_told_and_spoils_no_other_page() -> None:
    pdf = drawn(2)
    content = zlib.compress(pdf.pages[0].obj["/Contents"].read_bytes())
    pdf.pages[0].obj["/Contents"] = pdf.make_stream(content[:60] + b"garbage!", Filter=Name.FlateDecode)
    second = picture(saved(pdf), 1)

    found = looked(saved(pdf))

    assert [remark.text for remark in found.remarks if remark.code == "damaged-page"] == [
        "Damaged in part; what can be read is shown: pages 1."]
    pages = made(saved(pdf))
    assert alike(second, above(picture(saved(pages.pdf), 1), pages.bands[1], height(pages.pdf.pages[1].obj)))


def test_no_pages() -> None:
    found = looked(saved(pikepdf.new()))

    assert found.problem is not None
    assert found.problem.reason == "no-pages"
    assert found.problem.hint


def links(page: pikepdf.Object) -> list[pikepdf.Object]:
    return [item for item in page.get("/Annots", []) if item["/Subtype"] == Name.Link]


@pytest.mark.parametrize("turned", [0, 90])
def test_links_and_bookmarks_lead_to_the_same_pages_in_the_bundle(turned: int) -> None:
    pdf = drawn(3, linked=True)
    for page in pdf.pages:
        page.obj["/Rotate"] = turned
    whole, _ = assembled([exhibit(saved(drawn(2))), exhibit(saved(pdf)), exhibit(saved(drawn(1)))])

    mine = whole.exhibits[1]
    with pikepdf.open(io.BytesIO(saved(whole.pdf))) as again:
        numbers = {page.obj.objgen: number for number, page in enumerate(again.pages)}
        for place in range(3):
            inside, outside = links(again.pages[2 + place].obj)
            assert numbers[inside["/Dest"][0].objgen] == 2 + (place + 1) % 3
            assert inside["/Dest"][1] == Name.XYZ
            assert "/A" not in inside
            assert str(outside["/A"]["/URI"]) == "https://example.org/"
    assert [(entry.title, entry.page) for entry in mine.outline] == [("Part 1", 0), ("Part 2", 1), ("Part 3", 2)]


def test_named_destinations_are_found() -> None:
    pdf = drawn(2)
    pdf.Root["/Names"] = Dictionary(Dests=Dictionary(
        Names=Array([pikepdf.String("far"), Array([pdf.pages[1].obj, Name.FitH, 500])])))
    pdf.Root["/Dests"] = Dictionary(old=Array([pdf.pages[1].obj, Name.Fit]))
    pdf.pages[0].obj["/Annots"] = Array([
        Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([1, 1, 9, 9]), Dest=pikepdf.String("far")),
        Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([1, 1, 9, 9]), A=Dictionary(S=Name.GoTo, D=Name.old)),
        Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([1, 1, 9, 9]), Dest=pikepdf.String("nowhere"))])

    pages = made(saved(pdf))
    far, old, nowhere = links(pages.pdf.pages[0].obj)

    assert float(far["/Dest"][3]) == 500
    assert float(old["/Dest"][3]) == pytest.approx(841.89)
    assert "/Dest" not in nowhere


def test_nothing_that_acts_goes_into_the_copy() -> None:
    pdf = drawn(1)
    script = Dictionary(S=Name.JavaScript, JS="app.alert(1)")
    pdf.Root["/OpenAction"] = script
    page = pdf.pages[0].obj
    page["/AA"] = Dictionary(O=script)
    page["/Annots"] = Array([
        Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([1, 1, 9, 9]),
                   A=Dictionary(S=Name.Launch, F="calc.exe")),
        Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([1, 1, 9, 9]),
                   A=Dictionary(S=Name.URI, URI="https://example.org/", Next=script)),
        Dictionary(Type=Name.Annot, Subtype=Name.FileAttachment, Rect=Array([1, 1, 9, 9]),
                   FS=Dictionary(EF=Dictionary(F=pdf.make_stream(b"MZ program"))))])
    pdf.attachments["x.exe"] = b"MZ program"
    data = saved(pdf)

    found = looked(data)
    copy = saved(assembled([exhibit(data)])[0].pdf)

    told = next(remark.text for remark in found.remarks if remark.code == "active")
    for what in ("scripts", "starting of programs", "attached files"):
        assert what in told
    for forbidden in (b"JavaScript", b"Launch", b"MZ program", b"EmbeddedFile", b"/AA", b"FileAttachment"):
        assert forbidden not in copy
    assert b"https://example.org/" in copy


def form(*, stale: bool) -> bytes:
    """A text field and a box that is ticked."""
    written = io.BytesIO()
    canvas = Canvas(written, invariant=1)
    canvas.drawString(50, 760, "Name")
    canvas.acroForm.textfield(name="n", x=100, y=750, width=200, height=24, value="Zhang San")
    canvas.acroForm.checkbox(name="c", x=100, y=700, checked=True)
    canvas.save()
    written.seek(0)
    pdf = pikepdf.open(written)
    if stale:
        pdf.Root["/AcroForm"]["/NeedAppearances"] = True
        for field in pdf.pages[0].obj["/Annots"]:
            if field.get("/FT") == Name.Tx:
                field["/V"] = pikepdf.String("张三欠款 ¥30,000")
    return saved(pdf)


def test_form_entries_are_shown_and_can_no_longer_be_changed() -> None:
    found = looked(form(stale=False))
    pages = made(form(stale=False))

    page = pages.pdf.pages[0].obj
    assert "form" in codes(found)
    assert "/Annots" not in page
    assert "Zhang San" in text_of(saved(pages.pdf))


def test_form_entries_the_file_leaves_to_the_reader_are_drawn_in_any_script() -> None:
    assert "张三欠款 ¥30,000" in text_of(saved(made(form(stale=True)).pdf))


def layered(*, base_off: bool) -> bytes:
    pdf = drawn(1)
    group = pdf.make_indirect(Dictionary(Type=Name.OCG, Name="hidden"))
    state = Dictionary(BaseState=Name.OFF) if base_off else Dictionary(OFF=Array([group]))
    pdf.Root["/OCProperties"] = Dictionary(OCGs=Array([group]), D=state)
    page = pdf.pages[0].obj
    page["/Resources"]["/Properties"] = Dictionary(MC0=group)
    page["/Contents"] = pdf.make_stream(b"/OC /MC0 BDC 1 0 0 rg 0 0 600 900 re f EMC 0 0 1 rg 100 500 100 100 re f")
    return saved(pdf)


@pytest.mark.parametrize("base_off", [True, False])
def test_layers_that_were_off_stay_off(*, base_off: bool) -> None:
    data = layered(base_off=base_off)
    whole, found = assembled([exhibit(saved(drawn(1))), exhibit(data), exhibit(data)])

    shown = saved(whole.pdf)
    assert "layers" in codes(found[1])
    for number in (1, 2):
        assert picture(shown, number).getpixel((10, 300)) == (255, 255, 255)


def test_scans_without_text_and_of_too_many_dots_and_fonts_left_out_are_told() -> None:
    pdf = drawn(1, (200, 200))
    page = pdf.pages[0].obj
    image = pdf.make_stream(
        bytes(1200 * 1200 // 8), Type=Name.XObject, Subtype=Name.Image, Width=1200, Height=1200,
        ColorSpace=Name.DeviceGray, BitsPerComponent=1)
    page["/Resources"] = Dictionary(XObject=Dictionary(Im=image))
    page["/Contents"] = pdf.make_stream(b"q 100 0 0 100 0 0 cm /Im Do Q")

    found = looked(saved(pdf))

    assert codes(found) >= {"no-text", "resolution"}
    assert "864" in next(remark.text for remark in found.remarks if remark.code == "resolution")
    assert "Helvetica" in next(remark.text for remark in looked(saved(drawn(1))).remarks if remark.code == "fonts")


def test_words_marked_for_redaction_are_warned_of() -> None:
    pdf = drawn(1)
    pdf.pages[0].obj["/Annots"] = Array([Dictionary(Type=Name.Annot, Subtype=Name.Redact, Rect=Array([1, 1, 90, 90]))])

    assert "redaction" in codes(looked(saved(pdf)))


def test_same_files_same_bytes() -> None:
    files = [exhibit(path.read_bytes(), path.name, PASSWORD if "password" in path.name else None) for path in FILES]
    files.append(exhibit(form(stale=True)))

    assert saved(assembled(files)[0].pdf) == saved(assembled(files)[0].pdf)


def test_instructions_that_swell_without_end_do_not_take_the_memory() -> None:
    packing = zlib.compressobj()
    bomb = b"".join(packing.compress(bytes(1 << 20)) for _ in range(200)) + packing.flush()
    pdf = drawn(2)
    pdf.pages[0].obj["/Contents"] = pdf.make_stream(bomb, Filter=Name.FlateDecode)

    found = looked(saved(pdf))

    assert found.problem is None
    assert "damaged-page" in codes(found)


def test_drawings_within_drawings_without_end() -> None:
    pdf = drawn(1)
    inner = pdf.make_stream(b"/A Do /B Do", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9]))
    inner["/Resources"] = pdf.make_indirect(Dictionary(XObject=Dictionary({f"/X{n}": inner for n in range(200)})))
    pdf.pages[0].obj["/Resources"] = pdf.make_indirect(Dictionary(XObject=Dictionary(A=inner)))

    assert looked(saved(pdf)).problem is None


def test_drawings_within_drawings_are_looked_at_once_each(monkeypatch: pytest.MonkeyPatch) -> None:
    pdf = drawn()
    inner = pdf.make_stream(b"")
    for _ in range(4):
        below = Dictionary({f"/X{number}": inner for number in range(12)})
        inner = pdf.make_stream(b"", Subtype=Name.Form, Resources=Dictionary(XObject=below))
    pdf.pages[0].obj["/Resources"]["/XObject"] = Dictionary(X=inner)
    looks: list[int] = []
    known = resources._drawn

    def noted(found: Dictionary, tally: Tally, depth: int) -> Drawn:
        looks.append(depth)
        return known(found, tally, depth)

    monkeypatch.setattr(resources, "_drawn", noted)

    found = looked(saved(pdf))

    assert found.problem is None
    assert len(looks) == 5


@pytest.mark.parametrize("again", [1, 2])
def test_instructions_that_swell_beyond_reason_are_not_unpacked(again: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "LONGEST", 1 << 20)
    pdf = drawn()
    data = b" " * (40 << 20)
    for _ in range(again):
        data = zlib.compress(data, 1)
    pdf.pages[0].obj["/Contents"] = pdf.make_stream(data, Filter=Array([Name.FlateDecode] * again))
    out = io.BytesIO()
    pdf.save(out, compress_streams=False)
    tracemalloc.start()

    found = looked(out.getvalue())

    assert tracemalloc.get_traced_memory()[1] < 20 << 20
    tracemalloc.stop()
    assert "damaged-page" in codes(found)


def test_pictures_of_a_page_that_swells_are_not_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "LONGEST", 1 << 20)
    pdf = drawn()
    page = pdf.pages[0].obj
    picture = pdf.make_stream(b"\0" * 9, Type=Name.XObject, Subtype=Name.Image, Width=9000, Height=9000)
    page["/Resources"] = Dictionary(XObject=Dictionary(Im0=picture))
    asked: list[object] = []

    def measured(*of: object) -> float:
        asked.append(of)
        return 0.0

    monkeypatch.setattr(contents, "dots_per_inch", measured)
    for data, read in ((b"q 9 0 0 9 0 0 cm /Im0 Do Q", 1), (b" " * (4 << 20), 1)):
        page["/Contents"] = pdf.make_stream(zlib.compress(data, 1), Filter=Name.FlateDecode)
        out = io.BytesIO()
        pdf.save(out, compress_streams=False)

        assert looked(out.getvalue()).problem is None
        assert len(asked) == read


def test_instructions_packed_twice_are_read() -> None:
    pdf = drawn()
    page = pdf.pages[0].obj
    data = zlib.compress(zlib.compress(page["/Contents"].read_bytes()))
    page["/Contents"] = pdf.make_stream(data, Filter=Array([Name.FlateDecode, Name.FlateDecode]))
    out = io.BytesIO()
    pdf.save(out, compress_streams=False)

    assert "damaged-page" not in codes(looked(out.getvalue()))


@pytest.mark.parametrize("first", [(), (Name.ASCIIHexDecode,)])
def test_instructions_in_lzw_are_read_unless_they_swell(
        monkeypatch: pytest.MonkeyPatch, first: tuple[Name, ...]) -> None:
    monkeypatch.setattr(drawing, "LONGEST", 1000)
    pdf = pikepdf.new()
    for runs, length in ((40, 820), (60, None)):  # each code stands for one zero more than the one before
        codes = "".join(f"{code:09b}" for code in (256, 0, *range(258, 257 + runs), 257))
        packed = int(codes.ljust(-(-len(codes) // 8) * 8, "0"), 2).to_bytes(-(-len(codes) // 8))
        stream = pdf.make_stream(packed.hex().encode() + b">" if first else packed,
                                 Filter=pikepdf.Array([*first, Name.LZWDecode]))
        if length is None:
            with pytest.raises(drawing.Unread):
                drawing.instructions(stream)
        else:
            assert drawing.instructions(stream) == bytes(length)


def test_very_long_instructions_are_not_read_to_their_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contents, "_LONGEST_READ", 10)
    pdf = drawn()
    page = pdf.pages[0].obj
    damaged = pdf.make_stream(b"not packed", Filter=Name.FlateDecode)
    page["/Contents"] = Array([page["/Contents"], damaged])
    out = io.BytesIO()
    pdf.save(out, compress_streams=False)

    assert "damaged-page" not in codes(looked(out.getvalue()))
