"""What nearly every command opens first: the cabinet, and a matter of it."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from casedesk.base.i18n import Language
from casedesk.casework import matters
from casedesk.cli import passphrase
from casedesk.records import Matter
from casedesk.records.words import Jurisdiction
from casedesk.store.cabinet import Store

Options = argparse.Namespace


@contextmanager
def cabinet(options: Options) -> Iterator[Store]:
    """The cabinet named first."""
    with passphrase.open_cabinet(options.cabinet, options.user) as store:
        yield store


@contextmanager
def matter_of(options: Options) -> Iterator[tuple[Store, Matter]]:
    """The cabinet, and the matter named by --matter."""
    with cabinet(options) as store:
        with store.read() as session:
            matter = matters.find_matter(session, options.matter)
        yield store, matter


def language_of(options: Options, matter: Matter) -> Language:
    """The language asked for, else the matter's."""
    return options.lang or ("zh" if matter.jurisdiction is Jurisdiction.CN else "en")


def profile_of(matter: Matter) -> str:
    """The court's profile, and form, of the matter's jurisdiction."""
    return f"{matter.jurisdiction}-court"


def has_display() -> bool:
    """Whether a window can be shown here."""
    return os.name == "nt" or sys.platform == "darwin" or any(
        map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")))
