"""CaseDesk: the desk of a law firm that stands by people in debt disputes."""
from __future__ import annotations

__version__ = "0.1.0"
