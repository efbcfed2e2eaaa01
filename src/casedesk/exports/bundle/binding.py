"""Binding: front pages and exhibits in one document, with stamps, links, labels and bookmarks from one page map."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from itertools import chain, repeat
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Stream, String

from casedesk.exports.bundle.draft import Draft
from casedesk.exports.bundle.front import Drawn, Late, fill
from casedesk.exports.bundle.numbers import Numbers, inserted, label, parted, running_on, span
from casedesk.exports.bundle.outline import Outline, bookmarks
from casedesk.exports.bundle.plan import Exhibit, Place, Size, page_map
from casedesk.exports.bundle.sections import Leaf, Section, Sections
from casedesk.exports.bundle.stamps import Stamp, above, marks
from casedesk.exports.exhibits.assembly import Assembled, Extent, Placed
from casedesk.exports.exhibits.findings import Entry
from casedesk.exports.exhibits.flow import band_of
from casedesk.exports.pages import width_of

_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:language><rdf:Bag><rdf:li>{lang}</rdf:li></rdf:Bag></dc:language>
<pdf:Producer>CaseDesk</pdf:Producer></rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>"""
_LANGUAGES = {"zh": "zh-CN", "en": "en"}
_REACH = 420.0


class Sheet(NamedTuple):
    """An exhibit, how many pages it takes, and these."""

    exhibit: Exhibit
    extent: Extent
    placed: Placed


