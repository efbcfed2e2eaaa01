"""China Mobile's call and message bills (通话详单, 短彩信详单)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from casedesk.base.i18n import N_
from casedesk.imports import bills
from casedesk.imports.draft import Options, Row

_MARKS = re.compile(
    r"中国移动|有条件呼叫转移|(?:详单信息|以上信息|本详单).{0,4}仅供.{0,8}参考|通信方式\t.*(?:套餐优惠|实收通信费)"
    r"|套餐优惠\t(?:实收)?通信费|从\d{4}-\d\d-\d\d到\d{4}-\d\d-\d\d.*类型")
_OTHERS = re.compile("中国联通|中国电信")


class MobileBill:
    """A bill of China Mobile."""

    id = "bill-mobile"
    title = N_("Call bill of China Mobile")
    asks: tuple[str, ...] = bills.ASKS

    def looks(self, path: Path, head: bytes) -> bool:
        """Columns of a bill, and China Mobile's words; or its rows as saved by hand without titles."""
        found = bills.opening(path, head)
        if found is None:
            return False
        return bool(found.has_titles or found.has_values) and bool(_MARKS.search(found.text)) and not (
            _OTHERS.search(found.text))

    def read(self, path: Path, options: Options) -> Iterator[Row]:
        """Calls and messages; times are local."""
        return bills.read(path, options)
