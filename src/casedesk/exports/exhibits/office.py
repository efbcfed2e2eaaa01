"""Office documents drawn by LibreOffice, where it is installed: in a profile of its own, macros and links off."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from casedesk.base import scratch
from casedesk.base.i18n import Say
from casedesk.exports.exhibits.findings import NotShown
from casedesk.exports.exhibits.kinds import OFFICE, ExhibitFile

SECONDS = 120
_PLACES = {
    "win32": (
        r"C:\Program Files\LibreOffice\program\soffice.exe",
        r"C:\Program Files (x86)\LibreOffice\program\soffice.exe"),
    "darwin": ("/Applications/LibreOffice.app/Contents/MacOS/soffice",),
}
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse">
<value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" oor:op="fuse">
<value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link" oor:op="fuse">
<value>0</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Content/Update"><prop oor:name="Link" oor:op="fuse">
<value>2</value></prop></item>
</oor:items>
"""


def libreoffice() -> Path | None:
    """The program, where it is installed."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    if found:
        return Path(found)
    return next((Path(place) for place in _PLACES.get(sys.platform, ()) if Path(place).exists()), None)


def drawn_by_office(file: ExhibitFile, media_type: str, program: Path, say: Say) -> bytes:
    """The document as a PDF; raises `NotShown`."""
    with scratch.folder() as folder:
        place = Path(folder)
        document = place / f"exhibit.{OFFICE[media_type]}"
        with file.open() as stream, document.open("wb") as copy:
            shutil.copyfileobj(stream, copy)
        return _made(program, document, place, say)


def drawn(document: Path, program: Path, say: Say) -> bytes:
    """A document of our own as a PDF; raises `NotShown`."""
    with scratch.folder() as folder:
        copy = shutil.copyfile(document, Path(folder) / f"document{document.suffix}")
        return _made(program, copy, Path(folder), say)


def _made(program: Path, document: Path, place: Path, say: Say) -> bytes:
    _run(program, document, place, say)
    made = document.with_suffix(".pdf")
    if not made.exists():
        raise _refused(say)
    return made.read_bytes()


def _run(program: Path, document: Path, place: Path, say: Say) -> None:
    user = place / "profile" / "user"
    user.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(_SETTINGS, encoding="utf-8")
    command = [
        str(program), f"-env:UserInstallation={(place / 'profile').as_uri()}", "--headless", "--norestore", "--nologo",
        "--nolockcheck", "--nodefault", "--convert-to", "pdf", "--outdir", str(place), str(document)]
    try:
        subprocess.run(  # noqa: S603 - our own arguments, the document's name is ours
            command, check=True, timeout=SECONDS, capture_output=True, cwd=place)
    except (subprocess.SubprocessError, OSError) as trouble:
        raise _refused(say) from trouble


def _refused(say: Say) -> NotShown:
    return NotShown(
        "damaged", say("LibreOffice could not turn the document into pages."),
        say("Open it, save it as PDF and add that as evidence, or include a slip sheet."))
