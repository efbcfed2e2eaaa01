"""A form's text filled: the template in a sandbox, its values sealed, what is missing gathered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from jinja2 import FunctionLoader, StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from casedesk.base.errors import DocumentError
from casedesk.base.i18n import Language, tr
from casedesk.calc.workdays import add_years
from casedesk.exports.letters.markup import Block, read, seal
from casedesk.exports.letters.values import Missing, Writer


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
        return seal(writer.write(value))

    rooms = ImmutableSandboxedEnvironment(
        loader=FunctionLoader(source), undefined=StrictUndefined, finalize=written, line_statement_prefix="%",
        line_comment_prefix="%%", autoescape=False, cache_size=0)  # autoescape is HTML's; ours is `seal`
    rooms.filters |= {"inline": partial(_inline, by="，" if lang == "zh" else ", "), "years_later": _years_later}
    try:
        text = rooms.get_template(name).render(values)
    except TemplateError as problem:
        line = getattr(problem, "lineno", None)
        where = f"{name}:{line}" if line else name
        raise DocumentError(tr("The form's text {name} cannot be filled: {reason}.", name=where, reason=problem),
                            tr("Correct the text of the form.")) from problem
    return Filled(read(text, lang), list(missing.values()))


def _inline(value: Any, by: str) -> Any:
    """A text of several lines, like an address, as it stands within a sentence."""
    return by.join(map(str.strip, value.strip().split("\n"))) if isinstance(value, str) else value


def _years_later(day: Any, years: int) -> Any:
    """The day so many years later; what is missing stays missing."""
    return add_years(day, years) if isinstance(day, dt.date) else day
