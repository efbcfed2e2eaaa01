from __future__ import annotations

import io
import struct
import threading
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pikepdf
import pytest
from PIL import Image, ImageDraw, ImageOps
from PIL.Image import Transpose

from casedesk.exports.exhibits.assembly import Assembly
from casedesk.exports.exhibits.findings import Examined, Laid, Pages, Where
from casedesk.exports.pages import A4
from tests.exports.exhibit_files import DATA, SAY, assembled, exhibit, looked, made, picture, saved

SEEN_FROM = {
    2: Transpose.FLIP_LEFT_RIGHT, 3: Transpose.ROTATE_180, 4: Transpose.FLIP_TOP_BOTTOM, 5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_90, 7: Transpose.TRANSVERSE, 8: Transpose.ROTATE_270}
SECRET = b"31.2304N"


def photo(width: int = 800, height: int = 600) -> Image.Image:
    """Red upper left, blue lower right, green elsewhere."""
    made = Image.new("RGB", (width, height), (0, 160, 0))
    draw = ImageDraw.Draw(made)
    draw.rectangle((0, 0, width // 4, height // 4), fill=(255, 0, 0))
    draw.rectangle((width * 3 // 4, height * 3 // 4, width, height), fill=(0, 0, 255))
    return made


def stored(shown: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    shown.save(out, kind, **options)
    return out.getvalue()


def image_of(pages: Pages, number: int = 0) -> pikepdf.Object:
    return pages.pdf.pages[number].obj["/Resources"]["/XObject"]["/Im0"]


def corners(pages: Pages, number: int = 0) -> list[str]:
    """The colours near the corners of the picture on its page: upper left, upper right, lower left, lower right."""
    seen = picture(saved(pages.pdf), number)
    dark = ImageOps.invert(seen.convert("L")).point(lambda value: 255 if value > 40 else 0).getbbox()
    assert dark is not None
    left, top, right, bottom = dark
    return [_colour(seen, x, y) for y in (top + 6, bottom - 7) for x in (left + 6, right - 7)]


def _colour(seen: Image.Image, x: int, y: int) -> str:
    value = seen.getpixel((x, y))
    assert isinstance(value, tuple)
    return "rgb"[max(range(3), key=lambda part: value[part])]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_photos_are_turned_upright_without_being_encoded_again(orientation: int) -> None:
    tags = Image.Exif()
    tags[0x0112] = orientation
    tags.get_ifd(0x8825)[1], tags.get_ifd(0x8825)[2] = "N", (31.0, 14.0, 0.0)
    turn = SEEN_FROM.get(orientation)
    data = stored(photo() if turn is None else photo().transpose(turn), "JPEG", exif=tags, comment=SECRET)

    pages = made(data)

    assert corners(pages) == ["r", "g", "g", "b"]
    kept = image_of(pages).read_raw_bytes()
    assert kept.endswith(data[data.index(b"\xff\xda"):])
    assert b"Exif" not in kept
    assert SECRET not in saved(pages.pdf)
    assert float(pages.pdf.pages[0].obj["/MediaBox"][2]) == pytest.approx(A4.height, abs=0.01)


def test_what_follows_a_photo_in_its_file_is_cut_off() -> None:
    inner = stored(photo(80, 60), "JPEG", comment=SECRET)
    data = stored(photo(), "JPEG", exif=b"Exif\0\0" + bytes(8))
    data = data[:2] + b"\xff\xe2\0\x08MPF\0\0\0" + data[2:]

    pages = made(data + inner + b"moving picture")

    assert SECRET not in saved(pages.pdf)
    assert b"moving picture" not in saved(pages.pdf)
    assert corners(pages) == ["r", "g", "g", "b"]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_where_and_with_what_a_picture_was_taken_stands_nowhere_in_the_pages(kind: str) -> None:
    tags = Image.Exif()
    tags[0x010F] = tags.get_ifd(0x8825)[29] = SECRET.decode()
    data = stored(photo(), kind, exif=tags)
    assert SECRET in data
    with pikepdf.open(io.BytesIO(saved(made(data).pdf))) as pages:
        streams = [one for one in pages.objects if isinstance(one, pikepdf.Stream)]
        whole = [one.read_raw_bytes() if one.get("/Filter") == "/DCTDecode" else one.read_bytes() for one in streams]
    assert [one for one in whole if SECRET in one or b"Exif" in one] == []


@pytest.mark.parametrize(("kind", "mode"), [
    ("PNG", "RGB"), ("PNG", "RGBA"), ("PNG", "P"), ("TIFF", "RGB"), ("TIFF", "CMYK"), ("WEBP", "RGB"), ("WEBP", "RGBA"),
    ("GIF", "P"), ("BMP", "RGB"), ("JPEG", "CMYK"), ("AVIF", "RGB")])
def test_every_kind_of_picture(kind: str, mode: str) -> None:
    assert corners(made(stored(photo().convert(mode), kind))) == ["r", "g", "g", "b"]


@pytest.mark.parametrize(("mode", "kind"), [("L", "PNG"), ("1", "PNG"), ("LA", "PNG"), ("L", "JPEG"), ("1", "TIFF")])
def test_grey_and_black(mode: str, kind: str) -> None:
    seen = picture(saved(made(stored(Image.new("L", (400, 300), 0).convert(mode), kind)).pdf))
    assert seen.getpixel((seen.width // 2, seen.height // 4)) == (0, 0, 0)


def test_sixteen_bits_of_grey() -> None:
    deep = Image.new("I;16", (400, 300), 32768)
    for kind in ("PNG", "TIFF"):
        seen = picture(saved(made(stored(deep, kind)).pdf))
        assert 120 <= seen.getpixel((seen.width // 2, seen.height // 4))[0] <= 136  # type: ignore[index]


def test_clear_parts_are_white() -> None:
    clear = Image.new("RGBA", (400, 300), (0, 0, 0, 0))
    for kind in ("PNG", "WEBP"):
        seen = picture(saved(made(stored(clear, kind)).pdf))
        assert seen.getpixel((seen.width // 2, seen.height // 4)) == (255, 255, 255)


def test_heic() -> None:
    data = (DATA / "pictures" / "shapes.heic").read_bytes()
    found = looked(data)
    pages = made(data)

    seen = picture(saved(pages.pdf), scale=1)
    values = seen.tobytes()
    reds = sum(r > 200 and g < 60 and b < 60 for r, g, b in zip(*[iter(values)] * 3, strict=True))
    assert found.media_type == "image/heic"
    assert reds > 1000
    assert b"Exif" not in image_of(pages).read_raw_bytes()


def test_tiffs_of_several_pages_and_first_frames() -> None:
    first, second = photo(), photo(300, 400)
    tiff = stored(first, "TIFF", save_all=True, append_images=[second])
    moving = stored(first, "GIF", save_all=True, append_images=[first.transpose(Transpose.ROTATE_180)])

    assert len(made(tiff).bands) == 2
    assert corners(made(tiff), 1) == ["r", "g", "g", "b"]
    assert corners(made(moving)) == ["r", "g", "g", "b"]
    assert [remark.code for remark in looked(moving).remarks] == ["first-frame"]


@pytest.mark.parametrize("size", [(4000, 3000), (3600, 2700), (9000, 2000)])
def test_no_more_than_300_dpi(size: tuple[int, int]) -> None:
    whole, found = assembled([exhibit(stored(photo(*size), kind), kind) for kind in ("JPEG", "PNG")])

    data = saved(whole.pdf)
    with pikepdf.open(io.BytesIO(data)) as again:
        for page in again.pages:
            image = page.obj["/Resources"]["/XObject"]["/Im0"]
            wide = float(next(i for i in pikepdf.parse_content_stream(page, "cm")).operands[0])
            assert 195 <= int(image["/Width"]) / wide * 72 <= 300
    assert [one.heavy for one in found] == [True, True]


def test_small_pictures_are_not_blown_up() -> None:
    pages = made(stored(photo(96, 48), "PNG"))
    wide = float(next(i for i in pikepdf.parse_content_stream(pages.pdf.pages[0], "cm")).operands[0])
    assert wide == pytest.approx(72)


def test_long_screenshots_are_cut_into_strips_that_overlap() -> None:
    long = Image.new("RGB", (600, 9000), "white")
    draw = ImageDraw.Draw(long)
    for row in range(90):
        draw.rectangle((0, row * 100, 600, row * 100 + 50), fill=(255, 0, 0) if row % 2 else (0, 0, 255))

    pages = made(stored(long, "PNG"))

    assert 6 <= len(pages.bands) <= 10
    data = saved(pages.pdf)
    assert data.count(b"/Subtype /Image") == 1
    for number in (0, len(pages.bands) - 1):
        seen = picture(data, number)
        column = [seen.getpixel((seen.width // 2, y)) for y in range(seen.height)]
        assert (0, 0, 255) in column
        assert (255, 0, 0) in column
        assert column[-3] == (255, 255, 255)


def test_damaged_pictures_are_named_and_half_ones_are_told() -> None:
    jpeg, png, webp = (stored(photo(), kind) for kind in ("JPEG", "PNG", "WEBP"))
    half = looked(jpeg[:len(jpeg) * 2 // 3])

    assert [remark.code for remark in half.remarks] == ["cut-short"]
    for data in (png[:len(png) // 2], png[:60] + b"x" + png[61:], webp[:len(webp) // 2], jpeg[:150]):
        found = looked(data)
        assert found.problem is not None
        assert found.problem.reason == "damaged"


def test_a_flood_of_dots_is_refused() -> None:
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 1, 0, 0, 0, 0)

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    chunks = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    found = looked(b"\x89PNG\r\n\x1a\n" + chunks)

    assert found.problem is not None
    assert found.problem.reason == "too-large"


def test_the_colour_profile_is_kept() -> None:
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for kind in ("JPEG", "PNG"):
        pages = made(stored(photo(), kind, icc_profile=profile))
        colours = image_of(pages)["/ColorSpace"]
        assert colours[1].read_bytes() == profile


def test_many_pictures_stay_in_order_between_other_exhibits() -> None:
    red, blue = Image.new("RGB", (50, 50), "red"), Image.new("RGB", (50, 50), "blue")
    files = [exhibit(stored(red, "PNG"), "1"), exhibit(b"words", "2"), exhibit(stored(blue, "JPEG"), "3"),
             exhibit(stored(photo(5000, 4000), "JPEG"), "4"), exhibit(stored(red, "JPEG"), "5")]

    whole, _ = assembled(files)

    data = saved(whole.pdf)
    middle = [picture(data, number).getpixel((148, 24)) for number in (0, 2, 4)]
    assert [max(range(3), key=lambda part: value[part]) for value in middle if isinstance(value, tuple)] == [0, 2, 0]
    assert corners(Pages(pikepdf.open(io.BytesIO(data)), []), 3) == ["r", "g", "g", "b"]


@pytest.mark.parametrize(("together", "sheets"), [(1, 6), (2, 5), (4, 4)])
def test_several_pictures_on_a_sheet(together: int, sheets: int) -> None:
    tall, long = photo(300, 600), photo(100, 1000)
    names = ["a", "b", "c", "text", "d", "long"]
    data = {name: stored(tall, "JPEG") for name in names} | {"text": b"words", "long": stored(long, "PNG")}
    with Assembly(SAY, together=together) as assembly:
        whole = assembly.assemble(assembly.examine([exhibit(data[name], name) for name in names]))
    pages = whole.pages
    whole.order(pages)

    with pikepdf.open(io.BytesIO(saved(whole.pdf))) as again:
        drawn = [len(page.obj["/Resources"].get("/XObject", {})) for page in again.pages]
    assert len(pages) == len(drawn) == sheets
    assert sum(drawn[:-1]) == 4
    if together > 1:
        captions = [one.caption for one in whole.exhibits[:3]]
        assert all(captions)
        assert len(set(captions[:2])) == 2
        assert whole.exhibits[0].pages[0].objgen == whole.exhibits[1].pages[0].objgen


def test_who_waits_for_a_picture_draws_another_meanwhile() -> None:
    held, asked = threading.Event(), list[int]()

    def one(number: int) -> Examined:
        found = looked(stored(photo(), "JPEG"))
        assert found.draw is not None
        draw = found.draw

        def drawn(where: Where) -> Laid:
            asked.append(number)
            if number == 0:
                assert held.wait(60)
            if number == 4:
                held.set()
            return draw(where)

        return replace(found, draw=drawn, heavy=True)

    files = [one(number) for number in range(5)]
    with Assembly(SAY) as assembly:
        assembly._workers = ThreadPoolExecutor(1)
        (whole, last), = assembly.sections(files)
    assert (last, len(whole.pages), asked[:2], sorted(asked)) == (True, 5, [0, 4], [0, 1, 2, 3, 4])
