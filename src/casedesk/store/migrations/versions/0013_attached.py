"""A source says which attachments it brought, so that they go and come back with it"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.add_column("incident_source", sa.Column("attached", sa.JSON(), nullable=False, server_default="[]"))
