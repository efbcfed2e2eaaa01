"""China Unicom's call bills, as downloaded (.xls) or as its web page gives them (JSON)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from casedesk.base.i18n import N_
from casedesk.imports import bills
from casedesk.imports.draft import Options, Row

_MARKS = re.compile(
    r"中国联通|语音通信|语音业务历史详单|业务类型\t通话起始时间\t通话时长\t呼叫类型|长途类型\t话单位置\t漫游类型"
    r"|calllonghour|calltypeName|othernum")


class UnicomBill:
    """A bill of China Unicom."""

    id = "bill-unicom"
    title = N_("Call bill of China Unicom")
    asks: tuple[str, ...] = bills.ASKS

    def looks(self, path: Path, head: bytes) -> bool:
        """Columns of a bill, and China Unicom's words."""
        found = bills.opening(path, head)
        return found is not None and (found.has_titles or found.has_values) and bool(_MARKS.search(found.text))

    def read(self, path: Path, options: Options) -> Iterator[Row]:
        """Calls and messages; times are local."""
        return bills.read(path, options)
