from __future__ import annotations

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from casedesk.exports.exhibits.findings import Pages
from tests.exports.exhibit_files import above, alike, drawn, height, made, picture, saved


def marked(pdf: pikepdf.Pdf) -> pikepdf.Pdf:
    """A stamp annotation, higher than wide, green."""
    look = pdf.make_stream(
        b"0 0.6 0 rg 0 0 40 90 re f", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 60, 90]))
    page = pdf.pages[0].obj
    page["/Annots"] = Array([pdf.make_indirect(Dictionary(
        Type=Name.Annot, Subtype=Name.Stamp, Rect=Array([300, 300, 360, 390]), F=4, AP=Dictionary(N=look)))])
    return pdf


def seen(pages: Pages, number: int = 0) -> object:
    data = saved(pages.pdf)
    page = pages.pdf.pages[number].obj
    return above(picture(data, number), pages.bands[number], height(page))


@pytest.mark.parametrize("turned", [0, 90, 180, 270, -90, 450])
def test_a_turned_page_looks_as_before_but_needs_no_turning(turned: int) -> None:
    pdf = marked(drawn(2))
    pdf.pages[0].obj["/Rotate"] = turned
    before = picture(saved(pdf))

    pages = made(saved(pdf))

    page = pages.pdf.pages[0].obj
    assert int(page.get("/Rotate", 0)) == 0
    assert alike(before, seen(pages))  # type: ignore[arg-type]
    band = pages.bands[0]
    assert band.y == float(page["/MediaBox"][1])
    assert band.width == pytest.approx(float(page["/MediaBox"][2]) - float(page["/MediaBox"][0]))
    assert (band.width > height(page)) == (turned % 180 == 90)


def test_only_what_the_crop_box_shows_is_shown() -> None:
    pdf = drawn(1)
    page = pdf.pages[0].obj
    page["/CropBox"] = Array([100, 150, 500, 800])
    before = picture(saved(pdf))

    pages = made(saved(pdf))

    box = [float(value) for value in pages.pdf.pages[0].obj["/MediaBox"]]
    assert box[0] == 100
    assert box[3] == 800
    assert box[1] == pytest.approx(150 - pages.bands[0].height)
    assert alike(before, seen(pages))  # type: ignore[arg-type]


def test_what_pages_have_from_their_parents_goes_with_them() -> None:
    pdf = drawn(3)
    tree = pdf.Root["/Pages"]
    tree["/MediaBox"], tree["/Rotate"] = Array([0, 0, 595.276, 841.89]), 90
    tree["/Resources"], tree["/CropBox"] = pdf.pages[0].obj["/Resources"], Array([0, 0, 500, 841.89])
    for page in pdf.pages:
        for key in ("/MediaBox", "/Rotate", "/Resources"):
            if key in page.obj:
                del page.obj[key]
    data = saved(pdf)
    before = [picture(data, number) for number in range(3)]

    pages = made(data)

    for number in range(3):
        assert alike(before[number], seen(pages, number))  # type: ignore[arg-type]


def test_a_tree_of_pages_whose_resources_are_none_costs_no_page() -> None:
    pdf = drawn(2)
    pdf.Root["/Pages"]["/Resources"] = 5
    del pdf.pages[1].obj["/Resources"]

    assert len(made(saved(pdf)).bands) == 2


@pytest.mark.parametrize(("size", "unit"), [
    ((5000, 7000), 1.0), ((60, 40), 1.0), ((300, 400), 2.0), ((300, 400), 20.0)])
def test_pages_of_absurd_size_are_fitted_to_paper(size: tuple[int, int], unit: float) -> None:
    pdf = drawn(1, size)
    if unit != 1:
        pdf.pages[0].obj["/UserUnit"] = unit
    before = picture(saved(pdf), scale=min(1.0, 400 / max(size)))

    pages = made(saved(pdf))

    page = pages.pdf.pages[0].obj
    width, tall = float(page["/MediaBox"][2]), height(page)
    assert "/UserUnit" not in page
    assert min(width, tall) > 140
    assert max(width, tall) < 860
    assert alike(before, seen(pages))  # type: ignore[arg-type]


def test_a_page_without_any_box_or_content_is_a4() -> None:
    pdf = pikepdf.new()
    pdf.add_blank_page()
    page = pdf.pages[0].obj
    page["/MediaBox"] = Array([0, 0, 0, 0])
    if "/Contents" in page:
        del page["/Contents"]

    pages = made(saved(pdf))

    assert [round(float(value)) for value in pages.pdf.pages[0].obj["/MediaBox"]] == [0, -24, 595, 842]
