"""The characters the bundle's own pages use, each in an embedded subset of a face that has it."""

from __future__ import annotations

import io
from collections import defaultdict
from functools import partial

import pikepdf

from casedesk.base.fonts import Face, code_points, face_for
from casedesk.exports import pages as kit

_REMEMBERED = 20_000
Code = tuple[str, str]
"""The font resource that draws a character, and the character in that font, escaped."""
_ESCAPED = {byte: f"\\{byte:03o}" for byte in (*range(32), *b"\\()", *range(127, 256))}


class Letters:
    """Turns text into the operators that show it; afterwards gives the fonts these need."""

    def __init__(self) -> None:
        self._canvas = kit.new_canvas(io.BytesIO(), kit.A4)
        self._document = self._canvas._doc  # noqa: SLF001 - ReportLab keeps the fonts of a canvas there
        self._codes: dict[str, _Codes] = {}
        self._shown: dict[tuple[str, str, float], str] = {}
        self.missing: dict[str, None] = {}
        """Characters that no face has, printed by their code points."""

    def show(self, text: str, face: Face, size: float) -> str:
        """The operators that set fonts and show a line of text, for use between BT and ET."""
        key = (text, face.name, size)
        known = self._shown.get(key)
        if known is None:
            if len(self._shown) > _REMEMBERED:
                self._shown.clear()
            known = self._shown[key] = operators(self.codes(text, face), size)
        return known

    def codes(self, text: str, face: Face) -> list[Code]:
        """The text in pieces of one font each."""
        codes = self._codes.get(face.name)
        if codes is None:
            codes = self._codes[face.name] = _Codes(face, partial(self._code, face))
        found: list[tuple[str, list[str]]] = []
        last, pieces = "", list[str]()
        for char in text:  # a plain loop takes half the time of groupby
            font, shown = codes[char]
            if font != last:
                last, pieces = font, []
                found.append((font, pieces))
            pieces.append(shown)
        return [(font, "".join(pieces)) for font, pieces in found]

    def _code(self, face: Face, char: str) -> Code:
        drawn = face_for(char, face)
        if drawn is None:
            self.missing[char] = None
            char, drawn = code_points(char), face
        font = kit.font(drawn)
        [(subset, codes)] = font.splitString(char, self._document)
        name = font.getSubsetInternalName(subset, self._document)
        return f"Cd{name.removeprefix('/')}", "".join(_ESCAPED.get(byte) or chr(byte) for byte in codes)

    def fonts(self, pdf: pikepdf.Pdf) -> pikepdf.Dictionary:
        """The fonts by resource name, copied into `pdf`. Nothing further may be shown afterwards."""
        self._canvas.showPage()
        made = self._canvas.getpdfdata()
        with pikepdf.open(io.BytesIO(made)) as source:
            fonts = source.make_indirect(source.Root.Pages.Kids[0].Resources.Font)
            copied = pdf.copy_foreign(fonts)
        return pikepdf.Dictionary({f"/Cd{name.removeprefix('/')}": font for name, font in copied.items()})


def operators(codes: list[Code], size: float) -> str:
    """What sets the fonts and shows these pieces."""
    return "".join([f"/{font} {size:g} Tf({shown})Tj " for font, shown in codes])


class _Codes(defaultdict[str, Code]):
    """Character to code, found when first met."""

    def __init__(self, face: Face, find: partial[Code]) -> None:
        super().__init__()
        self.face, self._find = face, find

    def __missing__(self, char: str) -> Code:
        code = self[char] = self._find(char)
        return code
