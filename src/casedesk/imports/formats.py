"""Every format known here, and which of them a file is: told by its content, never by its name."""

from __future__ import annotations

from pathlib import Path

from casedesk.base.errors import ImportProblem
from casedesk.base.files import regular
from casedesk.base.i18n import tr
from casedesk.imports import (
    bill_mobile,
    bill_other,
    bill_telecom,
    bill_unicom,
    call_history,
    mail,
    phoneview,
    sheets,
    sms_backup,
    table,
    wechat,
    whatsapp,
)
from casedesk.imports.draft import Format

FORMATS: tuple[Format, ...] = (
    sms_backup.SmsBackup(),
    mail.Mail(),
    whatsapp.WhatsApp(),
    call_history.CallHistory(),
    wechat.WeChat(),
    phoneview.PhoneView(),
    bill_mobile.MobileBill(),
    bill_unicom.UnicomBill(),
    bill_telecom.TelecomBill(),
    bill_other.OtherBill(),
    table.Table(),  # last: it takes any table with a time and something of a contact
)
"""The first that takes a file has it; a new format is one line here, above the table."""


def recognise(path: Path) -> Format | None:
    """The format of a file, or None; `seen` then says what it looks like. ImportProblem when it cannot be opened."""
    head = _head(path)
    return next((one for one in FORMATS if one.looks(path, head)), None)


def named(name: str) -> Format:
    """The format of an id; ImportProblem names those there are."""
    for one in FORMATS:
        if one.id == name:
            return one
    raise ImportProblem(tr("There is no format “{name}”.", name=name),
                        tr("Known are: {names}", names=", ".join(one.id for one in FORMATS)))


def seen(path: Path) -> str:
    """What a file that is no known format looks like, in the person's language."""
    import filetype

    head = _head(path)
    if not head:
        return tr("an empty file")
    kind = filetype.guess(head)
    if kind is not None and kind.extension not in ("zip", "xlsx", "xls", "doc"):
        return tr("a {kind} file", kind=str(kind.extension).upper())
    if head.startswith((sheets.ZIP, sheets.OLE)) or sheets.is_text(head):
        return _columns(path, head)
    return tr("a file of unknown kind")


def _columns(path: Path, head: bytes) -> str:
    """The first row of a table, or what else a text or a package begins with."""
    if head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        return tr("XML or HTML that is no export known here")
    try:
        first = next((row for row in sheets.rows(path) if isinstance(row, sheets.Line)), None)
    except ImportProblem as problem:
        return problem.message
    if first is None:
        return tr("a text or table without rows")
    cells = [sheets.shown(cell)[:30] for cell in first.cells[:8]]
    return tr("a text or table without known columns; its first row: {cells}",
              cells=" | ".join("".join(sign if sign.isprintable() else " " for sign in cell) for cell in cells))


def _head(path: Path) -> bytes:
    try:
        with regular(path).open("rb") as file:
            return file.read(sheets.HEAD)
    except OSError as problem:
        raise ImportProblem(tr("{path} cannot be read ({reason}).", path=path, reason=problem.strerror or problem),
                            tr("Check the path; nothing was imported.")) from problem
