"""The few errors a person may meet: each says what happened and what to do, and has an exit code."""

from __future__ import annotations


class CasedeskError(Exception):
    """Something a person can act on; `message` says what happened, `hint` what to do."""

    exit_code = 5

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class InvalidEntry(CasedeskError):
    """What was typed cannot be kept as it is; `field` names the column it belongs to."""

    exit_code = 3

    def __init__(self, message: str, hint: str = "", *, field: str = "") -> None:
        super().__init__(message, hint)
        self.field = field


class Conflict(CasedeskError):
    """Somebody else saved the record meanwhile; `mine` and `theirs` hold both versions by column name.

    `untouched` are the columns that they alone changed: mine is what the record said before.
    """

    exit_code = 4

    def __init__(
        self, message: str, hint: str = "", *, mine: dict[str, object] | None = None,
        theirs: dict[str, object] | None = None, untouched: frozenset[str] = frozenset(),
    ) -> None:
        super().__init__(message, hint)
        self.mine = mine or {}
        self.theirs = theirs or {}
        self.untouched = untouched


class StoreUnavailable(CasedeskError):
    """The cabinet is locked, full, damaged, too new, or the passphrase is wrong."""

    exit_code = 5


class Unreachable(StoreUnavailable):
    """The server of an office cannot be reached just now; reading and saving come back with it."""


class NotAllowed(CasedeskError):
    """The role of who works does not include it; the message names what is lacking, the hint who has it."""

    exit_code = 5


class DocumentError(CasedeskError):
    """A document could not be made."""

    exit_code = 6


class ImportProblem(CasedeskError):
    """A place in an imported file that could not be read."""

    exit_code = 7

    def __init__(self, message: str, hint: str = "", *, source: str = "", line: int = 0) -> None:
        super().__init__(message, hint)
        self.source = source
        self.line = line


class VerificationFailed(CasedeskError):
    """A cabinet, package or backup is not what it was when it was written."""

    exit_code = 8


class Cancelled(Exception):
    """The person stopped a job; shown to no one."""
