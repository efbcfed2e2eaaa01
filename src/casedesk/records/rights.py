"""What each role may do: one table, which every unit of work is held against."""

from __future__ import annotations

from dataclasses import dataclass

from casedesk.base.errors import NotAllowed
from casedesk.base.fields import Choice
from casedesk.base.i18n import N_, tr
from casedesk.records.words import UserRole


class Right(Choice):
    """What may be allowed or not."""

    READ = "read", N_("look at the records")
    PRIVILEGED = "privileged", N_("look at what is privileged")
    KEEP = "keep", N_("have drafts, checks and automatic backups kept")
    WRITE = "write", N_("enter and change records")
    DELETE = "delete", N_("move records to the trash")
    UNDO = "undo", N_("take back a delete or an import")
    IMPORT = "import", N_("import files")
    EXPORT = "export", N_("write documents and copies")
    FILE = "file", N_("make packages and record what was filed")
    DECIDE = "decide", N_("decide on findings")
    WAIVE = "waive", N_("lift a privilege")
    SIGN = "sign", N_("sign with the firm's certificate")
    HAND_OVER = "hand-over", N_("hand over a whole matter as a file")
    RETAIN = "retain", N_("end a legal hold, or say how long a matter is kept")
    TEAM = "team", N_("choose who sees a matter")
    RULES = "rules", N_("change rules, rates and templates")
    BACKUP = "backup", N_("make backups by hand")
    PURGE = "purge", N_("empty the trash")
    DESTROY = "destroy", N_("destroy a matter")
    HISTORY = "history", N_("write out the whole history")
    SETTINGS = "settings", N_("change the settings of the cabinet")
    USERS = "users", N_("add and change users")
    RECOVERY = "recovery", N_("make a new recovery key")
    RESTORE = "restore", N_("restore a backup")
    MOVE = "move", N_("move the cabinet to another place")


_OWNER = frozenset({UserRole.OWNER})
_LAWYERS = _OWNER | {UserRole.LAWYER}
_STAFF = _LAWYERS | {UserRole.PARALEGAL}

WHO: dict[Right, frozenset[UserRole]] = {
    Right.READ: frozenset(UserRole),
    Right.PRIVILEGED: _STAFF,
    Right.KEEP: _STAFF,
    Right.WRITE: _STAFF,
    Right.DELETE: _STAFF,
    Right.UNDO: _STAFF,
    Right.IMPORT: _STAFF,
    Right.EXPORT: _STAFF,
    Right.FILE: _STAFF,
    Right.DECIDE: _LAWYERS,
    Right.WAIVE: _LAWYERS,
    Right.SIGN: _LAWYERS,
    Right.HAND_OVER: _LAWYERS,
    Right.RETAIN: _LAWYERS,
    Right.TEAM: _LAWYERS,
    Right.RULES: _LAWYERS,
    Right.BACKUP: _LAWYERS,
    Right.PURGE: _LAWYERS,
    Right.DESTROY: _LAWYERS,
    Right.HISTORY: _OWNER,
    Right.SETTINGS: _OWNER,
    Right.USERS: _OWNER,
    Right.RECOVERY: _OWNER,
    Right.RESTORE: _OWNER,
    Right.MOVE: _OWNER,
}
"""The roles that have each right. A paralegal works under the lawyers' privilege and sees what it covers."""

SETTINGS: dict[str, Right] = {
    "checked ": Right.KEEP, "check state": Right.KEEP, "backup state": Right.KEEP, "head stamp": Right.KEEP,
    "import-mapping": Right.IMPORT, "rules ": Right.RULES, "lpr": Right.RULES, "template:": Right.RULES,
    "destruction ": Right.DESTROY,
}
"""The right to change a kept setting, by how its key begins; any other asks for `SETTINGS`."""

ROLES = (UserRole.OWNER, UserRole.LAWYER, UserRole.PARALEGAL, UserRole.READ_ONLY)
"""The roles a user may be given; what an old record calls “other” may only look."""


@dataclass(frozen=True)
class Actor:
    """Who works: by name, with a role; `user` is the UUID of their record, empty in a cabinet that has no users."""

    name: str
    role: UserRole = UserRole.OWNER
    user: str = ""
    id: int = 0

    @property
    def sees_all(self) -> bool:
        """Whether nothing is hidden: neither the matters of a team nor what is privileged."""
        return self.role is UserRole.OWNER

    def may(self, right: Right) -> bool:
        """Whether the role has a right."""
        return self.role in WHO[right]

    def require(self, *rights: Right) -> None:
        """NotAllowed names the first right that is lacking, and who has it."""
        for right in rights:
            if not self.may(right):
                raise NotAllowed(self.lacks(right), tr("Ask somebody who is: {roles}.", roles=roles_with(right)))

    def lacks(self, right: Right) -> str:
        """The sentence that a right is lacking."""
        return tr("Your role ({role}) does not allow you to {right}.", role=tr(self.role.label), right=tr(right.label))


def roles_with(right: Right) -> str:
    """The roles that have a right, as a person reads them."""
    return tr(", ").join(tr(role.label) for role in ROLES if role in WHO[right])
