"""Printed page numbers: running on from what was filed before, or inserted behind it as 12A, 12B."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from string import ascii_uppercase
from typing import BinaryIO

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, String

Numbers = Callable[[int], str]
"""The printed number of a document's page, from 1."""
_NUMBER = re.compile(r"(\d+)([A-Z]*)")


def letters(place: int) -> str:
    """A to Z, then AA, AB, ..., for the places from 0."""
    name = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = ascii_uppercase[rest] + name
    return name


def running_on(before: int) -> Numbers:
    """The numbers that follow so many."""
    return lambda page: str(page + before)


def inserted(behind: Iterable[int | None], before: int, taken: Iterable[str]) -> list[str]:
    """The number of each page by the page it is inserted behind; where that is None it runs on from `before`.

    What is inserted behind the same page comes after what is `taken` there.
    """
    used: dict[int, int] = {}
    for number, letter in map(parted, taken):
        used[number] = used.get(number, 0) + bool(letter)
    found = []
    for page in behind:
        if page is None:
            before += 1
            found.append(str(before))
        else:
            found.append(f"{page}{letters(used.get(page, 0))}")
            used[page] = used.get(page, 0) + 1
    return found


def parted(number: str) -> tuple[int, str]:
    """12A as 12 and A."""
    found = _NUMBER.fullmatch(number)
    return (int(found[1]), found[2]) if found else (0, "")


def place_of(number: str) -> tuple[int, int, str]:
    """Where a page stands by its number: 12, 12A, 12B, 13."""
    whole, letter = parted(number)
    return whole, len(letter), letter


def span(first: str, last: str) -> str:
    """The pages of an exhibit as they are cited."""
    return first if first == last else f"{first}-{last}"


def label(pdf: pikepdf.Pdf, numbers: Sequence[str]) -> None:
    """Make the printed numbers the page labels of a document."""
    pdf.Root["/PageLabels"] = Dictionary(Nums=Array(list(_labels(numbers))))


def _labels(numbers: Sequence[str]) -> Iterator[Object | int]:
    due = None
    for page, number in enumerate(numbers):
        whole, letter = parted(number)
        if letter:
            yield from (page, Dictionary(P=String(number)))
        elif whole != due:
            yield from (page, Dictionary(S=Name.D, St=whole))
        due = None if letter else whole + 1


def numbers_in(file: BinaryIO) -> list[str]:
    """The printed number of each page of a bundle of ours."""
    with pikepdf.open(file) as pdf:
        return numbers_of(pdf)


def numbers_of(pdf: pikepdf.Pdf) -> list[str]:
    """The printed number of each page, by the labels of a bundle of ours."""
    tree = pdf.Root.PageLabels.Nums
    starts = {int(tree[at]): tree[at + 1] for at in range(0, len(tree), 2)}
    found: list[str] = []
    for page in range(len(pdf.pages)):
        if page in starts:
            kind, first = starts[page], page
        found.append(str(kind.P) if "/P" in kind else str(int(kind.St) + page - first))
    return found
