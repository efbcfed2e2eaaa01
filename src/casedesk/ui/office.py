"""The open cabinet as the pieces of the window share it: the store, the workers, what changed, where to go."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, Slot

from casedesk.base.errors import CasedeskError, NotAllowed, Unreachable
from casedesk.base.jobs import Progress
from casedesk.casework import drafts
from casedesk.store.watching import Watch
from casedesk.ui.backing_up import Keeper
from casedesk.ui.clipboard import Clipboard
from casedesk.ui.jobs import Call, Job, Jobs
from casedesk.ui.places import Place
from casedesk.ui.preferences import Preferences

if TYPE_CHECKING:
    from casedesk.records.rights import Actor
    from casedesk.store.cabinet import Store


class Office(QObject):
    """What every page is given. Reads, lists, saves, checks and long jobs each have their own worker."""

    changed = Signal(object)
    """frozenset of the tables that a unit of work, here or in another window, changed."""
    wanted = Signal(object)
    """A `Place` somebody wants to go to."""
    said = Signal(str, object)
    """A message for the status bar, and a callable that undoes it (or None)."""
    saved = Signal()
    drafts_changed = Signal()
    log_wanted = Signal(object)
    """The quick log is wanted, for a matter id or None."""
    import_wanted = Signal(int, object)
    """Files are to be taken into a matter: its id and the paths; no path: they are asked for."""
    imports_wanted = Signal(int)
    """The imports of a matter are to be listed."""
    preferences_changed = Signal()
    """Language or theme: everything shown is made anew."""
    snoozed = Signal()
    """A reminder was put off."""
    lock_wanted = Signal()
    moved = Signal(object)
    """The cabinet is in another folder now and is to be opened there."""
    draft_wanted = Signal(object)
    """A kept `Draft` somebody wants to go on with."""
    reached = Signal(object)
    """The office's database cannot be reached (`Unreachable`), or can be again (None)."""
    editors_changed = Signal()
    """Somebody began or ended to edit something at another desk."""
    new_wanted = Signal(str)
    """A new record on a page of the rail."""

    def __init__(self, store: Store, preferences: Preferences, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.store = store
        self.preferences = preferences
        self.reads = Jobs("reads", self)
        self.lists = Jobs("lists", self)
        self.writes = Jobs("writes", self)
        self.checks = Jobs("checks", self)
        self.jobs = Jobs("jobs", self)
        self._unlisten = store.listen(self._heard)
        self.backups = Keeper(store, self)
        self.reached.connect(self._back)
        self._back(None)
        self.watch = Watch(store, reached=self.reached.emit, editors=self.editors_changed.emit)
        self.watch.start()
        self._actor = store.actor
        self.changed.connect(self._follow_rights)

    @property
    def lost(self) -> Unreachable | None:
        """Why the office's database cannot be reached just now; None while it can."""
        return self.store.works.lost

    @Slot(object)
    def _back(self, problem: Unreachable | None) -> None:
        if problem is None:
            self.write(lambda: drafts.bring_back(self.store), self._brought)

    @Slot(object)
    def _brought(self, count: int) -> None:
        if count:
            self.drafts_changed.emit()

    @property
    def name(self) -> str:
        """The cabinet's name: its folder's."""
        return Path(self.store.folder).name

    def go(self, page: str, *, matter: int | None = None, section: str = "", record: int | None = None) -> None:
        """Ask the window to show a place."""
        self.wanted.emit(Place(page, matter, section, record))

    def say(self, text: str, undo: Callable[[], object] | None = None) -> None:
        """Say something in the status bar, with Undo when it can be undone."""
        self.said.emit(text, undo)

    def read(self, call: Callable[[], Any], done: Callable[[Any], object]) -> Job:
        """Read off the UI thread; `done` is a bound method of a living QObject."""
        job = self.reads.run(_Plain(call))
        job.finished.connect(done)
        job.failed.connect(self._could_not)
        return job

    def open_list(self, call: Callable[[], Any], done: Callable[[Any], object]) -> Job:
        """Read what may take seconds, like a million rows in a new order; other reads do not wait for it."""
        job = self.lists.run(_Plain(call))
        job.finished.connect(done)
        job.failed.connect(self._could_not)
        return job

    def write(self, call: Callable[[], Any], done: Callable[[Any], object] | None = None,
              failed: Callable[[Any], object] | None = None) -> Job:
        """Save off the UI thread, in order."""
        job = self.writes.run(_Plain(call))
        if done is not None:
            job.finished.connect(done)
        if failed is not None:
            job.failed.connect(failed)
        return job

    def check(self, call: Call) -> Job:
        """Bring findings up to date, with nothing to see but what it finds; no save and no list waits for it."""
        job = self.checks.run(call)
        job.failed.connect(self._could_not)
        return job

    @Slot(object)
    def _could_not(self, problem: CasedeskError) -> None:
        if not (isinstance(problem, Unreachable) and self.lost is not None):  # the banner says so already
            self.say(str(problem))

    def run(self, call: Call, title: str, *, told: bool = True) -> Job:
        """A long job, shown in the status bar; its good end too, unless what came of it is shown elsewhere."""
        return self.jobs.run(call, title, told=told)

    @property
    def busy(self) -> bool:
        """Whether anything is being read, saved or checked."""
        return any(one.busy for one in (self.reads, self.lists, self.writes, self.checks))

    def close(self) -> None:
        """Finish the saves, stop the rest, close the cabinet; what was copied of it is taken back."""
        Clipboard.of_application().take_back()
        self.watch.stop()
        self.backups.stop()
        self.jobs.stop()
        self.checks.stop()
        self.reads.stop()
        self.lists.stop()
        self.writes.finish()
        self._unlisten()
        self.store.close()

    def _heard(self, tables: frozenset[str]) -> None:
        self.changed.emit(tables)  # from whatever thread worked; queued to the slots of this one

    @Slot(object)
    def _follow_rights(self, tables: frozenset[str]) -> None:
        if self._actor.user and "user" in tables:
            self.read(self._rights_now, self._offer_anew)

    def _rights_now(self) -> Actor | None:
        """Who works with the rights they have now; None when an owner took all away."""
        try:
            self.store.refresh_actor()
        except NotAllowed:
            return None
        return self.store.actor

    @Slot(object)
    def _offer_anew(self, actor: Actor | None) -> None:
        if actor is None:
            self.lock_wanted.emit()
        elif actor != self._actor:
            self._actor = actor
            self.preferences_changed.emit()


class _Plain:
    """A call without progress as a job."""

    def __init__(self, call: Callable[[], Any]) -> None:
        self._call = call

    def __call__(self, progress: Progress) -> Any:
        return self._call()
