"""Binding: front pages and exhibits in one document, with stamps, links, labels and bookmarks from one page map."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from pikepdf import Array, Dictionary, Name, Object, ObjectStreamMode, Stream, String

from casedesk.exports.bundle.draft import Draft
from casedesk.exports.bundle.front import Drawn, Late, fill
from casedesk.exports.bundle.outline import Outline, bookmarks
from casedesk.exports.bundle.plan import Exhibit, Size, page_map
from casedesk.exports.bundle.stamps import Stamp, marks
from casedesk.exports.exhibits.assembly import Assembled, Placed
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


class Binding:
    """One bundle put together; its front must be drawn and its exhibits assembled."""

    def __init__(self, draft: Draft, assembled: Assembled) -> None:
        self.draft, self.assembled, self.pdf = draft, assembled, assembled.pdf
        self.front = draft.front.pages
        self.sheets = list(_sheets(draft.exhibits, assembled.exhibits))
        sizes = [Size(exhibit, len(placed.pages), shared) for exhibit, placed, shared in self.sheets]
        self.map = page_map(draft.front.places(), len(self.front), sizes)
        self.zoom = 1.0 if draft.profile.full_size else None
        self.before = draft.options.pages_before
        self.stamp = Stamp(draft.front.letters, draft.profile, self.map.total + self.before)

    def bind(self) -> None:
        """Do everything but save."""
        front_stamps = [self.stamp.page(band_of(self.draft.front.paper), self.before + number) for number in
                        range(1, len(self.front) + 1)]
        stamped = list(self._exhibit_stamps())
        lates = [self._late(late) for late in self.draft.front.lates]
        fonts = self.pdf.make_indirect(self.draft.front.letters.fonts(self.pdf))
        forms = [self._form(content, fonts) for content in lates]
        pages = [self._front_page(drawn, stamp, fonts, forms)
                 for drawn, stamp in zip(self.front, front_stamps, strict=True)]
        self._stamp_exhibits(stamped, fonts)
        pages += [page for page, _ in stamped]
        self.assembled.order(pages)
        self._navigation(pages)
        self._describe(pages)

    def save(self, path: Path) -> None:
        """Write the file, always the same bytes for the same bundle."""
        self.pdf.save(path, object_stream_mode=ObjectStreamMode.preserve, compress_streams=False, static_id=True,
                      min_version="1.7", fix_metadata_version=False)  # our metadata names no version

    def _exhibit_stamps(self) -> Iterator[tuple[Object, bytes]]:
        """Each page of the exhibits once, with its stamp."""
        for group in _on_one_page(self.sheets):
            first, placed, _ = group[0]
            mark = marks([exhibit for exhibit, _, _ in group])
            number = self.map.places[first.key].page + self.before
            captions = b" ".join(self.stamp.caption(one.caption, exhibit) for exhibit, one, _ in group if one.caption)
            for place, (page, band) in enumerate(zip(placed.pages, placed.bands, strict=True)):
                yield page, self.stamp.page(band, number + place, mark) + b" " + captions

    def _stamp_exhibits(self, stamped: Sequence[tuple[Object, bytes]], fonts: Object) -> None:
        """One stream before and one behind what a page draws; the fonts beside its own."""
        needed = {f"/{name}": fonts[f"/{name}"] for name in self.stamp.fonts}
        before = Stream(self.pdf, b"q\n")
        done: set[tuple[int, int]] = set()
        for page, stamp in stamped:
            _add_fonts(page, needed, done)
            drawn = page.get("/Contents")
            own = [drawn] if isinstance(drawn, Stream) else list(drawn) if isinstance(drawn, Array) else []
            page["/Contents"] = Array([before, *own, Stream(self.pdf, b"\nQ\nq " + stamp + b" Q\n")])

    def _late(self, late: Late) -> bytes:
        """What a reference shows now that every page has its place."""
        place = self.map.places.get(late.key)
        place = place and place.after(self.before)
        text = late.text.format(total=f"{self.map.total:,}", page=place.page if place else "",
                                pages=place.pages if place else "")
        style = late.style
        x = -width_of(text, style.face, style.size) * {"left": 0.0, "centre": 0.5, "right": 1.0}[late.align]
        shown = self.draft.front.letters.show(text, style.face, style.size)
        return f"{fill(style.colour)} BT {x:.2f} 0 Td {shown}ET".encode("latin-1")

    def _form(self, content: bytes, fonts: Object) -> Stream:
        return self.pdf.make_stream(
            content, Type=Name.XObject, Subtype=Name.Form, BBox=Array([-_REACH, -20, _REACH, 40]),
            Resources=Dictionary(Font=fonts))

    def _front_page(self, drawn: Drawn, stamp: bytes, fonts: Object, forms: Sequence[Stream]) -> Object:
        paper = self.draft.front.paper
        content = self.pdf.make_stream(drawn.content, Filter=Name.FlateDecode)
        drawn.content = b""  # the document holds it now; a long chronology need not be held twice
        resources = Dictionary(Font=fonts)
        if drawn.lates:
            resources["/XObject"] = Dictionary({f"/L{number}": forms[number] for number in drawn.lates})
        return self.pdf.make_indirect(Dictionary(
            MediaBox=Array([0, 0, paper.width, paper.height]), Resources=resources,
            Contents=Array([content, self.pdf.make_stream(b"\nq " + stamp + b" Q\n")])))

    def _navigation(self, pages: Sequence[Object]) -> None:
        """Links, bookmarks, labels, and how the document opens."""
        titled = self.draft.say("{title} (p. {page})") if self.draft.profile.paged_bookmarks else "{title}"
        outline = Outline(self.pdf, pages, self.zoom, titled, before=self.before)
        for page, drawn in zip(pages, self.front, strict=False):
            links = [self._link(link.rectangle, outline, link.key) for link in drawn.links
                     if link.key in self.map.places]
            if links:
                page["/Annots"] = Array(links)
        entries = {exhibit.key: placed.outline for exhibit, placed, _ in self.sheets}
        outline.write(list(bookmarks(self.draft, self.map, entries)))
        root = self.pdf.Root
        root["/PageMode"] = Name.UseOutlines
        root["/PageLabels"] = Dictionary(Nums=Array([0, Dictionary(S=Name.D, St=self.before + 1)]))
        if pages and self.zoom:
            root["/OpenAction"] = outline.destination(1)

    def _link(self, rectangle: tuple[float, float, float, float], outline: Outline, key: str) -> Object:
        place = self.map.places[key]
        return self.pdf.make_indirect(Dictionary(
            Type=Name.Annot, Subtype=Name.Link, Rect=Array([round(value, 2) for value in rectangle]),
            Border=Array([0, 0, 0]), F=4, Dest=outline.destination(place.page, place.top)))

    def _describe(self, pages: Sequence[Object]) -> None:
        """Title, language, and an identity that follows from what is in the bundle."""
        draft, root = self.draft, self.pdf.Root
        title = f"{draft.titled(draft.profile.cover)}  {draft.dossier.matter.name}".strip()
        lang = _LANGUAGES[draft.lang]
        root["/Lang"] = String(lang)
        root["/ViewerPreferences"] = Dictionary(DisplayDocTitle=True)
        root["/Metadata"] = self.pdf.make_stream(
            _XMP.format(title=escape(title), lang=lang).encode(), Type=Name.Metadata, Subtype=Name.XML)
        self.pdf.trailer["/Info"] = self.pdf.make_indirect(Dictionary(Title=title, Producer="CaseDesk"))
        told = [draft.dossier.chain_head, title, str(len(pages)), draft.profile.name, lang,
                *(exhibit.evidence.sha256 for exhibit in draft.exhibits)]
        digest = String(hashlib.sha256("\0".join(told).encode()).digest()[:16])
        self.pdf.trailer["/ID"] = Array([digest, digest])


Sheet = tuple[Exhibit, Placed, bool]
"""An exhibit, its pages, and whether its page is the one of the exhibit before it."""


def _sheets(exhibits: Sequence[Exhibit], placed: Sequence[Placed]) -> Iterator[Sheet]:
    last: Object | None = None
    for exhibit, one in zip(exhibits, placed, strict=True):
        shared = one.caption is not None and last is not None and last.objgen == one.pages[0].objgen
        last = one.pages[-1]
        yield exhibit, one, shared


def _on_one_page(sheets: Sequence[Sheet]) -> Iterator[list[Sheet]]:
    """Exhibits that share a page together, all others alone."""
    waiting: list[Sheet] = []
    for sheet in sheets:
        if waiting and not sheet[2]:
            yield waiting
            waiting = []
        waiting.append(sheet)
    if waiting:
        yield waiting


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


