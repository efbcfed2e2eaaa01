"""The command line's help in the person's language: the texts argparse brings, and lines as wide as they are shown."""

from __future__ import annotations

import argparse
import re
import unicodedata
from typing import Any

from casedesk.base.i18n import N_, tr

_ARGPARSE = (
    N_("usage: "), N_("positional arguments"), N_("options"), N_("show this help message and exit"),
    N_("%(prog)s: error: %(message)s\n"),
    N_("argument %(argument_name)s: %(message)s"), N_("the following arguments are required: %s"),
    N_("one of the arguments %s is required"), N_("not allowed with argument %s"), N_("expected one argument"),
    N_("expected at most one argument"), N_("expected at least one argument"),
    N_("invalid choice: %(value)r (choose from %(choices)s)"), N_("invalid %(type)s value: %(value)r"),
    N_("ambiguous option: %(option)s could match %(matches)s"), N_("ignored explicit argument %r"))
"""What argparse says, as it says it; a text of another Python that is not among these stays English."""
vars(argparse)["_"] = tr  # where it looks its texts up

_PIECE = re.compile(r"\s+|[（《]*(?:[^\s\u2e80-\uffff]+|[\u2e80-\uffff])[，。；：、）》]*")
"""What is not parted at the end of a line: a space, or a word or Chinese character with the marks around it."""


class Parser(argparse.ArgumentParser):
    """An `ArgumentParser` whose help is wrapped by the width of its characters."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"formatter_class": _Lines, **options})


class _Lines(argparse.HelpFormatter):
    """Help lines that are no wider than the terminal, Chinese ones too."""

    def _split_lines(self, text: str, width: int) -> list[str]:
        return _wrapped(text, width)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return "\n".join(indent + line for line in _wrapped(text, width - len(indent)))


def _wrapped(text: str, width: int) -> list[str]:
    """Lines of at most so many columns, of which a Chinese character takes two."""
    lines, line, used = [], "", 0
    for piece in _PIECE.findall(" ".join(text.split())):
        columns = sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in piece)
        if line and used + columns > width:
            lines.append(line.rstrip())
            line, used = "", 0
        if line or not piece.isspace():
            line, used = line + piece, used + columns
    return [*lines, line.rstrip()]
