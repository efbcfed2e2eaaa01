"""N05: what lies between a desk and the server is slow, gone, or not what it says."""


from __future__ import annotations

import datetime as dt
import os
import shutil
import subprocess
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from functools import partial
from itertools import cycle, islice
from pathlib import Path

import psycopg
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from casedesk.base.errors import StoreUnavailable, Unreachable
from casedesk.casework.records import save
from casedesk.records import Client
from casedesk.store import office
from casedesk.store.cabinet import Store
from tests import postgres
from tests.conftest import QUICK
from tests.faults.campaign import Bench, campaign
from tests.faults.line import Cable, FaultyLine, cable
from tests.faults.network import no_server, office_on, once, until_saved


@campaign("N05", "slow lines, a pulled cable, names nobody knows, wrong certificates, a late copy of the server",
          plan="200 each", small=0, nightly=200, missing=no_server)
def bad_networks(bench: Bench) -> None:
    with postgres.cluster() as server:
        port = int(server.rstrip("/").rsplit(":", 1)[1])
        line, wanted, tally = FaultyLine(port), set[str](), Counter[str]()
        with office_on(bench, server, line.port) as store:
            for how, delay in (("2 s there and back", lambda: 1.0),
                               ("faltering", lambda: bench.dice.choice([0.0] * 9 + [1.5]))):
                line.delay = delay
                for number in range(bench.size):
                    until_saved(store, f"{how} {number}", tally)
                    wanted.add(f"{how} {number}")
                    bench.tally.count(how)
                bench.so_far(bench.tally)
            line.delay = lambda: 0.0
            once(bench, store, wanted)
        line.close()
        for trouble in (_unknown_names, _certificates, _late_copies, partial(_pulled_cables, port=port)):
            trouble(bench, server)
            bench.so_far(bench.tally)
    bench.tally.runs = sum(bench.tally.counts.values())
    bench.tally.counts |= tally


def _refused(bench: Bench, how: str, work: Callable[[], object], within: float = 12.0) -> None:
    """It is refused in time, with a reason; nothing was saved."""
    began = time.monotonic()
    try:
        work()
        bench.find(how, ["it was taken"])
    except StoreUnavailable as problem:
        if not problem.message:
            bench.find(how, ["no reason"])
    if time.monotonic() - began > within:
        bench.find(how, [f"only after {time.monotonic() - began:.0f} s"])
    bench.tally.count(how)


def _unknown_names(bench: Bench, server: str) -> None:
    with office_on(bench, server) as store:
        office.keep_address(store.folder, "postgresql://desk@no-such-server.invalid/cabinet")
        for _ in range(bench.size):
            _refused(bench, "a name nobody knows", lambda: Store.open(store.folder, store.key))


def _certificates(bench: Bench, server: str) -> None:
    """The server shows an expired certificate, another's, one for another name; then the right one."""
    with psycopg.connect(f"{server}postgres?sslmode=disable", autocommit=True) as admin:
        (said,) = admin.execute("SHOW data_directory").fetchone() or ("",)
        data = Path(said)
        owner = data.stat()
        root = _Authority()
        shown = {
            "an expired certificate": ("localhost", root, -1), "a certificate by nobody known": (
                "localhost", _Authority(), 30), "a certificate for another": ("other.example", root, 30),
            "the right certificate": ("localhost", root, 30)}
        for how, (name, by, days) in islice(cycle(shown.items()), max(len(shown), bench.size)):
            for file, content in zip(("server.crt", "server.key"), by.certificate(name, days), strict=True):
                (data / file).write_bytes(content)
                (data / file).chmod(0o600)
                os.chown(data / file, owner.st_uid, owner.st_gid)
            (bench.place / "root.pem").write_bytes(root.own)
            admin.execute("ALTER SYSTEM SET ssl = on")
            admin.execute("SELECT pg_reload_conf()")
            time.sleep(0.5)
            address = postgres.database(server).replace("127.0.0.1", "localhost").replace(
                "sslmode=disable", f"sslmode=verify-full&sslrootcert={bench.place / 'root.pem'}")
            folder = bench.place / "by-certificate"
            if how != "the right certificate":
                _refused(bench, how, partial(Store.create, folder, "pass", cost=QUICK, address=address))
            else:
                Store.create(folder, "pass", cost=QUICK, address=address)[0].close()
                bench.tally.count(how)
            shutil.rmtree(folder, ignore_errors=True)


