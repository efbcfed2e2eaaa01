"""Who "we" are in a file that names its senders: told by the file, or asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import islice

from casedesk.base.i18n import tr
from casedesk.imports.draft import Options, Question

NOBODY = "-"
"""The answer that everything in the file was received."""
LONGEST_WORDS = 1_000_000
"""Characters of one message; more are no message but an attack or a mistake."""
_MOST_NAMES, _MOST_ANSWERS = 20_000, 50
_ILLEGIBLE = dict.fromkeys([0, *range(0xD800, 0xE000)], "\ufffd")


def legible(text: str) -> str:
    """The text with what no database keeps (NUL, half characters) shown as a replacement character."""
    return text.translate(_ILLEGIBLE)


class Senders:
    """Counts who wrote how often, in bounded memory."""

    def __init__(self) -> None:
        self._count: Counter[str] = Counter()
        self._label: dict[str, str] = {}

    def add(self, key: str, label: str = "") -> None:
        if key in self._count or len(self._count) < _MOST_NAMES:
            self._count[key] += 1
            self._label.setdefault(key, label or key)

    def __contains__(self, key: object) -> bool:
        return key in self._count

    def __len__(self) -> int:
        return len(self._count)

    def other_than(self, me: str) -> str:
        """The one other side; empty when there are several or none."""
        others = list(islice((key for key in self._count if key != me), 2))
        return self._label[others[0]] if len(others) == 1 else ""

    def ask(self, options: Options, suggested: str = "") -> str:
        """The key of who we are, as answered by key or name; else NeedsAnswer with the busiest senders."""
        answers = {key: self._label[key] for key, _ in self._count.most_common(_MOST_ANSWERS)}
        given = options.answers.get("me", "").casefold()
        meant = next((key for key in self._count if given in {key.casefold(), self._label[key].casefold()}), None)
        if meant is not None:
            answers[meant] = self._label[meant]
            options = replace(options, answers={**options.answers, "me": meant})
        text = tr("Who of these is the client, whose phone or mailbox the file comes from?")
        return options.ask(Question(
            "me", text, {**answers, NOBODY: tr("None of them: everything was received")}, suggested, NOBODY))


def stepping(step: Callable[[int], object], every: int = 1 << 20) -> Callable[[int], None]:
    """Calls `step` with the bytes read when another megabyte is done."""
    last = [0]

    def told(done: int) -> None:
        if done - last[0] >= every:
            last[0] = done
            step(done)

    return told
