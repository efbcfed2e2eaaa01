"""Both languages are complete: every text the program can show has a Chinese line, and no line is left over."""

from __future__ import annotations

import ast
import string
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

SOURCE = Path(__file__).parents[1] / "src" / "casedesk"
CATALOGUE = Path(__file__).parents[1] / "resources" / "i18n" / "zh"
SPEAKERS = {"tr", "say", "N_"}


def texts_in(path: Path) -> Iterator[str]:
    """Every literal given to tr, trn, say or N_ in a file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        wanted = node.args[:2] if name == "trn" else node.args[:1] if name in SPEAKERS else []
        for argument in wanted:
            assert not isinstance(argument, ast.JoinedStr), f"{path}:{node.lineno}: an f-string is never translated"
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                yield argument.value


def spoken() -> set[str]:
    return {text for path in SOURCE.rglob("*.py") for text in texts_in(path) if text}


def lines() -> list[tuple[str, str]]:
    return [pair for path in sorted(CATALOGUE.glob("*.toml"))
            for pair in tomllib.loads(path.read_text(encoding="utf-8")).items()]


def values(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_every_text_has_its_chinese_line() -> None:
    assert sorted(spoken() - {english for english, _ in lines()}) == []


def test_no_chinese_line_is_left_over() -> None:
    assert sorted({english for english, _ in lines()} - spoken()) == []


def test_no_text_is_translated_twice_in_different_words() -> None:
    said: dict[str, str] = {}
    differing = [english for english, chinese in lines() if said.setdefault(english, chinese) != chinese]
    assert differing == []


def test_each_line_stands_once() -> None:
    assert [english for english, count in Counter(english for english, _ in lines()).items() if count > 1] == []


def test_the_same_values_are_put_in() -> None:
    assert [english for english, chinese in lines() if values(english) != values(chinese)] == []
