"""A source keeps what the incident's columns held before it, so that an undone import comes back whole"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("incident_source", sa.Column("kept", sa.JSON(), nullable=False, server_default="[]"))
