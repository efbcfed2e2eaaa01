"""The signs a style sheet draws: it can only show a file, so each is written once for each colour."""

from __future__ import annotations

from casedesk.base.errors import CasedeskError
from casedesk.base.files import whole_file
from casedesk.base.paths import settings_folder
from casedesk.base.resources import resource


def drawn(name: str, colour: str) -> str:
    """The path of an icon in this colour, as a style sheet wants it."""
    path = settings_folder() / f"{name}-{colour.lstrip('#')}.svg"
    if not path.is_file():
        with whole_file(path, error=CasedeskError) as part:
            drawing = resource("icons", f"{name}.svg").read_text(encoding="utf-8")
            part.write_text(drawing.replace("currentColor", colour), encoding="utf-8")
    return path.as_posix()