class Binding:
    """One bundle put together, its exhibits section by section; its front must be drawn."""

    def __init__(self, draft: Draft, extents: Sequence[Extent]) -> None:
        self.draft = draft
        self.front = draft.front.pages
        sizes = [Size(exhibit, *extent) for exhibit, extent in zip(draft.exhibits, extents, strict=True)]
        self.map = page_map(draft.front.places(), len(self.front), sizes)
        self.zoom = 1.0 if draft.profile.full_size else None
        filed = draft.options.filed
        self.inserted = _inserted(draft, len(self.front), sizes) if filed.contents else []
        self.printed: Numbers = self._inserted if self.inserted else running_on(filed.pages)
        self.stamp = Stamp(draft.front.letters, draft.profile, self.printed, self.map.total + filed.pages)
        self.sections = Sections()
        self._coming = iter(zip(draft.exhibits, extents, strict=True))
        self._entries: dict[str, Sequence[Entry]] = {}

    def add(self, assembled: Assembled, *, last: bool) -> None:
        """Stamp the next exhibits; unless they are the `last`, nothing of them need be held any longer."""
        sheets = [Sheet(*next(self._coming), placed) for placed in assembled.exhibits]
        self._entries.update((sheet.exhibit.key, sheet.placed.outline) for sheet in sheets)
        stamped = list(self._stamps(sheets))
        pdf = assembled.pdf
        fonts: dict[str, Object] = {f"/{name}": pdf.make_indirect(Dictionary()) for name in self.stamp.fonts}
        _stamp(pdf, stamped, fonts)
        first = self.map.places[sheets[0].exhibit.key].page if sheets else self.map.total + 1
        section = Section(pdf, first, [page for page, _ in stamped], fonts, set(self._led_to(sheets)))
        self.sections.add(section, last=last)

    def save(self, path: Path) -> None:
        """Draw what surrounds the exhibits and write the file, always the same bytes for the same bundle."""
        front_stamps = [self.stamp.page(band_of(self.draft.front.paper), page)
                        for page in range(1, len(self.front) + 1)]
        lates = [self._late(late) for late in self.draft.front.lates]
        pdf = self.sections.pdf
        made = self.draft.front.letters.fonts(pdf)
        self.sections.use(made)
        fonts = pdf.make_indirect(made)
        forms = [_form(pdf, content, fonts) for content in lates]
        front = [self._front_page(pdf, drawn, stamp, fonts, forms)
                 for drawn, stamp in zip(self.front, front_stamps, strict=True)]
        self.sections.order(front, self.map.total)
        self._navigation(pdf, front)
        self._describe(pdf)
        self.sections.save(path)

    def _stamps(self, sheets: Sequence[Sheet]) -> Iterator[tuple[Object, bytes]]:
        """Each page of these exhibits once, with its stamp and the bounds of what it draws itself."""
        for group in _on_one_page(sheets):
            first, extent, placed = group[0]
            if len(placed.pages) != extent.pages:
                raise AssertionError(first.number)  # every page number after it would be wrong
            mark = marks([sheet.exhibit for sheet in group])
            number = self.map.places[first.key].page
            captions = b"".join(self.stamp.caption(sheet.placed.caption, sheet.exhibit)
                                 for sheet in group if sheet.placed.caption)
            for place, (page, band) in enumerate(zip(placed.pages, placed.bands, strict=True)):
                yield page, b"q %s %sQ\n%s\n" % (self.stamp.page(band, number + place, mark), captions, above(band))

    def _led_to(self, sheets: Sequence[Sheet]) -> Iterator[int]:
        """The pages, from 1, that contents or bookmarks lead to."""
        for exhibit, _, placed in sheets:
            first = self.map.places[exhibit.key].page
            yield first
            yield from (first + page for entry in placed.outline for page in entry.pages())

    def _late(self, late: Late) -> bytes:
        """What a reference shows now that every page has its place."""
        place = self.map.places.get(late.key)
        text = late.text.format(total=f"{self.map.total:,}", page=self.printed(place.page) if place else "",
                                pages=self.cited(place) if place else "")
        style = late.style
        x = -width_of(text, style.face, style.size) * {"left": 0.0, "centre": 0.5, "right": 1.0}[late.align]
        shown = self.draft.front.letters.show(text, style.face, style.size)
        return f"{fill(style.colour)} BT {x:.2f} 0 Td {shown}ET".encode("latin-1")

    def _front_page(
        self, pdf: pikepdf.Pdf, drawn: Drawn, stamp: bytes, fonts: Object, forms: Sequence[Stream],
    ) -> Object:
        paper = self.draft.front.paper
        content = pdf.make_stream(drawn.content, Filter=Name.FlateDecode)
        drawn.content = b""  # the document holds it now; a long chronology need not be held twice
        resources = Dictionary(Font=fonts)
        if drawn.lates:
            resources["/XObject"] = Dictionary({f"/L{number}": forms[number] for number in drawn.lates})
        return pdf.make_indirect(Dictionary(
            MediaBox=Array([0, 0, paper.width, paper.height]), Resources=resources,
            Contents=Array([content, pdf.make_stream(b"\nq " + stamp + b" Q\n")])))

    def _navigation(self, pdf: pikepdf.Pdf, front: Sequence[Object]) -> None:
        """Links, bookmarks, labels, and how the document opens."""
        top = self.draft.front.paper.height

        def leaf(number: int) -> Leaf:
            return Leaf(front[number - 1], top) if number <= len(front) else self.sections.leaf(number)

        outline = Outline(pdf, leaf, self.zoom, self._titled)
        for page, drawn in zip(front, self.front, strict=True):
            links = [self._link(pdf, link.rectangle, outline, link.key) for link in drawn.links
                     if link.key in self.map.places]
            if links:
                page["/Annots"] = Array(links)
        outline.write(list(bookmarks(self.draft, self.map, self._entries)))
        root = pdf.Root
        root["/PageMode"] = Name.UseOutlines
        label(pdf, self.inserted or [self.printed(1)])
        if self.map.total and self.zoom:
            root["/OpenAction"] = outline.destination(1)

    @property
    def last(self) -> int:
        """The last number of a page that is not inserted."""
        before = self.draft.options.filed.pages
        numbers = map(parted, self.inserted)
        return max((number for number, letter in numbers if not letter), default=before + (
            0 if self.inserted else self.map.total))

    def cited(self, place: Place) -> str:
        """The printed numbers of what is in a place."""
        return span(self.printed(place.page), self.printed(max(place.page, place.last)))

    def _inserted(self, page: int) -> str:
        return self.inserted[page - 1]

    def _titled(self, title: str, page: int) -> str:
        if not self.draft.profile.paged_bookmarks:
            return title
        return self.draft.say("{title} (p. {page})", title=title, page=self.printed(page))

    def _link(
        self, pdf: pikepdf.Pdf, rectangle: tuple[float, float, float, float], outline: Outline, key: str,
    ) -> Object:
        place = self.map.places[key]
        return pdf.make_indirect(Dictionary(
            Type=Name.Annot, Subtype=Name.Link, Rect=Array([round(value, 2) for value in rectangle]),
            Border=Array([0, 0, 0]), F=4, Dest=outline.destination(place.page, place.top)))

    def _describe(self, pdf: pikepdf.Pdf) -> None:
        """Title, language, and an identity that follows from what is in the bundle."""
        draft, root = self.draft, pdf.Root
        title = f"{draft.titled(draft.profile.cover)}  {draft.dossier.matter.name}".strip()
        lang = _LANGUAGES[draft.lang]
        root["/Lang"] = String(lang)
        root["/ViewerPreferences"] = Dictionary(DisplayDocTitle=True)
        root["/Metadata"] = pdf.make_stream(
            _XMP.format(title=escape(title), lang=lang).encode(), Type=Name.Metadata, Subtype=Name.XML)
        pdf.trailer["/Info"] = pdf.make_indirect(Dictionary(Title=title, Producer="CaseDesk"))
        told = [draft.dossier.chain_head, title, str(self.map.total), draft.profile.name, lang,
                *(exhibit.evidence.sha256 for exhibit in draft.exhibits)]
        digest = String(hashlib.sha256("\0".join(told).encode()).digest()[:16])
        pdf.trailer["/ID"] = Array([digest, digest])


