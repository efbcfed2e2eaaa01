"""Evidence keeps the text a machine read on a picture, for searching"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("evidence", sa.Column("machine_text", sa.Text(), nullable=False, server_default=""))
