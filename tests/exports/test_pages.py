from __future__ import annotations

import io

import pypdfium2
import pytest
from hypothesis import given, strategies as st

from casedesk.base.fonts import HEI, HEI_BOLD, SONG, Face
from casedesk.exports.pages import A4, LETTER, Paper, band_scale, draw, new_canvas, width_of, wrap

CLOSING, OPENING = "，。、；：？！）》」』】”’…—%", "（《「『【“‘¥"


@given(st.text(alphabet="催收还款abc-de （“’，。！”）《》…—¥%1 𫖮\U0010fffe"), st.integers(60, 400))
def test_lines_fit_and_together_say_the_text(text: str, width: int) -> None:
    lines = wrap(text, SONG, 10, width)

    assert all(width_of(line, SONG, 10) <= width + 0.001 for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


@given(st.lists(st.sampled_from(["催收", "还款", "，", "。", "（甲）", "“说”", "《法》", "第3条", "pay "]), min_size=1))
def test_no_line_begins_with_closing_or_ends_with_opening_signs(parts: list[str]) -> None:
    text = "字" + "字".join(parts)
    lines = wrap(text, SONG, 10, 120)

    assert not any(line[0] in CLOSING for line in lines if line)
    assert not any(line[-1] in OPENING for line in lines[:-1] if line)


def test_words_are_kept_whole_and_line_ends_are_kept() -> None:
    assert wrap("one two three", SONG, 10, width_of("one two", SONG, 10) + 1) == ["one two", "three"]
    assert wrap("a\r\nb\n\nc\rd\u2028e", SONG, 10, 100) == ["a", "b", "", "c", "d", "e"]
    assert wrap("", SONG, 10, 100) == [""]


def test_a_name_too_long_for_its_column_is_not_parted_behind_a_hyphen() -> None:
    for width in range(20, 60):
        lines = wrap("Jean-Pierre O'Neill-Müller", SONG, 10, width)
        assert not any(line.endswith("-") for line in lines)
        assert all(width_of(line, SONG, 10) <= width for line in lines)
    assert wrap("-" * 30, SONG, 10, 20)


@pytest.mark.parametrize("face", [SONG, HEI, HEI_BOLD], ids=lambda face: face.name)
def test_quotation_marks_are_narrow_beside_latin_letters_and_wide_beside_chinese(face: Face) -> None:
    latin, chinese = "Mary O’Connor’s “card”", "他说“还钱”。"
    assert width_of(latin, face, 10) < width_of(latin.replace("’", "").replace("“", "").replace("”", ""), face, 10) + 18
    assert width_of(chinese, face, 10) == 10 * len(chinese)
    out = io.BytesIO()
    canvas = new_canvas(out)
    draw(canvas, (40, 700), latin + chinese, face, 12)
    canvas.save()
    document = pypdfium2.PdfDocument(out.getvalue())
    page = document[0].get_textpage()
    assert page.get_text_range() == latin + chinese
    edge = page.get_charbox(len(latin + chinese) - 1, loose=True)[2]
    document.close()
    assert edge == pytest.approx(40 + width_of(latin + chinese, face, 12), abs=0.5)


def test_text_drawn_is_the_text_found_whatever_the_script() -> None:
    text = "张龑𫖮𬭎𠮷㛃䶮 Müller €5 ☎ \U0010fffe"
    out = io.BytesIO()
    canvas = new_canvas(out, LETTER)
    for number, face in enumerate((SONG, HEI, HEI_BOLD)):
        draw(canvas, (40, 700 - number * 40), text, face, 12)
    canvas.save()

    document = pypdfium2.PdfDocument(out.getvalue())
    found = document[0].get_textpage().get_text_bounded().split("\r\n")
    document.close()
    assert [line.strip() for line in found] == [text.replace("\U0010fffe", "[U+10FFFE]")] * 3
    assert b"Helvetica" not in out.getvalue()


@pytest.mark.parametrize(("align", "start"), [("left", 300.0), ("centre", 250.0), ("right", 200.0)])
def test_alignment(align: str, start: float) -> None:
    out = io.BytesIO()
    canvas = new_canvas(out)
    draw(canvas, (300, 300), "催" * 10, SONG, 10, align=align)  # type: ignore[arg-type]
    canvas.save()

    document = pypdfium2.PdfDocument(out.getvalue())
    left = document[0].get_textpage().get_charbox(0)[0]
    document.close()
    assert left == pytest.approx(start, abs=2)


def test_same_drawing_same_bytes() -> None:
    def once() -> bytes:
        out = io.BytesIO()
        canvas = new_canvas(out)
        draw(canvas, (40, 700), "催收𫖮", SONG, 12)
        canvas.save()
        return out.getvalue()

    assert once() == once()


def test_stamps_look_alike_on_every_size() -> None:
    assert band_scale(A4.width, A4.height) == 1
    assert band_scale(A4.height, A4.width) == 1
    assert band_scale(A4.width * 2, A4.height * 2) == pytest.approx(2)
    assert band_scale(100, 100) == 0.6
    assert Paper(10, 20).across == Paper(20, 10)
