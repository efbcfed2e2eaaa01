"""A PostgreSQL of the tests' own: a new cluster on loopback, started and stopped by an ordinary user."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import psycopg
import pytest

MISSING = "no PostgreSQL 15 or newer here: “make test-pg” installs it"


def programs() -> Path | None:
    """The folder of the newest PostgreSQL's programs, 15 or later; None when there is none."""
    found = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if (path / "initdb").exists()]
    found = [path for path in found if int(path.parent.name) >= 15]
    if found:
        return max(found, key=lambda path: int(path.parent.name))
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


@cache
def _user() -> str | None:
    """Whom the server runs as: who runs the tests, but never root, which PostgreSQL refuses."""
    if os.getuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next((name for name in ("postgres", "nobody") if name in known), None)


class Server(str):
    """The start of the addresses of its databases; it can be stopped, as a crash would, and started again."""

    start: Callable[[], None]
    stop: Callable[[], None]


@contextmanager
def cluster(*, durable: bool = False) -> Iterator[Server]:
    """A server with its own folder; skips, saying why, where none can be had. Only a `durable` one syncs its disk."""
    bin_ = programs()
    if bin_ is None or (os.getuid() == 0 and _user() is None):
        pytest.skip(MISSING)
    folder = Path(tempfile.mkdtemp(prefix="casedesk-pg-"))
    user = _user()
    if user:
        shutil.chown(folder, user)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    def run(name: str, *arguments: str) -> None:
        subprocess.run([bin_ / name, "-D", folder / "data", *arguments], check=True, user=user, cwd=folder,
                       stdout=subprocess.DEVNULL)

    def start() -> None:
        run("pg_ctl", "-w", "-t", "120", "-l", str(folder / "log"), "-o",
            f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}"
            f" -c fsync={'on' if durable else 'off'} -c max_connections=300", "start")

    def stop() -> None:
        run("pg_ctl", "-w", "-m", "immediate", "stop")

    try:
        run("initdb", "-U", "office", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        start()
        server = Server(f"postgresql://office@127.0.0.1:{port}/")
        server.start, server.stop = start, stop
        with psycopg.connect(f"{server}postgres?sslmode=disable") as connection:
            connection.execute("CREATE ROLE desk LOGIN NOSUPERUSER NOBYPASSRLS")
            connection.execute("CREATE ROLE clerk LOGIN NOSUPERUSER NOBYPASSRLS")
        try:
            yield server
        finally:
            stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def database(server: str) -> str:
    """The address of a new, empty database, of a role that may do nothing else."""
    name = f"cabinet_{uuid.uuid4().hex}"
    with psycopg.connect(f"{server}postgres?sslmode=disable", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" OWNER desk')
    return f"{server}{name}?sslmode=disable".replace("//office@", "//desk@")


def drop(address: str) -> None:
    """Take a database away again, whoever is still in it: hundreds of them fill a disk."""
    server, _, name = of_administrator(address).partition("?")[0].rpartition("/")
    with psycopg.connect(f"{server}/postgres?sslmode=disable", autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def of_administrator(address: str) -> str:
    """The same database as one enters it whom no policy binds."""
    return address.replace("//desk@", "//office@")
