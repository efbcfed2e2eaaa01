"""PDF for long keeping: PDF/A-2b (ISO 19005-2), or 3b where files are attached.

A file bears the mark only after the finished bytes were examined and everything in them was found allowed; pikepdf's
examiner knows the rules of veraPDF and passes nothing that it does not know. Else the file stays a plain PDF.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from xml.sax.saxutils import escape

from casedesk.base.errors import DocumentError
from casedesk.base.i18n import N_, Say, tr
from casedesk.base.resources import resource

if TYPE_CHECKING:
    import pikepdf
    from pikepdf.pdfa import Finding

MOST_PAGES = 2_000
"""A document of more is not examined: that takes some 20 ms a page, and cannot be stopped."""
_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<pdf:Producer>CaseDesk</pdf:Producer><pdfaid:part>{part}</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>"""
_OPENS, _OTHER_VOLUME = "/OpenAction is not supported", "file specification dictionaries are not supported"
_REASONS = (
    ("6.2.11", N_("a typeface is not embedded, or not as it must be")),
    ("6.2.4", N_("its colours depend on a machine (CMYK or a damaged profile)")),
    ("6.2.8", N_("a picture is packed in a way that is not allowed")),
    ("6.2.10", N_("transparency that is not allowed")),
    ("6.3", N_("a note, stamp or form field")),
    ("6.5", N_("something that acts by itself")),
    ("6.8", N_("a file attached to it")),
)
"""The clause of ISO 19005-2 that the examiner's rules are numbered by -> what it is about."""


class Attached(NamedTuple):
    """A file to go into the PDF."""

    name: str
    data: bytes
    media_type: str
    told: str


def keep(path: Path, *, attached: Sequence[Attached] = ()) -> list[str]:
    """Make a PDF that was just written one for long keeping; answers why not, when it must stay as it is.

    With files to be attached it becomes PDF/A-3b; where it cannot, they are not attached. The same file and
    attachments give the same bytes. DocumentError when it cannot be read again.
    """
    import pikepdf
    from pikepdf import pdfa

    part = 3 if attached else 2
    tried = path.with_name(path.name + ".pdfa")
    try:
        with pikepdf.open(path) as pdf:
            if len(pdf.pages) > MOST_PAGES:
                return [tr("more than {n} pages: not examined", n=f"{MOST_PAGES:,}")]
            declare(pdf, part)
            for one in attached:
                _attach(pdf, one)
            aside = list(_set_aside(pdf)) if attached else []
            _save(pdf, tried)
            found = _counting(pdfa.validate_written(tried, f"{part}b").findings, tried)
            if aside and not found:
                for holder, key, value in aside:
                    holder[key] = value
                _associate(pdf, [value for _, key, value in aside if key == "/A"])
                _save(pdf, tried)
        if not found:
            tried.replace(path)
        return told(found, tr)
    except pikepdf.PdfError as problem:
        raise DocumentError(tr("{path} cannot be read again.", path=path),
                            tr("Check the disk and try again.")) from problem
    finally:
        tried.unlink(missing_ok=True)


def _set_aside(pdf: pikepdf.Pdf) -> Iterator[tuple[pikepdf.Object, str, pikepdf.Object]]:
    """Take off what is allowed and yet beside files is not examined: which page opens first, links to other volumes."""
    import pikepdf

    links = [(one, "/A") for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and isinstance(
        action := one.get("/A"), pikepdf.Dictionary) and action.get("/S") == pikepdf.Name.GoToR]
    opens = [(pdf.Root, "/OpenAction")] if isinstance(pdf.Root.get("/OpenAction"), pikepdf.Array) else []
    for holder, key in (*links, *opens):
        value = holder[key]
        del holder[key]
        yield holder, key, value


