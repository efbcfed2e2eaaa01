"""What a person chooses and types for one filing; light, for it is imported before anything is written."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from casedesk.exports.bundle.plan import Filed


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What a person chose for one filing; what is not chosen is the first there is."""

    debt: int | None = None
    creditor: int | None = None
    collector: int | None = None
    contact_person: int | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    """What the form asks for that no record holds, by name."""
    exhibits: Sequence[int] | None = None
    """The evidence that goes in, in this order, by id; None: what is marked for the bundle."""


@dataclass(frozen=True)
class Bound:
    """The bundle a letter goes with: the pages of each piece of evidence by its UUID, and what was filed before."""

    pages: Mapping[uuid.UUID, str] = field(default_factory=dict)
    filed: Filed | None = None


UNBOUND = Bound()


@dataclass(frozen=True)
class Asked:
    """A blank of a form that no record holds."""

    name: str
    label: str
