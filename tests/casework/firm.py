"""A firm with one user of each role, as the tests of users and rights need it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from casedesk.casework import users
from casedesk.records.words import UserRole
from casedesk.store import keys
from casedesk.store.cabinet import Store
from tests.conftest import QUICK

NAMES = {UserRole.OWNER: "tester", UserRole.LAWYER: "李律师", UserRole.PARALEGAL: "赵助理",
         UserRole.READ_ONLY: "Auditor"}
"""Whoever made the cabinet is its owner; each password is the role and “pass”."""


def password(role: UserRole) -> str:
    return "pass" if role is UserRole.OWNER else f"{role.value} pass"


def staff(store: Store, *roles: UserRole) -> None:
    """Add a user of each role."""
    for role in roles or tuple(NAMES)[1:]:
        users.add(store, NAMES[role], role, password(role), cost=QUICK)


@contextmanager
def desk(store: Store, role: UserRole) -> Iterator[Store]:
    """The same cabinet as the user of this role opens it."""
    with Store.open(store.folder, keys.unlock(store.folder, password(role), NAMES[role])) as opened:
        yield opened
