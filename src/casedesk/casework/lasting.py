"""A package's bundle for long keeping: PDF/A-2b, or 3b with the originals in it, where all of its exhibits allow it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from casedesk.base.i18n import tr
from casedesk.records.dossier import Dossier

if TYPE_CHECKING:
    from casedesk.exports.archive import Attached
    from casedesk.exports.bundle import Result
    from casedesk.exports.bundle.volumes import Volume

ATTACHED_AT_MOST = 200_000_000
"""Bytes of originals in one PDF; they are held in memory while it is written."""
_ANY = "application/octet-stream"


def keep(
    dossier: Dossier, result: Result, volumes: Sequence[Volume], folder: Path, originals: Mapping[str, str],
) -> Iterator[str]:
    """Each volume, with those of the originals (UUID -> path in the folder) whose pages it has; says what stays plain.

    Originals that are together too large are not attached; they lie in the package all the same.
    """
    for volume in volumes:
        inside = {str(one.evidence) for one in result.exhibits if volume.first <= one.first <= volume.last}
        wanted = {uuid: path for uuid, path in originals.items() if uuid in inside}
        if sum((folder / path).stat().st_size for path in wanted.values()) > ATTACHED_AT_MOST:
            yield tr("The originals of “{name}” are too large to be attached; they lie beside it.",
                     name=volume.file.name)
            wanted = {}
        for message in plain(volume.file, _attached(dossier, folder, wanted)):
            yield message
            if wanted:
                yield tr("So the originals are not attached to it; they lie beside it.")


def plain(file: Path, attached: Sequence[Attached] = ()) -> Iterator[str]:
    """Make a PDF one for long keeping; says that it stays a plain one, and why, where it cannot be."""
    from casedesk.exports import archive

    why = archive.keep(file, attached=attached)
    if why:
        yield tr("“{name}” is a plain PDF, not PDF/A: {why}.", name=file.name, why=tr("; ").join(why))


def _attached(dossier: Dossier, folder: Path, wanted: Mapping[str, str]) -> list[Attached]:
    from casedesk.exports.archive import Attached

    known = {str(one.uuid): one for one in dossier.evidence}
    return [Attached(Path(path).name, (folder / path).read_bytes(), known[uuid].media_type or _ANY,
                     known[uuid].caption) for uuid, path in wanted.items()]
