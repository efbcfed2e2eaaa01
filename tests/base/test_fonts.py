from __future__ import annotations

import io
import unicodedata

import pikepdf
import pytest
from hypothesis import given, strategies as st
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont, TTFontFile
from reportlab.pdfgen.canvas import Canvas

from casedesk.base.fonts import FACES, HEI, HEI_BOLD, RARE, SIGNS, SONG, Face, chain, code_points, coverage, runs

RARE_NAMES = "龑翯婳㛃䶮㙍𫖮𬭎𠮷𰻝𱁬㐂"
KINDS = pytest.mark.parametrize("face", FACES, ids=lambda face: face.name)


def assigned(first: int, last: int) -> set[str]:
    return {chr(code) for code in range(first, last + 1) if unicodedata.category(chr(code)) != "Cn"}


@KINDS
def test_coverage_is_what_the_pdf_library_finds_in_the_file(face: Face) -> None:
    font = TTFontFile(str(face.path))

    assert {chr(code) for code in font.charToGlyph} == set(coverage(face))
    assert font.name.decode() == face.name


@KINDS
def test_every_face_is_embedded_in_a_pdf_as_a_small_part_of_itself(face: Face) -> None:
    pdfmetrics.registerFont(TTFont(face.name, face.path))
    out = io.BytesIO()
    canvas = Canvas(out, initialFontName=face.name)
    canvas.setFont(face.name, 9)
    canvas.drawString(10, 400, "".join(sorted(char for char in coverage(face) if char.isalnum())[:100]))
    canvas.save()

    document = pikepdf.open(out)
    fonts = [part for part in document.objects if isinstance(part, pikepdf.Dictionary) and "/FontFile2" in part]
    assert [str(font.FontName) for font in fonts] == [f"/AAAAAA+{face.name}"]
    assert all(len(font.FontFile2.read_bytes()) < 120_000 for font in fonts)


@pytest.mark.parametrize("face", [SONG, HEI, HEI_BOLD])
def test_rare_name_characters_are_in_the_main_faces(face: Face) -> None:
    assert runs(f"{RARE_NAMES}，证据1-1 “A”", face) == [(face, f"{RARE_NAMES}，证据1-1 “A”")]


@pytest.mark.parametrize("face", [SONG, HEI, HEI_BOLD])
@pytest.mark.parametrize(
    ("block", "first", "last"),
    [("Extension A", 0x3400, 0x4DB5), ("Extension B", 0x20000, 0x2A6D6), ("unified Han", 0x4E00, 0x9FEA)],
)
def test_whole_blocks_have_a_face(face: Face, block: str, first: int, last: int) -> None:
    have = set().union(*(coverage(other) for other in chain(face)[:3]))

    assert assigned(first, last) - have == set(), block


@pytest.mark.parametrize("char", ["𪚥", "𠀎", "𬺡"])
def test_a_character_beyond_the_main_face_falls_to_the_rare_one(char: str) -> None:
    assert runs(f"张{char}，男", SONG) == [(SONG, "张"), (RARE, char), (SONG, "，男")]


@pytest.mark.parametrize(
    "text",
    ["😀", "🥰", "🥺", "👍🏽", "☎", "✓", "Привет", "안녕", "ئۇيغۇر", "བོད", "ꆈꌠ", "ᠮᠣᠩ", "ไทย", "é́"],
)
def test_chat_messages_in_any_script_are_drawn(text: str) -> None:
    assert None not in {face for face, _ in runs(text, SONG)}


def test_emoji_are_drawn_and_their_joiners_take_no_room() -> None:
    assert runs("❤\ufe0f", SONG) == [(SIGNS, "❤"), (SONG, "\ufe0f")]
    font = TTFont(SONG.name, SONG.path)
    assert font.stringWidth("\ufe0f\u200d\u200b\u2066", 10) == 0


def test_what_no_face_has_is_named() -> None:
    assert runs("a\ue001\ud83db", SONG) == [(SONG, "a"), (None, "\ue001\ud83d"), (SONG, "b")]
    assert code_points("\ue001\U0003fffd") == "[U+E001][U+3FFFD]"


@given(st.text(st.characters(), max_size=60), st.sampled_from([SONG, HEI, HEI_BOLD]))
def test_runs_lose_nothing_and_take_the_first_face_that_has_it(text: str, face: Face) -> None:
    pieces = runs(text, face)

    assert "".join(piece for _, piece in pieces) == text
    for drawn, piece in pieces:
        earlier = chain(face)[: chain(face).index(drawn)] if drawn else chain(face)
        assert drawn is None or all(char in coverage(drawn) for char in piece)
        assert not any(char in coverage(other) for other in earlier for char in piece)
