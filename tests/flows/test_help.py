"""The command line's help is in the person's language and fits the terminal."""

from __future__ import annotations

import argparse
import re
import unicodedata
from collections.abc import Iterator

import pytest

from casedesk.__main__ import main
from casedesk.base import i18n
from casedesk.cli import parser

CHINESE = re.compile(r"[\u4e00-\u9fff]")
NAMES = re.compile(r"[a-z-]+(, [a-z-]+)*")
"""A help that lists the words one may give."""


@pytest.fixture
def parsers(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[argparse.ArgumentParser]]:
    monkeypatch.setenv("COLUMNS", "80")
    i18n.use("zh")
    yield list(below(parser.build()))
    i18n.use("en")


def below(one: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    yield one
    for action in one._actions:
        if isinstance(action, argparse._SubParsersAction):
            for further in action.choices.values():
                yield from below(further)


def test_every_help_is_chinese(parsers: list[argparse.ArgumentParser]) -> None:
    said = [action.help for one in parsers for action in one._actions if action.help]
    said += [str(choice.help) for one in parsers for action in one._actions
             if isinstance(action, argparse._SubParsersAction) for choice in action._choices_actions]
    assert len(said) > 150
    assert [one for one in said if not CHINESE.search(one) and not NAMES.fullmatch(one)] == []


def test_no_line_is_wider_than_the_terminal_nor_begins_with_a_mark(parsers: list[argparse.ArgumentParser]) -> None:
    for one in parsers:
        for line in one.format_help().partition("\n\n")[2].splitlines():
            assert sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in line) <= 80, line
            assert not line.lstrip().startswith(tuple("，。；：、）")), line


@pytest.mark.parametrize(("words", "said"), [
    (("log", "x", "--matter", "M", "--at", "2026-01-01", "--channel", "call"), "没有时区"),
    (("bundle", "x"), "缺少必填参数：--matter, --out"), (("bundle", "x", "--lang", "fr"), "不是可选的值：'fr'"),
    (("matters", "x", "--nothing"), "无法识别的参数：--nothing")])
def test_a_word_that_does_not_fit_is_told_in_chinese(words: tuple[str, ...], said: str, monkeypatch: pytest.MonkeyPatch,
                                                     capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("CASEDESK_LANG", "zh")
    with pytest.raises(SystemExit) as left:
        main(list(words))
    i18n.use("en")
    assert left.value.code == 2
    assert said in capsys.readouterr().err
