"""Bills as the operators write them, made in code: the layouts are real, the people and numbers are not."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from casedesk.imports import formats
from casedesk.imports.draft import Draft, Lost, Options, Remark, Row, Skipped

Rows = Sequence[Sequence[Any]]

MOBILE = ["起始时间", "通信地点", "通信方式", "对方号码", "通话时长", "通信类型", "套餐优惠", "实收通信费", "是否“新通话”"]
MOBILE_HEAD: list[list[Any]] = [
    ["（详单信息仅供用户参考，不作其他凭证）"],
    ["从2020-03-01到2020-03-31 类型：通话详单 总条数：3"],
    ["通话费合计：0.00"], ["减免合计：0.00"], ["实收合计：0.00"],
    MOBILE,
]
MOBILE_ROWS: list[list[Any]] = [
    ["03-02 13:13:40", "上海", "被叫", "95555", "00:00:38", "国内被叫", "", "0.00", "是"],
    ["03-02 20:01:05", "上海", "主叫", "02195588", "00:01:00", "国内主叫", "", "0.15", "否"],
    ["03-31 23:59:59", "上海", "有条件呼叫转移被叫", "15500001111", "1小时2分3秒", "国内被叫", "", "0.00", ""],
]
CRAWLED = ["起始时间", "通信地点", "通信方式", "对方号码", "通信时长", "通信类型", "套餐优惠", "实收通信费(元)"]
CRAWLED_SMS = ["起始时间", "通信地点", "对方号码", "通信方式", "信息类型", "业务名称", "套餐优惠", "通信费(元)"]
UNICOM = {
    "2015-01": ["对方号码", "起始时间", "通话类型", "通话时长（秒）", "总话费", "长途类型", "话单位置", "漫游类型", "网络"],
    "2015-05": ["序号", "业务类型", "通话起始时间", "通话时长", "呼叫类型", "通话类型", "通话费", "其他费", "小计"],
    "2016-01": ["序号", "业务类型", "通话起始时间", "通话时长", "呼叫类型", "对方号码", "通话地点", "通话类型", "通话费", "其他费",
                "小计"],
    "2017-03": ["序号", "业务类型", "通话起始时间", "通话时长", "呼叫类型", "对方号码", "通话类型", "通话费", "其他费", "小计"],
    "tool": ["序号", "业务类型", "通话起始时间", "通话时长", "呼叫类型", "对方号码", "本机通话地", "对方归属地", "通话类型", "通话费",
             "其他费", "小计"],
}


def xls(path: Path, sheets: Mapping[str, Rows], formats: Mapping[type, str] | None = None) -> Path:
    """An old binary workbook; `formats` gives the number format of cells of a type."""
    import xlwt

    book = xlwt.Workbook(encoding="utf-8")
    styles = {kind: xlwt.easyxf(num_format_str=text) for kind, text in (formats or {}).items()}
    for name, rows in sheets.items():
        sheet = book.add_sheet(name)
        for at, cells in enumerate(rows):
            for place, cell in enumerate(cells):
                sheet.write(at, place, cell, *([styles[type(cell)]] if type(cell) in styles else []))
    book.save(str(path))
    return path


def xlsx(path: Path, sheets: Mapping[str, Rows]) -> Path:
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for cells in rows:
            sheet.append(list(cells))
    book.save(path)
    return path


def table(path: Path, rows: Rows, encoding: str = "utf-8-sig") -> Path:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def read(path: Path, format_id: str, **answers: str) -> list[Row]:
    """Every row, by the format the content is recognised as; each row of the file is counted once."""
    found = formats.recognise(path)
    assert found is not None
    assert found.id == format_id
    return list(found.read(path, Options(answers=answers)))


def drafts(rows: list[Row]) -> list[Draft]:
    return [row for row in rows if isinstance(row, Draft)]


def lost(rows: list[Row]) -> list[Lost]:
    return [row for row in rows if isinstance(row, Lost)]


def skipped(rows: list[Row]) -> list[Skipped]:
    return [row for row in rows if isinstance(row, Skipped)]


def problems(rows: list[Row]) -> list[Remark]:
    return [row for row in rows if isinstance(row, Remark) and row.is_problem]


def told(rows: list[Row]) -> list[Remark]:
    return [row for row in rows if isinstance(row, Remark) and not row.is_problem]


def counted(rows: list[Row]) -> int:
    return len(drafts(rows)) + len(lost(rows)) + len(skipped(rows))


def local(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def places(rows: list[Row]) -> Iterator[tuple[str, int]]:
    """Sheet and line of each row of the file."""
    for row in rows:
        if not isinstance(row, Remark):
            yield row.sheet, row.line
