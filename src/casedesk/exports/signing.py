"""Signatures and time: PAdES signatures of PDFs with a certificate from a file, RFC 3161 time-stamps by a server.

A signature shows who sealed a file and that it was not changed since; a time-stamp shows that it was there at a time.
Neither says that what the file tells is true. Trust in a certificate is not judged here: the reader's program does.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import http.client
import logging
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from asn1crypto import algos, cms, core, tsp
from cryptography.hazmat.primitives.serialization import pkcs12
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, Signer, SimpleSigner
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError, ValidationInfoReadingError
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from casedesk.base.errors import DocumentError, InvalidEntry
from casedesk.base.files import whole_file
from casedesk.base.i18n import tr

_WAIT, _MOST = 20.0, 1 << 20
_FIELD = "CaseDesk"
logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)


@dataclass(frozen=True)
class Stamp:
    """What a time-stamp says: when (UTC), and by which authority."""

    at: dt.datetime
    by: str


@dataclass(frozen=True)
class Signature:
    """What a signature in a PDF says: of whom, whether the file is as it was signed, and its time-stamp."""

    by: str
    intact: bool
    stamped: dt.datetime | None


class Server(TimeStamper):
    """A time-stamp authority by its URL (RFC 3161 over HTTP)."""

    def __init__(self, url: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        if not url.lower().startswith(("http://", "https://")):
            raise InvalidEntry(tr("“{url}” is not the address of a time-stamp authority.", url=url),
                               tr("It begins with http:// or https://."), field="timestamp_url")
        self.url = url

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        asked = urllib.request.Request(self.url, req.dump(), {  # noqa: S310 - http and https alone, see above
            "Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"})
        with urllib.request.urlopen(asked, timeout=_WAIT) as answer:  # noqa: S310
            return tsp.TimeStampResp.load(answer.read(_MOST))

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """The token; DocumentError when there is none, whatever came back instead."""
        try:
            return await super().async_timestamp(message_digest, md_algorithm)
        except (TimestampRequestError, http.client.HTTPException, OSError, ValueError, TypeError) as problem:
            raise _no_stamp(problem) from problem


def certificate(path: Path, passphrase: str) -> SimpleSigner:
    """The key and certificate in a PKCS#12 file (.p12, .pfx); InvalidEntry says what is wrong with it."""
    try:
        data = path.read_bytes()
    except OSError as problem:
        raise InvalidEntry(tr("“{file}” cannot be read ({reason}).", file=path.name,
                              reason=problem.strerror or problem), field="certificate") from problem
    try:
        key, own, _ = pkcs12.load_key_and_certificates(data, passphrase.encode("utf-8"))
    except ValueError as problem:
        raise InvalidEntry(tr("“{file}” cannot be opened with this passphrase.", file=path.name),
                           tr("It must be a certificate with its key (.p12 or .pfx), and its own passphrase."),
                           field="certificate") from problem
    if key is None or own is None:
        raise InvalidEntry(tr("“{file}” holds no certificate with its key.", file=path.name), field="certificate")
    now = dt.datetime.now(dt.UTC)
    if not own.not_valid_before_utc <= now <= own.not_valid_after_utc:
        raise InvalidEntry(tr("The certificate is valid from {first} to {last} only.",
                              first=own.not_valid_before_utc.date().isoformat(),
                              last=own.not_valid_after_utc.date().isoformat()), field="certificate")
    signer: SimpleSigner | None = SimpleSigner.load_pkcs12_data(data, other_certs=[],
                                                                passphrase=passphrase.encode("utf-8"))
    if signer is None:
        raise InvalidEntry(tr("“{file}” holds no certificate with its key.", file=path.name), field="certificate")
    return signer


