"""The debts our own workbook lists beside its incidents: what an incident names is known whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from casedesk.base.errors import ImportProblem
from casedesk.base.i18n import LANGUAGES, tr, words
from casedesk.imports import sheets, table_values
from casedesk.imports.sheets import Line, shown
from casedesk.imports.table_values import Unreadable
from casedesk.records import Debt
from casedesk.records.record import columns
from casedesk.records.words import Product

_FEWEST = 4
"""Titles that make a row the titles of debts."""


def debt_names(product: Product, contract_number: str) -> set[str]:
    """What our workbook may call a debt, in each language, and its number alone."""
    named = {f"{words(lang)(product.label)} {contract_number}".strip() for lang in LANGUAGES}
    return named | ({contract_number} if contract_number else set())


def debts(path: Path) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """The columns of each debt by each name that is its alone, and what could not be read of them."""
    found: dict[str, dict[str, Any]] = {}
    problems: list[str] = []
    twice: dict[str, None] = {}
    for lang in LANGUAGES:
        say = words(lang)
        labels = {say(field.label): column for column, field in columns(Debt)}
        titles: dict[int, Any] = {}
        name = say("Debts")
        for line in _lines(path, name):
            here = {place: labels[title] for place, cell in enumerate(line.cells) if (title := shown(cell)) in labels}
            if len(here) >= _FEWEST and not titles:
                titles = here
            elif titles:
                debt = _debt(line, titles, problems)
                product = debt.setdefault("product", Product.OTHER)
                names = debt_names(product, debt.get("contract_number", ""))
                twice |= dict.fromkeys(sorted(names & found.keys()))
                found |= dict.fromkeys(names, debt)
    for name in twice:
        del found[name]
        problems.append(tr("Two debts are called “{name}”: which of them a contact was about is not taken.", name=name))
    return found, problems


def _lines(path: Path, sheet: str) -> list[Line]:
    try:
        return [line for line in sheets.rows(path, only=sheet) if isinstance(line, Line) and line.sheet == sheet]
    except ImportProblem:
        return []


def _debt(line: Line, titles: dict[int, Any], problems: list[str]) -> dict[str, Any]:
    debt: dict[str, Any] = {}
    for place, column in titles.items():
        cell = line.cells[place] if place < len(line.cells) else None
        if cell not in (None, ""):
            try:
                debt[column.key] = table_values.of_column(column)(cell)
            except Unreadable as problem:
                problems.append(tr("“{field}” in line {line} was not taken: {why}", field=line.sheet, line=line.line,
                                   why=str(problem)))
    return debt
