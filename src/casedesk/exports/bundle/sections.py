"""The stamped exhibits of a bundle: one section in one document, or several set aside one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pikepdf
from pikepdf import Dictionary, Object, ObjectStreamMode

from casedesk.exports.bundle.joining import Joining
from casedesk.exports.exhibits.copying import layered, ordered


class Leaf(NamedTuple):
    """A page, or what stands for it, and the height of its upper edge."""

    page: Object
    top: float


@dataclass
class Section:
    """Exhibits in one document, stamped."""

    pdf: pikepdf.Pdf
    first: int
    """The page of the bundle, from 1, that it begins on."""
    pages: Sequence[Object]
    fonts: dict[str, Object]
    """Empty dictionaries in place of the stamps' fonts, which are made when all is written."""
    led_to: set[int]
    """The pages of the bundle that something may lead to."""

    def leaf(self, number: int) -> Leaf:
        """That page of the bundle."""
        page = self.pages[number - self.first]
        return Leaf(page, float(page["/MediaBox"][3]))


class Sections:
    """Takes sections in their order; afterwards what surrounds them is made in the document that `pdf` is."""

    def __init__(self) -> None:
        self._only: Section | None = None
        self._joining: Joining | None = None
        self._surround = pikepdf.new()
        self._count = 0
        self._leaves: dict[int, Leaf] = {}

    def add(self, section: Section, *, last: bool) -> None:
        """Take the next section; unless it is the only one, it is set aside and not needed any longer."""
        if last and self._joining is None:
            self._only = section
        else:
            self._set_aside(section)

    @property
    def pdf(self) -> pikepdf.Pdf:
        """The only section's document, or a new one that belongs to all."""
        return self._only.pdf if self._only is not None else self._surround

    def leaf(self, number: int) -> Leaf:
        """A page of the exhibits that something leads to, by its number in the bundle, from 1."""
        return self._only.leaf(number) if self._only is not None else self._leaves[number]

    def use(self, fonts: Dictionary) -> None:
        """These are the fonts of the stamps."""
        if self._joining is not None:
            for name, font in fonts.items():
                self._joining.name(font, f"font {name}")
        elif self._only is not None:
            for name, waiting in self._only.fonts.items():
                for key, value in fonts[name].items():
                    waiting[key] = value

    def order(self, front: Sequence[Object], total: int) -> None:
        """Make these and all exhibits the pages of the bundle, so many in `total`."""
        ordered(self.pdf, [*front, *(self._only.pages if self._only is not None else ())])
        if self._joining is not None:
            tree = self.pdf.Root["/Pages"]
            self._joining.name(tree, "pages")
            for number in range(self._count):
                tree["/Kids"].append(self._joining.stand_in(self.pdf, f"pages {number}"))
            self._joining.count(tree, total)

    def save(self, path: Path) -> None:
        """Write the bundle; the same bytes for the same pages."""
        if self._joining is not None:
            self._joining.add(self.pdf)
            self._joining.write(path)
        else:
            self.pdf.save(path, object_stream_mode=ObjectStreamMode.preserve, compress_streams=False, static_id=True,
                          min_version="1.7", fix_metadata_version=False)  # our metadata names no version

    def close(self) -> None:
        """Remove what was set aside, and let go of all documents and pages."""
        self._only, self._surround = None, pikepdf.new()
        self._leaves.clear()
        if self._joining is not None:
            self._joining.close()

    def _set_aside(self, section: Section) -> None:
        joining = self._joining = self._joining or Joining()
        for number in sorted(section.led_to):
            page, top = section.leaf(number)
            joining.name(page, f"page {number}")
            self._leaves[number] = Leaf(joining.stand_in(self._surround, f"page {number}"), top)
        for name, font in section.fonts.items():
            joining.let_stand_in(font, f"font {name}")
        self._move_layers(section.pdf, joining)
        ordered(section.pdf, section.pages)
        tree = section.pdf.Root["/Pages"]
        joining.name(tree, f"pages {self._count}")
        joining.hang(tree, joining.stand_in(section.pdf, "pages"))
        joining.add(section.pdf)
        self._count += 1

    def _move_layers(self, pdf: pikepdf.Pdf, joining: Joining) -> None:
        """The catalogue of the whole lists the layers of all, so they are kept beside it."""
        if "/OCProperties" not in pdf.Root:
            return
        theirs = pdf.Root["/OCProperties"]
        ours = self._surround.copy_foreign(pdf.make_indirect(theirs))
        for number, (group, copy) in enumerate(zip(theirs["/OCGs"], ours["/OCGs"], strict=True)):
            joining.name(copy, f"layer {self._count} {number}")
            joining.let_stand_in(group, f"layer {self._count} {number}")
        del pdf.Root["/OCProperties"]
        if isinstance(ours, Dictionary):
            layered(self._surround, ours)
