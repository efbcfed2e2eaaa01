"""The people who open the cabinet, each by a password of their own; until the first is added there is one passphrase.

Who a person is and what they may do stands in the records; their password wraps the cabinet key in cabinet.json. The
records are committed first: broken off in between, nobody has more than before, and the same can be asked again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from casedesk.base.errors import InvalidEntry
from casedesk.base.i18n import tr
from casedesk.records import User
from casedesk.records.rights import ROLES, Right
from casedesk.records.words import UserRole
from casedesk.store import attempts, keys, office
from casedesk.store.cabinet import Store
from casedesk.store.keys import Cost


@dataclass(frozen=True)
class Person:
    """Somebody who may open the cabinet, or might once."""

    id: int
    name: str
    role: UserRole
    opens: bool
    """Has a password, and was not disabled."""

    @property
    def sees_all(self) -> bool:
        """Whether no matter is hidden from them."""
        return self.role is UserRole.OWNER


def people(store: Store) -> list[Person]:
    """Everybody with a password or who had one, in the order they were added; nobody while there is one passphrase."""
    known = keys.user_ids(store.folder)
    with store.read() as session:
        found = session.scalars(select(User).order_by(User.id)).all()
    return [Person(one.id, one.name, one.role, not one.disabled) for one in found if str(one.uuid) in known
            or one.disabled]


def add(store: Store, name: str, role: UserRole, password: str, *, cost: Cost = keys.OFFICE) -> None:
    """Let somebody open the cabinet; with the first, whoever works becomes the owner, by the present passphrase."""
    name = " ".join(name.split())
    _check(name, role)
    with store.work(Right.USERS) as session:
        owner = None if store.actor.user else _known(session, store.who) or _new(session, store.who)
        if owner is not None:
            owner.role = UserRole.OWNER
        user = _known(session, name) or _new(session, name)
        if user is owner and role is not UserRole.OWNER:
            raise InvalidEntry(tr("Whoever adds the first user is the owner."), tr("Add yourself as owner."),
                               field="role")
        if not user.disabled and str(user.uuid) in keys.user_ids(store.folder):
            raise InvalidEntry(tr("There is a user “{name}” already.", name=name), field="name")
        user.role, user.disabled = role, False
    with _alone(store, Right.USERS):
        if owner is not None and not keys.user_ids(store.folder):
            keys.give_to(store.folder, store.key, str(owner.uuid), owner.name)
            store.key = replace(store.key, user=str(owner.uuid))
        if user is not owner:
            keys.set_password(store.folder, store.key, (str(user.uuid), user.name), password, cost=cost)
    store.refresh_actor()


def shared_login(store: Store) -> str:
    """The login by which an office's database knows several of its users; empty where each has one of their own."""
    if not store.is_office or len(keys.user_ids(store.folder)) < 2:
        return ""
    with store.read() as session:
        login = office.login(session.connection())
    return "" if login == store.who else login


def told_of_login(login: str) -> str:
    """What is to be said of a login that is shared."""
    return tr("Desks share the database login “{login}”: who has its password can write SQL in anybody's name. Give "
              "each person a login of their own, named as in CaseDesk (README, “An office”).", login=login)


def change_password(store: Store, old: str, new: str, *, cost: Cost = keys.OFFICE) -> None:
    """Whoever works opens the cabinet by the new password from now on; StoreUnavailable when the old one is wrong.

    Who opened it with the recovery key need not know the old one.
    """
    if not store.key.recovered:
        attempts.unlock(store.folder, old, name=store.who)
    with _alone(store, Right.READ):
        keys.change_passphrase(store.folder, store.key, new, cost=cost)
    store.key = replace(store.key, recovered=False)


def reset_password(store: Store, name: str, new: str, *, cost: Cost = keys.OFFICE) -> None:
    """An owner gives somebody another password."""
    with _alone(store, Right.USERS) as session:
        user = _user(session, name)
        keys.set_password(store.folder, store.key, (str(user.uuid), user.name), new, cost=cost)


def set_role(store: Store, name: str, role: UserRole) -> None:
    """Give somebody another role; it counts from their next save, and what they see from when they next log in."""
    _check(name, role)
    with store.work(Right.USERS) as session:
        user = _user(session, name)
        if role is not UserRole.OWNER:
            _keep_an_owner(session, user)
        user.role = role
    store.refresh_actor()


def disable(store: Store, name: str) -> None:
    """Somebody may not open the cabinet any more; what they signed stays signed with their name."""
    with store.work(Right.USERS) as session:
        user = _user(session, name)
        _keep_an_owner(session, user)
        user.disabled = True
    with _alone(store, Right.USERS):
        keys.take_away(store.folder, store.key, str(user.uuid))


def new_recovery_key(store: Store) -> str:
    """A new recovery key to print; the old one no longer unlocks the cabinet."""
    with _alone(store, Right.RECOVERY):
        return keys.new_recovery_key(store.folder, store.key)


@contextmanager
def _alone(store: Store, right: Right) -> Iterator[Session]:
    """Meanwhile no other desk changes cabinet.json: each does so while it holds the database to write."""
    with store.work(right) as session:
        session.connection()
        yield session


def _check(name: str, role: UserRole) -> None:
    if not name:
        raise InvalidEntry(tr("A user needs a name."), tr("Changes are signed with it."), field="name")
    if role not in ROLES:
        raise InvalidEntry(tr("“{value}” is not one of the choices.", value=tr(role.label)), field="role")


def _new(session: Session, name: str) -> User:
    user = User(name=name)
    session.add(user)
    session.flush()
    return user


def _known(session: Session, name: str) -> User | None:
    return next((one for one in session.scalars(select(User).order_by(User.id)) if keys.same_name(one.name, name)),
                None)


def _user(session: Session, name: str) -> User:
    """The user of this name who may open the cabinet; InvalidEntry names those there are."""
    active = list(session.scalars(select(User).where(User.disabled.is_(False)).order_by(User.id)))
    for one in active:
        if keys.same_name(one.name, name):
            return one
    raise InvalidEntry(tr("There is no user “{name}”.", name=name),
                       tr("There are: {names}.", names=", ".join(one.name for one in active)) if active
                       else tr("This cabinet has no users; one passphrase opens it for all."), field="name")


def _keep_an_owner(session: Session, user: User) -> None:
    """InvalidEntry when it is the last owner; nobody takes their own place away either."""
    others = session.scalars(select(User.id).where(User.role == UserRole.OWNER, User.disabled.is_(False),
                                                   User.id != user.id)).first()
    if user.role is UserRole.OWNER and others is None:
        raise InvalidEntry(tr("“{name}” is the last owner.", name=user.name), tr("Make somebody else an owner first."))
    if str(user.uuid) == session.info["actor"].user:
        raise InvalidEntry(tr("Nobody takes their own place away."), tr("Ask another owner to do it."))