def _inserted(draft: Draft, front: int, sizes: Sequence[Size]) -> list[str]:
    """The printed number of each page: the list behind the one that was filed, exhibits where they belong."""
    filed = draft.options.filed
    behind = [*repeat(filed.contents, front), *chain.from_iterable(
        repeat(size.exhibit.behind, 0 if size.shared else size.pages) for size in sizes)]
    return inserted(behind, filed.pages, filed.numbers)


def _form(pdf: pikepdf.Pdf, content: bytes, fonts: Object) -> Stream:
    return pdf.make_stream(
        content, Type=Name.XObject, Subtype=Name.Form, BBox=Array([-_REACH, -20, _REACH, 40]),
        Resources=Dictionary(Font=fonts))


def _on_one_page(sheets: Sequence[Sheet]) -> Iterator[list[Sheet]]:
    """Exhibits that share a page together, all others alone."""
    waiting: list[Sheet] = []
    for sheet in sheets:
        if waiting and not sheet.extent.shared:
            yield waiting
            waiting = []
        waiting.append(sheet)
    if waiting:
        yield waiting


def _stamp(pdf: pikepdf.Pdf, stamped: Sequence[tuple[Object, bytes]], fonts: dict[str, Object]) -> None:
    """A stream before what a page draws, where nothing the page does can harm it; the fonts beside its own."""
    done: set[tuple[int, int]] = set()
    for page, stamp in stamped:
        _add_fonts(page, fonts, done)
        drawn = page.get("/Contents")
        own = [drawn] if isinstance(drawn, Stream) else list(drawn) if isinstance(drawn, Array) else []
        page["/Contents"] = Array([Stream(pdf, stamp), *own])


def _add_fonts(page: Object, needed: dict[str, Object], done: set[tuple[int, int]]) -> None:
    """Enter the stamp's fonts into a page's resources, which several pages may share."""
    resources = page.get("/Resources")
    if not isinstance(resources, Dictionary):
        resources = page["/Resources"] = Dictionary()
    elif resources.is_indirect:
        if resources.objgen in done:
            return
        done.add(resources.objgen)
    fonts = resources.get("/Font")
    if not isinstance(fonts, Dictionary):
        resources["/Font"] = Dictionary(needed)
        return
    if fonts.is_indirect:
        if fonts.objgen in done:
            return
        done.add(fonts.objgen)
    for name, font in needed.items():
        fonts[name] = font


