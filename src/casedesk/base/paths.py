"""Where the program keeps what belongs to this person on this machine."""

from __future__ import annotations

from pathlib import Path

from platformdirs import PlatformDirs

_DIRS = PlatformDirs("CaseDesk", appauthor=False, roaming=False)


def data_folder() -> Path:
    """Where cabinets live unless the person chooses another place."""
    return Path(_DIRS.user_data_dir)


def settings_folder() -> Path:
    """Where window layout and preferences are kept."""
    return Path(_DIRS.user_config_dir)
