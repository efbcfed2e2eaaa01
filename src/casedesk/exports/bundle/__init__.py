"""The evidence bundle PDF: cover, index, statistics, chronology, incident sheets and exhibits under one page map."""

from __future__ import annotations

from casedesk.exports.bundle.draft import Options
from casedesk.exports.bundle.looking import Notice, Problem
from casedesk.exports.bundle.profiles import profile_ids
from casedesk.exports.bundle.write import Exhibit, Result, preflight, write

__all__ = ["Exhibit", "Notice", "Options", "Problem", "Result", "preflight", "profile_ids", "write"]
