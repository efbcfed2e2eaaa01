"""What seals a package beside its hashes: the firm's signature on every PDF, a time-stamp on the manifest."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select

from casedesk.base.errors import DocumentError
from casedesk.base.i18n import Say, tr
from casedesk.records import Setting
from casedesk.records.rights import Right
from casedesk.store.cabinet import Store

if TYPE_CHECKING:
    from pyhanko.sign import Signer

    from casedesk.exports.signing import Server

MANIFEST = "manifest.json"
STAMP, REQUEST = "manifest.tsr", "manifest.tsq"
"""The authority's answer, and the request where it has to be carried by hand."""

_KEY = "timestamp"


@dataclass(frozen=True)
class Sealing:
    """What is wanted: a certificate with its passphrase (none: no signature), a time-stamp authority (none: none).

    With `by_hand` and no authority the request for a time-stamp is written, to be carried to one.
    Instead of a certificate's file a token: the PKCS#11 library that speaks with it, and, where it holds several
    certificates, the label of the one meant; the passphrase is its PIN then.
    """

    certificate: Path | None = None
    passphrase: str = ""
    server: str = ""
    token: Path | None = None
    label: str = ""
    by_hand: bool = False

    @contextmanager
    def opened(self) -> Iterator[Sealer]:
        """Opens certificate or token; InvalidEntry when it, or the address, cannot be used."""
        from casedesk.exports import signing, tokens

        server = signing.Server(self.server) if self.server else None
        if self.token is not None:
            with tokens.opened(self.token, self.passphrase, self.label) as signer:
                yield Sealer(signer, server, self.by_hand)
        else:
            by_file = signing.certificate(self.certificate, self.passphrase) if self.certificate else None
            yield Sealer(by_file, server, self.by_hand)


@dataclass(frozen=True)
class Sealer:
    """Signs the PDFs of a folder, and stamps its manifest."""

    signer: Signer | None
    server: Server | None
    by_hand: bool = False

    def sign(self, folder: Path, say: Say) -> Iterator[str]:
        """Sign every PDF that lies in the folder itself; what could not be time-stamped is signed without, and said."""
        from casedesk.exports import signing

        if self.signer is None:
            return
        server = self.server
        for path in sorted(folder.glob("*.pdf")):
            try:
                signing.sign(path, self.signer, reason=say("As filed"), server=server)
            except DocumentError as problem:
                if server is None:
                    raise
                yield str(problem)
                server = None  # asked once, not for every file
                signing.sign(path, self.signer, reason=say("As filed"))

    def stamp(self, folder: Path) -> Iterator[str]:
        """Put the time-stamp beside the manifest; where there is none, the request, and what to do with it."""
        from casedesk.exports import signing

        digest = signing.digest_of(folder / MANIFEST)
        try:
            if self.server is not None:
                (folder / STAMP).write_bytes(signing.stamp(digest, self.server))
        except DocumentError as problem:
            yield str(problem)
        if not (folder / STAMP).exists() and (self.by_hand or self.server is not None):
            (folder / REQUEST).write_bytes(signing.request(digest))
            yield tr("Take {request} to a time-stamp authority and put its answer beside it as {answer}.",
                     request=REQUEST, answer=STAMP)


def checked(folder: Path, digest: bytes, answer: bytes | None, pdfs: Iterator[Path]) -> Iterator[tuple[str, str]]:
    """(path, what is wrong) of the time-stamp and of every signature."""
    from casedesk.exports import signing

    if answer is not None:
        try:
            signing.read_stamp(answer, digest)
        except DocumentError as problem:
            yield STAMP, problem.message
    for path in pdfs:
        try:
            found = list(signing.signatures(path))
        except DocumentError as problem:
            yield path.relative_to(folder).as_posix(), problem.message
            continue
        for one in found:
            if not one.intact:
                yield path.relative_to(folder).as_posix(), tr("The signature of {name} does not fit the file.",
                                                               name=one.by)


def timestamp_server(store: Store) -> str:
    """The address of the firm's time-stamp authority; empty for none."""
    with store.read() as session:
        kept = session.scalars(select(Setting).where(Setting.key == _KEY)).one_or_none()
        return str(kept.value.get("url", "")) if kept is not None else ""


def set_timestamp_server(store: Store, url: str) -> None:
    """Name the authority, or none; InvalidEntry when it is no address."""
    store.require(Right.SETTINGS)
    from casedesk.exports.signing import Server

    if url.strip():
        Server(url.strip())
    with store.work(Right.SETTINGS) as session:
        session.merge(Setting(key=_KEY, value={"url": url.strip()}))


