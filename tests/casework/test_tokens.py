"""A package signed by a token: SoftHSM stands for one, its key is not to be had."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization

from casedesk.base.errors import InvalidEntry
from casedesk.casework import package
from casedesk.casework.forms import find_form
from casedesk.casework.sealing import Sealing
from casedesk.exports import signing
from casedesk.records import Matter
from casedesk.store.cabinet import Store
from tests.authority import made

LIBRARIES = [path for path in (Path("/usr/lib/softhsm/libsofthsm2.so"), Path("/usr/lib/x86_64-linux-gnu/softhsm/"
             "libsofthsm2.so"), Path("/opt/homebrew/lib/softhsm/libsofthsm2.so")) if path.exists()]
PIN = "123456"
pytestmark = pytest.mark.skipif(not LIBRARIES or shutil.which("softhsm2-util") is None,
                                reason="SoftHSM is not installed")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The library of a token with one certificate and its key."""
    pkcs11 = pytest.importorskip("pkcs11")
    from pkcs11 import Attribute, KeyType, ObjectClass
    from pkcs11.util.rsa import decode_rsa_private_key

    place = tmp_path_factory.mktemp("token")
    (place / "tokens").mkdir()
    (place / "softhsm2.conf").write_text(f"directories.tokendir = {place / 'tokens'}\nlog.level = ERROR\n")
    os.environ["SOFTHSM2_CONF"] = str(place / "softhsm2.conf")
    subprocess.run(["softhsm2-util", "--init-token", "--free", "--label", "firm", "--so-pin", "87654321", "--pin", PIN],
                   check=True, capture_output=True)
    key, certificate = made("合飞律师事务所")
    private = decode_rsa_private_key(key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()))
    named = {Attribute.ID: b"\x01", Attribute.LABEL: "seal", Attribute.TOKEN: True}
    with pkcs11.lib(str(LIBRARIES[0])).get_token(token_label="firm").open(rw=True, user_pin=PIN) as session:
        session.create_object({**private, **named, Attribute.CLASS: ObjectClass.PRIVATE_KEY,
                               Attribute.KEY_TYPE: KeyType.RSA, Attribute.SIGN: True, Attribute.SENSITIVE: True})
        session.create_object({
            **named, Attribute.CLASS: ObjectClass.CERTIFICATE, Attribute.CERTIFICATE_TYPE: pkcs11.CertificateType.X_509,
            Attribute.SUBJECT: certificate.subject.public_bytes(),
            Attribute.VALUE: certificate.public_bytes(serialization.Encoding.DER)})
    yield LIBRARIES[0]
    del os.environ["SOFTHSM2_CONF"]


def written(store: Store, matter: Matter, out: Path, sealing: Sealing) -> package.Packed:
    return package.write(store, matter.id, out, find_form("cn-complaint"), lang="zh", sealing=sealing)


def test_a_token_signs_every_pdf(store: Store, matter: Matter, library: Path, tmp_path: Path) -> None:
    out = tmp_path / "package"
    written(store, matter, out, Sealing(token=library, passphrase=PIN))
    signed = [file for file in out.glob("*.pdf") if "哈希" not in file.name]
    assert len(signed) == 2
    for file in signed:
        [found] = signing.signatures(file)
        assert found.intact
        assert "合飞律师事务所" in found.by
    assert package.verify(out) == []


@pytest.mark.parametrize(("pin", "label", "said"), [
    ("000000", "", "This is not the PIN of the token."),
    (PIN, "seal", ""),
    (PIN, "other", "The token holds no certificate “other”."),
])
def test_a_wrong_pin_or_label_is_said_before_anything_is_written(
        store: Store, matter: Matter, library: Path, tmp_path: Path, pin: str, label: str, said: str) -> None:
    sealing = Sealing(token=library, passphrase=pin, label=label)
    if said:
        with pytest.raises(InvalidEntry, match=said):
            written(store, matter, tmp_path / "package", sealing)
        assert list(tmp_path.glob("package*")) == []
    else:
        assert not [one for one in written(store, matter, tmp_path / "package", sealing).remarks if "sign" in one]


def test_a_library_that_is_none_is_said(store: Store, matter: Matter, tmp_path: Path) -> None:
    pytest.importorskip("pkcs11")
    (tmp_path / "no.so").write_bytes(b"no library")
    with pytest.raises(InvalidEntry, match="The token cannot be used"):
        written(store, matter, tmp_path / "package", Sealing(token=tmp_path / "no.so", passphrase=PIN))
