"""The workbook XLSX: every incident, finding, debt and piece of evidence in typed cells, with statistics."""

from __future__ import annotations

from casedesk.exports.workbook.write import write

__all__ = ["write"]
