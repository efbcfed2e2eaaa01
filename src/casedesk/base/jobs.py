"""A job is a callable that takes `progress`; no Qt in it."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

_SELDOM = 100_000


class Progress(Protocol):
    """Called by a job as it goes on; may raise `Cancelled`."""

    def __call__(self, done: int, total: int, note: str = "") -> None:
        """Say that `done` of `total` steps are done and what is being done now."""


def silent(done: int, total: int, note: str = "") -> None:
    """The progress of a job nobody watches."""


@contextmanager
def seldom_swept() -> Iterator[None]:
    """While a job makes very many objects that form no rings, Python looks for rings a hundred times less often."""
    before = gc.get_threshold()
    gc.set_threshold(_SELDOM, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
