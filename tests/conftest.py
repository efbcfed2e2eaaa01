"""No test opens a window on the screen: set before Qt is loaded; a run may choose another platform.

No property test fails because the machine is busy: examples have no deadline. The same examples are tried in every
run, so that a commit that passed once passes again; the long tests try new ones (CASEDESK_NEW_EXAMPLES=1).
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from casedesk.base import memory
from casedesk.records import Client, Matter
from casedesk.store.cabinet import Store
from casedesk.store.keys import Cost
from casedesk.store.vault_folder import FolderVault
from tests import postgres

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    derandomize="CASEDESK_NEW_EXAMPLES" not in os.environ)
settings.load_profile("any machine")

OFFICE = "CASEDESK_TEST_OFFICE" in os.environ
"""Whether the cabinets of the `store` fixture are on PostgreSQL (make test-pg)."""
QUICK = Cost(memory=64, passes=1, lanes=1)


@pytest.fixture(autouse=True, scope="module")
def little_held() -> Iterator[None]:
    """What the tests of a file held goes back to the machine: many files run in one process."""
    yield
    gc.collect()
    memory.give_back()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A PostgreSQL server of the tests' own; its tests are skipped where there is none."""
    with postgres.cluster() as server:
        yield server


@pytest.fixture
def store(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Store]:
    """An empty cabinet, signed by "tester"."""
    address = postgres.database(request.getfixturevalue("postgres_server")) if OFFICE else ""
    opened, _ = Store.create(tmp_path / "cabinet", "pass", who="tester", cost=QUICK, address=address)
    with opened:
        yield opened
    if address:
        postgres.drop(address)


def kept_file(store: Store, name: str) -> Path:
    """Where a cabinet with a folder keeps a file."""
    assert isinstance(store.vault, FolderVault)
    return store.vault.path(name)


@pytest.fixture
def matter(store: Store) -> Matter:
    """A matter with its client."""
    with store.work() as session:
        client = Client(name="林某")
        session.add(client)
        session.flush()
        found = Matter(ref="A-1", name="林某 / 某银行", client_id=client.id)
        session.add(found)
    return found
