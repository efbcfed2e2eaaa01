"""A call bill whose operator is not told: known columns of bills, read as all bills are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from casedesk.base.i18n import N_
from casedesk.imports import bills
from casedesk.imports.draft import Options, Row

_MARKS = re.compile("话费|通信费|通话费|费用|套餐|漫游|长途|通话地|通信地|归属地|国内通话|本地")
_LOGGED = re.compile("内容|原话|备注|摘要|words|summary", re.IGNORECASE)


class OtherBill:
    """A bill of an operator not told."""

    id = "bill"
    title = N_("Call bill of another operator")
    asks: tuple[str, ...] = bills.ASKS

    def looks(self, path: Path, head: bytes) -> bool:
        """Columns of a bill with its fees or places, and none of a log a person keeps; or calls without titles."""
        found = bills.opening(path, head)
        if found is None or _LOGGED.search(found.text):
            return False
        if found.has_values:
            return not found.has_other_titles
        return found.has_titles and bool(_MARKS.search(found.text))

    def read(self, path: Path, options: Options) -> Iterator[Row]:
        """Calls and messages; times are local."""
        return bills.read(path, options)
