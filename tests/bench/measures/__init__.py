"""One module a measure; each has `measure() -> Iterator[Row]`."""

from __future__ import annotations
