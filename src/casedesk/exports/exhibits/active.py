"""Taking out of a copy what could act by itself or reach outside it: scripts, programs, files, sound, forms sent."""

from __future__ import annotations

from collections.abc import Iterator

import pikepdf
from pikepdf import Array, Dictionary, Name, Object

from casedesk.base.i18n import N_, Say
from casedesk.exports.exhibits.findings import Remark
from casedesk.exports.exhibits.tally import Tally

_PAGE_EXTRAS = frozenset({
    "/AA", "/B", "/Thumb", "/PieceInfo", "/Metadata", "/StructParents", "/Tabs", "/AF", "/PresSteps", "/Dur", "/Trans",
    "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox", "/LastModified", "/VP", "/SeparationInfo", "/BoxColorInfo"})
_FRAMES_OF_OTHERS = {
    Name.FileAttachment: N_("attached files"), Name.RichMedia: N_("sound, video and 3D"),
    Name.Screen: N_("sound, video and 3D"), Name.Movie: N_("sound, video and 3D"),
    Name.Sound: N_("sound, video and 3D"), Name("/3D"): N_("sound, video and 3D"),
}
_ACTIONS = {
    Name.JavaScript: N_("scripts"), Name.Launch: N_("starting of programs"), Name.SubmitForm: N_("sending of forms"),
    Name.ImportData: N_("reading of data"), Name.GoToE: N_("links into attached files"),
    Name.GoToR: N_("links into other files"), Name.Rendition: N_("sound, video and 3D"),
    Name.Movie: N_("sound, video and 3D"), Name.Sound: N_("sound, video and 3D"),
    Name.RichMediaExecute: N_("sound, video and 3D"),
}
_HARMLESS = {Name.GoTo, Name.URI}
_FORMERLY_PAGES = ("/OpenAction", "/AA")


def notice_document(pdf: pikepdf.Pdf, tally: Tally, say: Say) -> Iterator[Remark]:
    """What the file as a whole carries; none of it goes with the pages."""
    root = pdf.Root
    for key in _FORMERLY_PAGES:
        _notice_actions(root.get(key), tally)
    names = root.get("/Names")
    if isinstance(names, Dictionary):
        if "/JavaScript" in names:
            tally.thing("active", N_("scripts"))
        if "/EmbeddedFiles" in names:
            tally.thing("active", N_("attached files"))
    form = root.get("/AcroForm")
    if isinstance(form, Dictionary):
        yield from _of_form(form, say)
    if _hides_layers(root.get("/OCProperties")):
        yield Remark("layers", say("It has layers that are not shown; they stay hidden but are in the copy."))
    if "/Collection" in root:
        yield Remark("portfolio", say(
            "It is a portfolio: the files in it are not shown. Keep each as evidence of its own."))


def _hides_layers(found: Object | None) -> bool:
    state = found.get("/D") if isinstance(found, Dictionary) else None
    if not isinstance(state, Dictionary):
        return False
    off = state.get("/OFF")
    return state.get("/BaseState") == Name.OFF or (isinstance(off, Array) and len(off) > 0)


def _of_form(form: Dictionary, say: Say) -> Iterator[Remark]:
    if "/XFA" in form:
        yield Remark("xfa", say(
            "Its form can only be shown in full by Adobe Reader. If its pages look empty, print it to a PDF there."))
    try:
        signed = int(form.get("/SigFlags", 0)) & 1
    except (TypeError, ValueError):
        signed = 0
    if signed:
        yield Remark("signature", say("Its digital signature can be checked in the original file only."))


def _notice_actions(found: Object | None, tally: Tally, depth: int = 0) -> None:
    if isinstance(found, Dictionary) and depth < 3:
        kind = found.get("/S")
        if isinstance(kind, Name) and kind in _ACTIONS:
            tally.thing("active", _ACTIONS[kind])
        for inner in found.values():
            _notice_actions(inner, tally, depth + 1)


def annotations_of(page: Object) -> list[Dictionary]:
    found = page.get("/Annots")
    return [item for item in found if isinstance(item, Dictionary)] if isinstance(found, Array) else []


def notice_annotations(page: Object, number: int, tally: Tally) -> None:
    """Say what a page's annotations are; nothing is changed yet."""
    for annotation in annotations_of(page):
        kind = annotation.get("/Subtype")
        if isinstance(kind, Name) and kind in _FRAMES_OF_OTHERS:
            tally.thing("active", _FRAMES_OF_OTHERS[kind])
        elif kind == Name.Widget:
            tally.page("form", number)
        elif kind == Name.Redact:
            tally.page("redaction", number)
        elif kind not in {Name.Link, Name.Popup}:
            tally.page("annotations", number)
        _notice_actions(annotation.get("/A"), tally)
        _notice_actions(annotation.get("/AA"), tally)


def calm(page: Object) -> None:
    """Remove from a page what acts and what only the old file had a use for."""
    for key in _PAGE_EXTRAS.intersection(page.keys()):
        del page[key]


def calm_annotation(annotation: Dictionary) -> None:
    """A link keeps going to a page or an address; everything else an annotation might do is removed."""
    for key in ("/AA", "/PA"):
        if key in annotation:
            del annotation[key]
    action = annotation.get("/A")
    if action is None:
        return
    if not isinstance(action, Dictionary) or action.get("/S") not in _HARMLESS:
        del annotation["/A"]
    elif "/Next" in action:
        del action["/Next"]


def is_flattened(annotation: Dictionary) -> bool:
    """Form entries, and what holds a file, sound or video: only their picture is kept, drawn into the page."""
    kind = annotation.get("/Subtype")
    return isinstance(kind, Name) and (kind == Name.Widget or kind in _FRAMES_OF_OTHERS)
