"""Certificates of the tests' own, to sign with, and a time-stamp authority that answers over HTTP."""

from __future__ import annotations

import asyncio
import datetime as dt
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory

from asn1crypto import keys, tsp, x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

PASSPHRASE = "certificate 口令"
_TSA = """[tsa]
default_tsa = here
[here]
serial = {serial}
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
"""


def made(name: str, *, stamps: bool = False, days: tuple[int, int] = (-1, 30)) -> tuple[rsa.RSAPrivateKey,
                                                                                     x509.Certificate]:
    """A key with a certificate of its own, valid between so many days from now."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    named = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    builder = (x509.CertificateBuilder().subject_name(named).issuer_name(named).public_key(key.public_key())
               .serial_number(x509.random_serial_number()).not_valid_before(now + dt.timedelta(days=days[0]))
               .not_valid_after(now + dt.timedelta(days=days[1]))
               .add_extension(x509.KeyUsage(
                   digital_signature=True, content_commitment=not stamps, key_encipherment=False,
                   data_encipherment=False, key_agreement=False, key_cert_sign=False, crl_sign=False,
                   encipher_only=False, decipher_only=False), critical=True))
    if stamps:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return key, builder.sign(key, hashes.SHA256())


def certificate_file(path: Path, name: str = "合飞律师事务所", *, days: tuple[int, int] = (-1, 30)) -> Path:
    """A PKCS#12 file of a new certificate, with PASSPHRASE."""
    key, certificate = made(name, days=days)
    path.write_bytes(pkcs12.serialize_key_and_certificates(
        b"firm", key, certificate, None, serialization.BestAvailableEncryption(PASSPHRASE.encode())))
    return path


class Authority:
    """Answers time-stamp requests; its certificate is what a reader would have to trust."""

    def __init__(self) -> None:
        key, self.certificate = made("Test TSA", stamps=True)
        der = key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8,
                                serialization.NoEncryption())
        public = asn1.Certificate.load(self.certificate.public_bytes(serialization.Encoding.DER))
        self._stamper = DummyTimeStamper(public, keys.PrivateKeyInfo.load(der))
        self._key = key
        self.asked = 0

    def answer(self, asked: bytes) -> bytes:
        """The response to a request: OpenSSL's own where it is here."""
        self.asked += 1
        if shutil.which("openssl"):
            return self._openssl(asked)
        given: bytes = asyncio.run(self._stamper.async_request_tsa_response(tsp.TimeStampReq.load(asked))).dump()
        return given

    def _openssl(self, asked: bytes) -> bytes:
        with TemporaryDirectory() as folder:
            at = Path(folder)
            (at / "serial").write_text(f"{self.asked:04X}\n")
            (at / "tsa.cnf").write_text(_TSA.format(serial=at / "serial"))
            (at / "asked.tsq").write_bytes(asked)
            (at / "key.pem").write_bytes(self._key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
            (at / "tsa.pem").write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))
            subprocess.run(
                ["openssl", "ts", "-reply", "-config", "tsa.cnf", "-queryfile", "asked.tsq", "-signer", "tsa.pem",
                 "-inkey", "key.pem", "-out", "answer.tsr"], cwd=at, check=True, capture_output=True)
            return (at / "answer.tsr").read_bytes()


@contextmanager
def running(authority: Authority) -> Iterator[str]:
    """The URL of the authority while it answers on this machine."""

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            given = authority.answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(given)))
            self.end_headers()
            self.wfile.write(given)

        def log_message(self, *said: object) -> None:
            """Nothing is logged."""

    with HTTPServer(("127.0.0.1", 0), Answering) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/tsa"
        finally:
            server.shutdown()
            thread.join()
