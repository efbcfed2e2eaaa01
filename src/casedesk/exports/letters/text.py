"""A form's text filled: the template in a sandbox, its values sealed, what is missing gathered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from traceback import extract_tb
from typing import Any

from jinja2 import FunctionLoader, StrictUndefined, TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from casedesk.base.errors import DocumentError
from casedesk.base.i18n import Language, tr
from casedesk.calc.workdays import add_years
from casedesk.exports.letters.markup import Block, read, seal
from casedesk.exports.letters.values import Missing, View, Writer


@dataclass(frozen=True)
class Filled:
    """The blocks of a letter, and the values it prints that nobody has entered."""

    blocks: list[Block]
    missing: list[Missing]


def fill(
    name: str, source: Callable[[str], str | None], values: Mapping[str, Any], lang: Language, *,
    month_first: bool = False,
) -> Filled:
    """Fill the template of this name; `source` gives the text of a name, or None.

    DocumentError says in which line a template is wrong.
    """
    missing: dict[tuple[str, str], Missing] = {}
    writer = Writer(lang, month_first)

    def written(value: Any) -> str:
        if isinstance(value, Missing):
            missing.setdefault((value.path, value.which), value)
        if isinstance(value, View):
            raise TypeError(tr("{path} is a record: name one of its fields", path=value.path))
        return seal(writer.write(value))

    rooms = ImmutableSandboxedEnvironment(
        loader=FunctionLoader(lambda name: _named(source, name)), undefined=_Unknown, finalize=written,
        line_statement_prefix="%", line_comment_prefix="%%", cache_size=0,
        autoescape=False)  # it is HTML's; ours is `seal`
    rooms.filters |= {"inline": partial(_inline, by="，" if lang == "zh" else ", "), "years_later": _years_later}
    try:
        blocks = read(rooms.get_template(name).render(values), lang)
    except (TemplateError, ValueError, TypeError, ArithmeticError) as problem:
        raise DocumentError(tr("The form's text {name} cannot be filled: {reason}.", name=_where(name, problem),
                               reason=str(problem).rstrip(".")), tr("Correct the text of the form.")) from problem
    return Filled(blocks, list(missing.values()))


class _Unknown(StrictUndefined):
    """A place that no record has, told by its path and with the one that was perhaps meant."""

    __slots__ = ()

    @property
    def _undefined_message(self) -> str:
        view, name = self._undefined_obj, self._undefined_name
        if not isinstance(view, View):
            return super()._undefined_message
        near = get_close_matches(str(name), list(view), 1)
        path = f"{view.path}.{name}"
        if near:
            return tr("there is no {path}; perhaps {near} is meant", path=path, near=f"{view.path}.{near[0]}")
        return tr("there is no {path}", path=path)


def _named(source: Callable[[str], str | None], name: str) -> tuple[str, str, None] | None:
    """A text with the name that its lines are told under."""
    text = source(name)
    return None if text is None else (text, name, None)


def _where(name: str, problem: Exception) -> str:
    """The text and the line that the problem stands in."""
    if isinstance(problem, TemplateSyntaxError):
        return f"{problem.filename or name}:{problem.lineno}"
    lines = [f"{one.filename}:{one.lineno}" for one in extract_tb(problem.__traceback__)
             if not one.filename.endswith(".py")]
    return lines[-1] if lines else name


def _inline(value: Any, by: str) -> Any:
    """A text of several lines, like an address, as it stands within a sentence."""
    return by.join(map(str.strip, value.strip().split("\n"))) if isinstance(value, str) else value


def _years_later(day: Any, years: int) -> Any:
    """The day so many years later; what is missing stays missing."""
    return add_years(day, years) if isinstance(day, dt.date) else day
