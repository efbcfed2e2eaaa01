"""The warning before an act that restarts limitation: asked once, inside the page, and the answer is kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from casedesk.base.errors import CasedeskError
from casedesk.base.i18n import tr
from casedesk.calc.said import Said
from casedesk.casework.restarts import answer_warning, restart_warning
from casedesk.records.words import WarningAnswer
from casedesk.ui import parts
from casedesk.ui.office import Office


@dataclass(frozen=True)
class Act:
    """What is about to be done; `about` is a key of `restarts.ABOUT`, empty when it restarts nothing."""

    about: str
    matter_id: int
    debt_id: int | None
    """None: it names no debt, and may be about any of the matter."""

    call: Callable[[], Any]
    done: Callable[[Any], object]


class Asking(QWidget):
    """Does an act at once, or shows the reason first and does what the lawyer answers."""

    busy = Signal(bool)
    """Whether an act waits for its answer or is being done."""
    failed = Signal(str)

    def __init__(self, office: Office) -> None:
        super().__init__()
        self.office = office
        self._act: Act | None = None
        self.reason = parts.text("", tone="doubt", wrap=True)
        self.source = parts.text("", tone="faint", wrap=True)
        self.go_on = parts.button(tr(WarningAnswer.GO_ON.label))
        self.refrain = parts.button(tr(WarningAnswer.REFRAIN.label), "primary")
        self.go_on.clicked.connect(self._go_on)
        self.refrain.clicked.connect(self._refrain)
        self.setLayout(parts.column(self.reason, self.source, parts.row(self.refrain, self.go_on, None), margin=2))
        self.hide()

    @property
    def idle(self) -> bool:
        """Whether the next act may begin."""
        return self._act is None

    def begin(self, act: Act) -> None:
        """Do the act, after the warning where one is due."""
        if self._act is not None:
            return
        self._act = act
        self.busy.emit(True)
        if act.about:
            job = self.office.read(partial(restart_warning, self.office.store, act.debt_id, act.about, _today(),
                                           matter_id=act.matter_id), self._asked)
            job.failed.connect(self._failed)
        else:
            self._write(act.call, act.done)

    def forget(self) -> None:
        """Something else is shown: what waited for its answer is not done."""
        if not self.isHidden():
            self.hide()
            self._ended()

    @Slot(object)
    def _asked(self, reason: Said | None) -> None:
        act = self._act
        if act is None:
            return
        if reason is None:
            self._write(act.call, act.done)
            return
        self.reason.setText(reason.by(tr))
        self.source.setText(reason.source.by(tr))
        self.show()
        self.refrain.setFocus()

    @Slot()
    def _go_on(self) -> None:
        act = self._act
        if act is not None:
            self._write(partial(self._answered, act, WarningAnswer.GO_ON), act.done)

    @Slot()
    def _refrain(self) -> None:
        act = self._act
        if act is not None:
            self._write(partial(self._answered, act, WarningAnswer.REFRAIN), None)

    def _answered(self, act: Act, answer: WarningAnswer) -> Any:
        answer_warning(self.office.store, act.debt_id, act.about, answer, _today(), matter_id=act.matter_id)
        return act.call() if answer is WarningAnswer.GO_ON else None

    def _write(self, call: Callable[[], Any], done: Callable[[Any], object] | None) -> None:
        self.hide()
        job = self.office.write(call, done, self._failed)
        job.ended.connect(self._ended)

    @Slot()
    def _ended(self) -> None:
        self._act = None
        self.busy.emit(False)

    @Slot(object)
    def _failed(self, problem: CasedeskError) -> None:
        self.failed.emit(str(problem))
        self._ended()


def _today() -> dt.date:
    return dt.datetime.now().astimezone().date()
