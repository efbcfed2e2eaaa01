"""China Telecom's call bills: every province has its own, as a workbook or as JSON of its web page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from casedesk.base.i18n import N_
from casedesk.imports import bills
from casedesk.imports.draft import Options, Row

_MARKS = re.compile(
    r"中国电信|天翼|主叫号码\t被叫号码|callStartTime|tonghuatype"
    r"|(?m:^[^\t\n]*\t\+?\d{5,20}\t\+?\d{5,20}\t(?:主叫|被叫)\t)")


class TelecomBill:
    """A bill of China Telecom."""

    id = "bill-telecom"
    title = N_("Call bill of China Telecom")
    asks: tuple[str, ...] = bills.ASKS

    def looks(self, path: Path, head: bytes) -> bool:
        """Columns of a bill, and China Telecom's words; or rows that begin with both sides' numbers and the way."""
        found = bills.opening(path, head)
        return found is not None and (found.has_titles or found.has_values) and bool(_MARKS.search(found.text))

    def read(self, path: Path, options: Options) -> Iterator[Row]:
        """Calls and messages; times are local."""
        return bills.read(path, options)