def sign(path: Path, signer: Signer, *, reason: str, server: Server | None = None) -> None:
    """Sign a PDF (PAdES B-B, with a server B-T) without changing a byte that is there; DocumentError when it cannot."""
    told = PdfSignatureMetadata(field_name=_FIELD, subfilter=SigSeedSubFilter.PADES, reason=reason,
                                md_algorithm="sha256")
    with whole_file(path, error=DocumentError) as part, path.open("rb") as given, part.open("w+b") as out:
        writer = IncrementalPdfFileWriter(given, strict=False)
        try:
            PdfSigner(told, signer=signer, timestamper=server).sign_pdf(writer, output=out)
        except (SigningError, PdfError, RuntimeError) as problem:  # the last of a token that was pulled out
            raise DocumentError(tr("“{file}” cannot be signed ({reason}).", file=path.name,
                                   reason=problem)) from problem


def stamp(digest: bytes, server: Server) -> bytes:
    """The authority's answer for a SHA-256, as `openssl ts -verify -in` takes it; DocumentError when there is none."""
    token = asyncio.run(server.async_timestamp(digest, "sha256"))
    answer: bytes = tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": token}).dump()
    read_stamp(answer, digest)
    return answer


def _no_stamp(problem: Exception) -> DocumentError:
    reason = getattr(problem, "reason", None) or problem
    return DocumentError(tr("The time-stamp authority gave no time-stamp ({reason}).", reason=reason),
                         tr("Look at its address and the network, or try again later."))


def request(digest: bytes) -> bytes:
    """The request for a SHA-256, to be carried to an authority by hand."""
    asked = tsp.TimeStampReq({"version": 1, "cert_req": True, "message_imprint": {
        "hash_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}), "hashed_message": digest}})
    found: bytes = asked.dump()
    return found


def read_stamp(answer: bytes, digest: bytes) -> Stamp:
    """What a time-stamp says, when it is one of this SHA-256 and as it was signed; DocumentError when not."""
    try:
        given = tsp.TimeStampResp.load(answer)
        signed = given["time_stamp_token"]["content"]
        said = asyncio.run(validate_tst_signed_data(
            signed, ValidationContext(trust_roots=[], allow_fetching=False), lambda name: _same(name, digest)))
        whole = said["intact"] and said["valid"] and _consistent(given, signed)
    except (ValueError, TypeError, KeyError, AttributeError, SignatureValidationError) as problem:
        raise DocumentError(tr("This is no answer of a time-stamp authority."),
                            tr("It must be the whole answer (.tsr) to the request.")) from problem
    if not whole:
        raise DocumentError(tr("The time-stamp was changed, or is of another file."))
    return Stamp(said["timestamp"], said["signing_cert"].subject.human_friendly)


def _consistent(given: tsp.TimeStampResp, signed: cms.SignedData) -> bool:
    """Whether what the signature does not cover says what RFC 3161 and RFC 5652 want of a time-stamp."""
    [signer] = signed["signer_infos"]
    named = [*signed["digest_algorithms"], signer["digest_algorithm"]]
    return (given["status"]["status"].native in ("granted", "granted_with_mods")
            and all(isinstance(one["parameters"], core.Null | core.Void) for one in named)
            and signed["version"].native == "v3"
            and signer["version"].native == ("v1" if signer["sid"].name == "issuer_and_serial_number" else "v3")
            and signer["digest_algorithm"]["algorithm"].native in
            {one["algorithm"].native for one in signed["digest_algorithms"]})


def _same(name: str, digest: bytes) -> bytes:
    return digest if name == "sha256" else b""


def signatures(path: Path) -> Iterator[Signature]:
    """Every signature in a PDF."""
    trusting = ValidationContext(trust_roots=[], allow_fetching=False)
    with path.open("rb") as file:
        try:
            for one in PdfFileReader(file, strict=False).embedded_regular_signatures:
                status = validate_pdf_signature(one, trusting)
                stamped = status.timestamp_validity.timestamp if status.timestamp_validity is not None else None
                whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE  # nothing was added behind it
                yield Signature(status.signing_cert.subject.human_friendly,
                                bool(status.intact and status.valid and whole), stamped)
        except (PdfError, SignatureValidationError, ValidationInfoReadingError, ValueError) as problem:
            raise DocumentError(tr("The signatures of “{file}” cannot be read ({reason}).", file=path.name,
                                   reason=problem)) from problem


def digest_of(path: Path) -> bytes:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()