class _Authority:
    """Signs certificates of servers."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, f"root {uuid.uuid4().hex}")])
        self.own = self._signed(self._name, self._key, 100, x509.BasicConstraints(ca=True, path_length=None))

    def certificate(self, host: str, days: int) -> tuple[bytes, bytes]:
        """Certificate and key of a server, good for so many days from now."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
        return (self._signed(name, key, days, x509.SubjectAlternativeName([x509.DNSName(host)])),
                key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                  serialization.NoEncryption()))

    def _signed(self, name: x509.Name, key: ec.EllipticCurvePrivateKey, days: int,
                more: x509.ExtensionType) -> bytes:
        now = dt.datetime.now(dt.UTC)
        made = (x509.CertificateBuilder().subject_name(name).issuer_name(self._name).public_key(key.public_key())
                .serial_number(x509.random_serial_number()).not_valid_before(now - dt.timedelta(days=200))
                .not_valid_after(now + dt.timedelta(days=days))
                .add_extension(more, critical=isinstance(more, x509.BasicConstraints)))
        return made.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def _late_copies(bench: Bench, server: str) -> None:
    """A copy of the database from before the last save answers in its place: it is not written to."""
    with office_on(bench, server) as store:
        name = office.address_of(store.folder).rsplit("/", 1)[1].partition("?")[0]
        for number in range(bench.size):
            save(store, Client, {"name": f"{number}"}, uuid=uuid.uuid4())
            store.close()
            with psycopg.connect(f"{server}postgres?sslmode=disable", autocommit=True) as admin:
                admin.execute(f'CREATE DATABASE "late" TEMPLATE "{name}" OWNER desk')
                save(store, Client, {"name": f"{number} kept"}, uuid=uuid.uuid4())
                store.close()
                admin.execute(f'ALTER DATABASE "{name}" RENAME TO "right"')
                admin.execute(f'ALTER DATABASE "late" RENAME TO "{name}"')
                _refused(bench, "a late copy", lambda: save(store, Client, {"name": "x"}, uuid=uuid.uuid4()))
                store.close()
                admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
                admin.execute(f'ALTER DATABASE "right" RENAME TO "{name}"')


def _pulled_cables(bench: Bench, server: str, port: int) -> None:
    """The cable is pulled at any moment and nobody says so: it is told in time, and saved once when it is plugged."""
    try:
        held = cable()
        pulled = held.__enter__()
    except (OSError, subprocess.CalledProcessError):
        bench.tally.count("a pulled cable: not tried, no network of one's own here")
        return
    try:
        line = FaultyLine(port, Cable.HERE)
        line_port = line.port
        with office_on(bench, server) as made:
            office.keep_address(made.folder, office.address_of(made.folder).replace(
                f"127.0.0.1:{port}", f"{Cable.HERE}:{line_port}"))
            wanted = pulled.beyond(lambda: _saves_while_pulled(bench, made, pulled))
            once(bench, made, wanted)
        line.close()
    finally:
        held.__exit__(None, None, None)


def _saves_while_pulled(bench: Bench, made: Store, pulled: Cable) -> set[str]:
    wanted = set[str]()
    with Store.open(made.folder, made.key, who="王") as store:
        for number in range(bench.size):
            one, began = uuid.uuid4(), 0.0
            pulling = threading.Timer(bench.dice.random() * 0.03, pulled.pull)
            pulling.start()
            for _ in range(30):
                began = time.monotonic()
                try:
                    save(store, Client, {"name": f"pulled {number}"}, uuid=one)
                    break
                except Unreachable:
                    took = time.monotonic() - began
                    bench.tally.counts["longest wait under a pulled cable, s"] = max(
                        int(took), bench.tally.counts.get("longest wait under a pulled cable, s", 0))
                    pulled.plug()
            pulling.join()
            pulled.plug()
            wanted.add(f"pulled {number}")
            bench.tally.count("a pulled cable")
    return wanted
