"""Taking in files: look first (`preview`), keep in one batch a file (`commit`), and undo."""

from __future__ import annotations

from casedesk.casework.importing.batches import Batch, batches, correct_zone, undo
from casedesk.casework.importing.choices import (
    WINDOW,
    ZONE,
    Choices,
    remember_mapping,
    remembered_mapping,
    set_window,
    window,
)
from casedesk.casework.importing.commit import commit
from casedesk.casework.importing.masks import Proposal, Same
from casedesk.casework.importing.preview import NumberGroup, Preview, PreviewRow, preview
from casedesk.casework.importing.report import Fate, FileReport, Private, Problem, Unmatched

__all__ = [
    "WINDOW", "ZONE", "Batch", "Choices", "Fate", "FileReport", "NumberGroup", "Preview", "PreviewRow", "Private",
    "Problem", "Proposal", "Same", "Unmatched", "batches", "commit", "correct_zone", "preview", "remember_mapping",
    "remembered_mapping", "set_window", "undo", "window",
]
