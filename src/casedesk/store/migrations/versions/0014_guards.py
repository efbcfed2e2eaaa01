"""PostgreSQL holds what changes and what goes against the roles: its policies and triggers are enacted anew afterwards"""

from __future__ import annotations

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """No table is changed."""
