"""The firm's own DOCX template: opened if nothing in it runs or reaches out, its places filled wherever they stand."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from docx import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from casedesk.base.errors import DocumentError
from casedesk.base.i18n import tr
from casedesk.exports.workbook.texts import visible

if TYPE_CHECKING:
    from docx.document import Document as Doc

_BODY = "text"
"""A paragraph of this place alone in the firm's template is replaced by the form's text."""
_PLACE = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
"""Whatever stands in double braces: what names nothing is told to be no place, not printed as it is."""
_LARGEST = 100_000_000
"""Bytes a template may unpack to."""
_RUNS = ("vbaProject", "activeX", "oleObject", "aFChunk", "/package", "control")
"""Ends of the types of what a word processor would run, or open as a document of its own."""
_REACHES = re.compile(r"^\s*(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|LINK|MACROBUTTON|DATABASE|IMPORT)\b",
                      re.IGNORECASE | re.MULTILINE)
_TEMPLATE = "attachedTemplate"


def opened(template: bytes) -> Doc:
    """The firm's template; DocumentError when it is no DOCX, or holds what runs or is fetched from elsewhere."""
    try:
        with zipfile.ZipFile(io.BytesIO(template)) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > _LARGEST:
                raise ValueError(tr("it unpacks to more than 100 MB"))
        document = Document(io.BytesIO(template))
        _forget_template(document)
        found = next(_dangers(document), None)
    except (OSError, KeyError, ValueError, SyntaxError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error,
            PackageNotFoundError) as problem:
        raise DocumentError(tr("The firm's template cannot be read: {reason}.", reason=f"{problem!s:.200}"),
                            tr("Save it as DOCX from a word processor.")) from problem
    if found is not None:
        raise DocumentError(tr("The firm's template is not taken: it holds {what}.", what=found),
                            tr("Take that out in a word processor and save it again; a template is text and pictures."))
    return document


def _forget_template(document: Doc) -> None:
    """Where the template itself was made from says nothing to a reader, and may be fetched by a word processor."""
    for part in document.part.package.iter_parts():
        for key, one in list(part.rels.items()):
            if one.reltype.endswith(_TEMPLATE):
                part.rels.pop(key)
                for named in _elements(part, f"w:{_TEMPLATE}"):
                    named.getparent().remove(named)


def _dangers(document: Doc) -> Iterator[str]:
    for part in document.part.package.iter_parts():
        for one in part.rels.values():
            if one.reltype.endswith(_RUNS):
                yield tr("a macro or an embedded object ({part})", part=one.reltype.rpartition("/")[2])
            elif one.is_external and not one.reltype.endswith("/hyperlink"):
                yield tr("something that is fetched from {place}", place=one.target_ref)
        for paragraph in _elements(part, "w:p"):
            found = _REACHES.search(_fields(paragraph))
            if found:
                yield tr("a field that runs or fetches something ({field})", field=found[1])


def _fields(paragraph: Any) -> str:
    """The codes of the fields of a paragraph, one a line; a code may be split over runs."""
    return "".join(one.text or "" if one.tag == qn("w:instrText") else "\n" + (one.get(qn("w:instr")) or "")
                   for one in paragraph.iter(qn("w:fldChar"), qn("w:instrText"), qn("w:fldSimple")))


def _elements(part: Any, name: str) -> list[Any]:
    """The elements of this name in a part that is XML of a document."""
    element = getattr(part, "element", None)
    if element is None and part.partname.endswith(".xml") and b"<w:" in part.blob:
        element = _parsed(part)
    return list(element.iter(qn(name))) if element is not None else []


def _parsed(part: Any) -> Any:
    from docx.oxml import parse_xml

    return parse_xml(part.blob)


def fill_places(document: Doc, value: Callable[[str], str]) -> None:
    """Put values at {{client.name}} and the like, also in tables, text boxes, headers and footers.

    A place may be split over runs; its value has the look of the first, and all round it stays as it is.
    """
    for part in document.part.package.iter_parts():
        for paragraph in _elements(part, "w:p"):
            texts = _texts(paragraph)
            told = "".join(one.text or "" for one in texts)
            if not is_mark(told):
                for found in reversed(list(_PLACE.finditer(told))):
                    _put(texts, found.span(), visible(value(found[1])))


def is_mark(text: str) -> bool:
    """Whether a paragraph is the one that the form's text takes the place of."""
    found = _PLACE.fullmatch(text.strip())
    return found is not None and found[1] == _BODY


def _texts(paragraph: Any) -> list[Any]:
    """The texts of a paragraph, without those of the boxes in it."""
    return [one for one in paragraph.iter(qn("w:t")) if next(one.iterancestors(qn("w:p"))) is paragraph]


def check(template: bytes) -> None:
    """DocumentError where a letter would show what is meant for the program, or has no one place in the template."""
    document = opened(template)
    marks = [one._p for one in document.paragraphs if is_mark(one.text)]  # noqa: SLF001
    for part in document.part.package.iter_parts():
        filled = getattr(part, "element", None) is not None
        for paragraph in _elements(part, "w:p"):
            told = "".join(one.text or "" for one in _texts(paragraph))
            if re.search(r"\{\{|\}\}|\{%", told if not filled else _PLACE.sub("", told)):
                raise _not_taken(told, tr("a template has only places in double braces, whole, in the text, in tables, "
                                          "boxes, header and footer; no commands"))
            if _BODY in _PLACE.findall(told) and paragraph not in marks:
                raise _not_taken(told, tr("the place of the letter stands alone in a paragraph of the body, not in a "
                                          "table, box, header or footer"))
    if len(marks) > 1:
        raise _not_taken("{{text}}", tr("it stands there twice"))


def _not_taken(told: str, why: str) -> DocumentError:
    return DocumentError(tr("The firm's template is not taken: “{text}”: {why}.", text=f"{told.strip():.80}", why=why),
                         tr("Correct that in a word processor and save it again."))


def named(template: bytes) -> list[str]:
    """What the places of a template name, in their order."""
    found: dict[str, None] = {}

    def noted(path: str) -> str:
        found[path] = None
        return ""

    fill_places(opened(template), noted)
    return list(found)


def _put(texts: list[Any], span: tuple[int, int], value: str) -> None:
    """Put a value in the place of the signs of a span, counted over all texts."""
    at = 0
    for one in texts:
        held = one.text or ""
        start, end = (min(max(edge - at, 0), len(held)) for edge in span)
        first = at <= span[0] < at + len(held)
        if start < end:
            one.text = held[:start] + (value if first else "") + held[end:]
            one.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            if first and "\n" in value:
                _break(one)
        at += len(held)


def _break(text: Any) -> None:
    """Lines of a value, parted by breaks."""
    first, *lines = text.text.split("\n")
    text.text, after = first, text
    for line in lines:
        parted, more = OxmlElement("w:br"), OxmlElement("w:t")
        more.text = line
        more.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        after.addnext(parted)
        parted.addnext(more)
        after = more