def _associate(pdf: pikepdf.Pdf, links: Iterable[pikepdf.Object]) -> None:
    """Say how other volumes belong to this one, as is wanted of every file named where files are attached (3, 6.8)."""
    import pikepdf

    named: dict[str, pikepdf.Object] = {}
    for link in links:
        name = str(link.F.UF)
        if name not in named:
            link.F.AFRelationship = pikepdf.Name.Unspecified
            named[name] = pdf.make_indirect(link.F)
            pdf.Root.AF.append(named[name])
        link.F = named[name]


def _save(pdf: pikepdf.Pdf, path: Path) -> None:
    import pikepdf

    pdf.save(path, object_stream_mode=pikepdf.ObjectStreamMode.preserve, compress_streams=False,
             deterministic_id=True, min_version="1.7", fix_metadata_version=False)


def _counting(findings: Sequence[Finding], path: Path) -> Sequence[Finding]:
    """The findings without two that are none, of what the examiner does not know.

    Which page a document opens at, and a link to another volume, may stand in PDF/A (ISO 19005-2, 6.5.1); so may a
    file's name, as long as no file is in it (6.8).
    """
    import pikepdf

    known = {one for one in findings if one.kind == "unsupported" and (
        _OPENS in one.message or _OTHER_VOLUME in one.message)}
    if known:
        with pikepdf.open(path) as pdf:
            opens = pdf.Root.get("/OpenAction")
            if (opens is not None and not isinstance(opens, pikepdf.Array)) or any(
                    isinstance(one, pikepdf.Dictionary) and "/EF" in one for one in pdf.objects):
                return findings
    return [one for one in findings if one not in known]


def unfit(pdf: pikepdf.Pdf, say: Say) -> list[str]:
    """Why pages cannot go into a document for long keeping; empty when they can. The document is changed."""
    from pikepdf import pdfa

    declare(pdf, 2)
    return told(pdfa.check(pdf, "2b").findings, say)


def declare(pdf: pikepdf.Pdf, part: int) -> None:
    """Description, colours and mark as PDF/A wants them, with the title the document has."""
    from pikepdf import Array, Dictionary, Name, String

    title = str(pdf.docinfo.get("/Title", ""))
    if "/DocChecksum" in pdf.trailer:  # LibreOffice's own
        del pdf.trailer["/DocChecksum"]
    for page in pdf.pages:
        if "/Trans" in page.obj:
            del page.obj["/Trans"]
    pdf.Root["/Metadata"] = pdf.make_stream(_XMP.format(title=escape(title), part=part).encode(), Type=Name.Metadata,
                                            Subtype=Name.XML)
    pdf.trailer["/Info"] = pdf.make_indirect(Dictionary(Title=String(title), Producer="CaseDesk"))
    profile = pdf.make_stream(resource("colour", "sRGB.icc").read_bytes(), N=3)
    pdf.Root["/OutputIntents"] = Array([pdf.make_indirect(Dictionary(
        Type=Name.OutputIntent, S=Name.GTS_PDFA1, OutputConditionIdentifier=String("sRGB"), Info=String("sRGB"),
        DestOutputProfile=profile))])


def _attach(pdf: pikepdf.Pdf, one: Attached) -> None:
    """Associate a file as the source of the document (ISO 19005-3, 6.8)."""
    import pikepdf
    from pikepdf import Array, Name

    file = pikepdf.AttachedFileSpec(pdf, one.data, description=one.told, filename=one.name, mime_type=one.media_type,
                                    relationship=Name.Source)
    pdf.attachments[one.name] = file
    if "/AF" not in pdf.Root:
        pdf.Root["/AF"] = Array([])
    pdf.Root["/AF"].append(pdf.attachments[one.name].obj)


def told(findings: Iterable[Finding], say: Say) -> list[str]:
    """The findings in plain words, each kind once."""
    return list(dict.fromkeys(_told(one, say) for one in findings))


def _told(one: Finding, say: Say) -> str:
    clause = one.rule.partition(":")[2]
    for beginning, reason in _REASONS:
        if clause.startswith(beginning):
            return say(reason)
    return say("something the examiner does not allow ({rule})", rule=one.rule)
