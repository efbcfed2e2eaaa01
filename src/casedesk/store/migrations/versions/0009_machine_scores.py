"""Evidence keeps how sure the machine was of each line it read"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("evidence", sa.Column("machine_scores", sa.JSON(), nullable=False, server_default="[]"))
