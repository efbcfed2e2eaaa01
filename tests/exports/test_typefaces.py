from __future__ import annotations

import pytest
from reportlab.pdfbase.ttfonts import TTFontFile

from casedesk.base.fonts import FACES, HEI, HEI_BOLD, RARE, SIGNS, SONG, Face
from casedesk.exports.typefaces import typeface

KINDS = pytest.mark.parametrize("face", FACES, ids=lambda face: face.name)


@KINDS
def test_every_glyph_is_the_one_reportlab_finds_when_it_reads_the_whole_file(face: Face) -> None:
    whole, ours = TTFontFile(str(face.path)), typeface(face).face

    assert {code: ours.charToGlyph[code] for code in whole.charToGlyph} == whole.charToGlyph
    assert {code: ours.charWidths[code] for code in whole.charWidths} == whole.charWidths
    assert [ours.hmetrics[glyph][1] for glyph in range(whole.numGlyphs)] == [bearing for _, bearing in whole.hmetrics]
    assert [ours.glyphPos[glyph] for glyph in range(whole.numGlyphs + 1)] == whole.glyphPos
    assert (ours.defaultWidth, ours.bbox, ours.ascent) == (whole.defaultWidth, whole.bbox, whole.ascent)


@pytest.mark.parametrize("face", [SONG, HEI, HEI_BOLD, SIGNS], ids=lambda face: face.name)
def test_a_part_of_a_face_is_the_part_reportlab_makes(face: Face) -> None:
    whole, ours = TTFontFile(str(face.path)), typeface(face).face
    some = [0, 0x20, *sorted(whole.charToGlyph)[::97][:200]]

    assert ours.makeSubset(some) == whole.makeSubset(some)


def test_a_glyph_without_a_width_of_its_own_is_as_wide_as_the_last_one_in_the_units_of_the_face() -> None:
    face = typeface(RARE).face
    last = face.numGlyphs - 1

    assert face.hmetrics[last][0] == face.unitsPerEm == 512  # ReportLab says 1000 here
    assert face.charWidths[ord("𠀎")] == 1000


def test_what_a_face_lacks_has_no_glyph() -> None:
    face = typeface(RARE).face

    assert ord("A") not in face.charToGlyph
    with pytest.raises(KeyError):
        face.charToGlyph[ord("A")]
    assert face.charWidths.get(ord("A"), 7) == 7


def test_a_space_that_may_not_break_is_a_space() -> None:
    face = typeface(HEI).face

    assert face.charToGlyph[0xA0] == face.charToGlyph[0x20]
    assert face.charWidths[0xA0] == face.charWidths[0x20]
