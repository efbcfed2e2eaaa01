"""Two languages, complete: English is written in the code, Chinese in resources/i18n/zh/*.toml, keyed by the English.

`tr` speaks the language the person chose; a document carries its own language and asks `words(lang)`.
Values are put in after translation, so no f-string is ever looked up.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Literal

from casedesk.base.resources import resource

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")

Say = Callable[..., str]
"""`say(text, **values)`: the text in one fixed language with the values put in."""

_current: list[Language] = ["en"]


def N_(text: str) -> str:
    """Mark a text for translation where it is declared; it is translated where it is shown."""
    return text


@cache
def catalogue(lang: Language) -> dict[str, str]:
    """All translations of a language, English text to translated text; empty for English."""
    if lang == "en":
        return {}
    import tomllib

    texts: dict[str, str] = {}
    for path in sorted(resource("i18n", lang).iterdir(), key=lambda p: p.name):
        if path.name.endswith(".toml"):
            texts.update(tomllib.loads(path.read_text(encoding="utf-8")))
    return texts


@cache
def words(lang: Language) -> Say:
    """The speaker of one language."""
    texts = catalogue(lang)

    def say(text: str, /, **values: object) -> str:
        found = texts.get(text, text)
        return found.format(**values) if values else found

    return say


def use(lang: Language) -> None:
    """Set the language of what is shown to the person from now on."""
    _current[0] = lang


def language() -> Language:
    """The language of what is shown to the person."""
    return _current[0]


def tr(text: str, /, **values: object) -> str:
    """The text in the person's language, `values` put in by name."""
    return words(_current[0])(text, **values)


def trn(one: str, many: str, count: int, /, **values: object) -> str:
    """`one` or `many` by `count` (put in as `{n}`), in the person's language."""
    return tr(one if count == 1 else many, n=count, **values)
