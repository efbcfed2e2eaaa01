"""A passphrase is remembered in a real keyring or not at all. No test here touches this machine's keyring."""

from __future__ import annotations

from collections.abc import Iterator

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail, null
from keyring.backends.chainer import ChainerBackend
from keyring.errors import InitError, KeyringLocked, PasswordDeleteError, PasswordSetError

from casedesk.base.errors import StoreUnavailable
from casedesk.store import remembered

CABINET = "5f0e3c1a-cabinet"


class Memory(KeyringBackend):
    """A keyring that lasts as long as the test."""

    priority = 5

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError


class Plain(Memory):
    """Stands for the plain-text file of keyrings.alt, which says of itself that it works everywhere."""

    priority = 0.5  # type: ignore[assignment]


Plain.__module__ = "keyrings.alt.file"


class Locked(Memory):
    """A keyring whose owner does not unlock it."""

    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked

    def set_password(self, service: str, username: str, password: str) -> None:
        raise PasswordSetError("refused")

    def delete_password(self, service: str, username: str) -> None:
        raise InitError("no collection")


class Elsewhere(Memory):
    """A backend of another system."""

    @property
    def priority(self) -> float:  # type: ignore[override]
        raise RuntimeError("not here")


@pytest.fixture(autouse=True)
def memory() -> Iterator[Memory]:
    before = keyring.core._keyring_backend
    backend = Memory()
    keyring.set_keyring(backend)
    yield backend
    keyring.core._keyring_backend = before


class Chain(ChainerBackend):
    """A chain of given backends."""

    backends: list[KeyringBackend] = []  # noqa: RUF012


class Torn(ChainerBackend):
    """A chain that cannot say who is in it, since one of them is of another system."""

    @property
    def backends(self) -> list[KeyringBackend]:
        raise RuntimeError("not here")


TORN = Torn()  # type: ignore[no-untyped-call]


for kind in (Memory, Plain, Elsewhere, Chain, Torn):  # every class of a keyring is one the library may choose by itself
    KeyringBackend._classes.discard(kind)


def chain(*members: KeyringBackend) -> Chain:
    one = Chain()  # type: ignore[no-untyped-call]
    one.backends = list(members)
    return one


def test_what_is_remembered_is_recalled_and_forgotten(memory: Memory) -> None:
    assert remembered.available()
    assert remembered.recall(CABINET) is None
    remembered.remember(CABINET, "三个皮匠")
    assert remembered.recall(CABINET) == "三个皮匠"
    assert remembered.recall("another") is None
    assert memory.kept == {("CaseDesk", CABINET): "三个皮匠"}
    remembered.forget(CABINET)
    remembered.forget(CABINET)
    assert remembered.recall(CABINET) is None


NOWHERE = fail.Keyring()  # type: ignore[no-untyped-call]
NOTHING = null.Keyring()  # type: ignore[no-untyped-call]


@pytest.mark.parametrize("backend", [NOWHERE, NOTHING, Plain(), Elsewhere(), chain(), chain(Plain()), TORN])
def test_without_a_safe_keyring_nothing_is_remembered(backend: KeyringBackend) -> None:
    keyring.set_keyring(backend)
    assert not remembered.available()
    with pytest.raises(StoreUnavailable, match="cannot be remembered"):
        remembered.remember(CABINET, "secret")
    assert remembered.recall(CABINET) is None
    remembered.forget(CABINET)
    assert getattr(backend, "kept", {}) == {}


def test_a_plain_member_of_a_chain_is_passed_over() -> None:
    plain, safe = Plain(), Memory()
    plain.set_password("CaseDesk", CABINET, "planted")
    keyring.set_keyring(chain(plain, safe))
    assert remembered.recall(CABINET) is None
    remembered.remember(CABINET, "secret")
    assert safe.kept == {("CaseDesk", CABINET): "secret"}
    assert plain.kept == {("CaseDesk", CABINET): "planted"}


def test_a_locked_keyring_is_said_when_it_matters() -> None:
    keyring.set_keyring(Locked())
    assert remembered.recall(CABINET) is None
    with pytest.raises(StoreUnavailable, match="refused"):
        remembered.remember(CABINET, "secret")
    with pytest.raises(StoreUnavailable, match="no collection"):
        remembered.forget(CABINET)
