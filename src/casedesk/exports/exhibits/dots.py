"""How finely the pictures of a scanned page are drawn, in dots per inch."""

from __future__ import annotations

import pikepdf
from pikepdf import Dictionary, Name, Object, Stream


def dots_per_inch(page: Object, resources: Object | None, unit: float) -> float:
    """The finest picture a page draws directly; 0 where that cannot be told."""
    found, matrix, kept = [0.0], pikepdf.Matrix(), []
    pictures = (resources or Dictionary()).get("/XObject", Dictionary())
    try:
        steps = pikepdf.parse_content_stream(page, "q Q cm Do")
    except (pikepdf.PdfError, pikepdf.PdfParsingError):
        return 0.0
    for instruction in steps:
        operands = list(instruction.operands)
        match str(instruction.operator):
            case "q":
                kept.append(matrix)
            case "Q" if kept:
                matrix = kept.pop()
            case "cm" if len(operands) == 6:
                matrix = pikepdf.Matrix(*(float(value) for value in operands)) @ matrix
            case "Do" if operands and isinstance(operands[0], Name):
                found += _dots(pictures.get(str(operands[0])), matrix, unit)
    return max(found)


def _dots(picture: Object | None, matrix: pikepdf.Matrix, unit: float) -> list[float]:
    if not isinstance(picture, Stream) or picture.get("/Subtype") != Name.Image:
        return []
    across, up = (matrix.a**2 + matrix.b**2) ** 0.5 * unit / 72, (matrix.c**2 + matrix.d**2) ** 0.5 * unit / 72
    if across < 0.01 or up < 0.01:
        return []
    return [min(int(picture.get("/Width", 0)) / across, int(picture.get("/Height", 0)) / up)]
