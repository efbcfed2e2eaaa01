"""A bundle cut for a portal: every page once, numbers running on, links right across files."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from casedesk.base.i18n import words
from casedesk.casework import documents, evidence
from casedesk.exports import bundle
from casedesk.exports.bundle.volumes import Limits, Volume, split
from casedesk.records import Matter
from casedesk.store.cabinet import Store

LIMIT = 1_300_000


@pytest.fixture
def made(store: Store, matter: Matter, tmp_path: Path) -> tuple[Path, bundle.Result]:
    dice = random.Random(3)
    files = []
    for number in range(6):
        files.append(tmp_path / f"{number}.png")
        Image.frombytes("RGB", (400, 400), dice.randbytes(480_000)).save(files[-1])
    evidence.add_files(store, matter.id, files)
    out = tmp_path / "证据册.pdf"
    with documents.dossier(store, matter.id, "en") as dossier:
        return out, bundle.write(dossier, out, profile="ew-court", lang="en")


def cut(made: tuple[Path, bundle.Result], limits: Limits) -> list[Volume]:
    out, result = made
    return split(out, [one.first for one in result.exhibits], limits, words("en"))


def destinations(pdf: pikepdf.Pdf) -> Iterator[tuple[str, int]]:
    """(file, page from 1) that each link of the list of contents leads to."""
    index = {page.obj.objgen: number for number, page in enumerate(pdf.pages, 1)}
    for page in pdf.pages:
        for annotation in page.obj.get("/Annots", []):
            if "/Dest" in annotation:
                yield "", index[annotation.Dest[0].objgen]
            else:
                yield str(annotation.A.F.UF), int(annotation.A.D[0]) + 1


def test_a_bundle_within_the_limits_stays_one_file(made: tuple[Path, bundle.Result]) -> None:
    before = made[0].read_bytes()
    assert cut(made, Limits(size=10_000_000, pages=500)) == [Volume(made[0], 1, made[1].pages)]
    assert made[0].read_bytes() == before


def test_volumes_hold_every_page_once_under_its_number(made: tuple[Path, bundle.Result]) -> None:
    volumes = cut(made, Limits(size=LIMIT))
    assert len(volumes) >= 3
    assert not made[0].exists()
    assert [volumes[0].first, volumes[-1].last] == [1, made[1].pages]
    assert all(after.first == before.last + 1 for before, after in pairwise(volumes))
    assert {volume.first for volume in volumes[1:]} <= {one.first for one in made[1].exhibits}
    for volume in volumes:
        assert volume.file.stat().st_size <= LIMIT
        document = pypdfium2.PdfDocument(volume.file)
        for number, page in enumerate(document, volume.first):
            assert str(number) in page.get_textpage().get_text_range()[-12:]
        assert len(document) == volume.last - volume.first + 1
        document.close()
        with pikepdf.open(volume.file) as pdf:
            assert pdf.check_pdf_syntax() == []
            assert pdf.Root.PageLabels.Nums[1].St == volume.first


def test_links_and_bookmarks_lead_into_the_right_volume(made: tuple[Path, bundle.Result]) -> None:
    volumes = cut(made, Limits(size=LIMIT))
    of_file = {volume.file.name: volume for volume in volumes}
    with pikepdf.open(volumes[0].file) as pdf:
        found = {of_file[name].first + page - 1 if name else page for name, page in destinations(pdf)}
        assert {one.first for one in made[1].exhibits} <= found
        titles = []
        with pdf.open_outline() as outline:
            waiting = list(outline.root)
            while waiting:
                item = waiting.pop(0)
                titles.append(item.title)
                waiting = [*item.children, *waiting]
        assert sum("(p. " in title for title in titles) == len(titles) >= len(made[1].exhibits)


def test_limits_of_pages_cut_too(made: tuple[Path, bundle.Result]) -> None:
    volumes = cut(made, Limits(pages=4))
    assert all(volume.last - volume.first + 1 <= 4 for volume in volumes[1:])
    assert volumes[-1].last == made[1].pages


def test_a_document_larger_than_the_limit_gets_its_own_volume(made: tuple[Path, bundle.Result]) -> None:
    volumes = cut(made, Limits(size=1000))
    assert len(volumes) == 7


def test_the_same_bundle_is_cut_into_the_same_bytes(made: tuple[Path, bundle.Result], tmp_path: Path) -> None:
    copy = tmp_path / "again" / made[0].name
    copy.parent.mkdir()
    shutil.copy(made[0], copy)
    first = [volume.file.read_bytes() for volume in cut(made, Limits(size=LIMIT))]
    assert [volume.file.read_bytes() for volume in cut((copy, made[1]), Limits(size=LIMIT))] == first
