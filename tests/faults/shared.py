"""A process opens thousands of cabinets: what SQLAlchemy compiles for one of them serves the others."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any
from unittest import mock

from sqlalchemy import Engine, create_engine

from casedesk.store import engine


@contextmanager
def compiled() -> Iterator[None]:
    """Meanwhile every engine of a cabinet shares one dialect and the statements compiled for it."""
    with mock.patch.object(engine, "create_engine", _make):
        yield


def _make(*args: Any, **options: Any) -> Engine:
    made, first = create_engine(*args, **options), _first(options["module"])
    made.dialect = made.pool._dialect = first.dialect
    made._compiled_cache = first._compiled_cache
    return made


@cache
def _first(module: Any) -> Engine:
    """The engine whose compiled statements the others share."""
    first = create_engine("sqlite://", creator=lambda: module.connect(":memory:"), module=module)
    first.connect().close()
    return first
