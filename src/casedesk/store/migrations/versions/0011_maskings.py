"""Evidence keeps what a masked copy shows of its pictures, by kind of recipient"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("evidence", sa.Column("maskings", sa.JSON(), nullable=False, server_default="[]"))
