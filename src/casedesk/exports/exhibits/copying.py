"""Pages copied from one PDF to another in time linear in their number, with their links and layers.

pikepdf's own page list goes through all its pages for each one that is added. Here the pages travel as plain
dictionaries, all of a document at once so that links between them hold, and become pages when their order is known.
"""

from __future__ import annotations

from collections.abc import Sequence

import pikepdf
from pikepdf import Array, Dictionary, Name, Object

_IN_TRANSIT = Name("/CdPage")
_LISTS = ("/OFF", "/ON", "/Order", "/AS", "/RBGroups", "/Locked")


def taken(out: pikepdf.Pdf, source: pikepdf.Pdf) -> list[Object]:
    """Copies of the source's pages, in `out` but not yet in its page tree. The source is used up by this."""
    pages = [page.obj for page in source.pages]
    for page in pages:
        page["/Type"] = _IN_TRANSIT
        if "/Parent" in page:
            del page["/Parent"]
    layers = source.Root.get("/OCProperties")
    carried = source.make_indirect(Array([Array(pages), layers if isinstance(layers, Dictionary) else None]))
    copied = out.copy_foreign(carried)
    if isinstance(copied[1], Dictionary):
        layered(out, copied[1])
    return list(copied[0])


def ordered(out: pikepdf.Pdf, pages: Sequence[Object]) -> None:
    """Make these the pages of `out`; its page list must not have been looked at before."""
    tree = out.Root["/Pages"]
    for page in pages:
        page["/Type"] = Name.Page
        page["/Parent"] = tree
    tree["/Kids"] = Array(pages)
    tree["/Count"] = len(pages)


def layered(out: pikepdf.Pdf, theirs: Dictionary) -> None:
    """Enter the layers of a document, so that those it does not show stay unseen."""
    groups = [group for group in theirs.get("/OCGs", []) if isinstance(group, Dictionary)]
    state = theirs.get("/D")
    if not isinstance(state, Dictionary):
        state = Dictionary()
    if state.get("/BaseState") == Name.OFF:
        shown = {group.objgen for group in state.get("/ON", [])}
        state["/OFF"] = Array([group for group in groups if group.objgen not in shown])
    if "/OCProperties" not in out.Root:
        out.Root["/OCProperties"] = Dictionary(OCGs=Array(), D=Dictionary())
    ours = out.Root["/OCProperties"]
    ours["/OCGs"].extend(groups)
    for key in _LISTS:
        if isinstance(state.get(key), Array):
            if key not in ours["/D"]:
                ours["/D"][key] = Array()
            ours["/D"][key].extend(state[key])
