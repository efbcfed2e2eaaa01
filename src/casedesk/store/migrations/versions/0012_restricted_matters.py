"""The restricted matters are found without looking at every matter"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_index("ix_matter_restricted", "matter", ["id"], sqlite_where=sa.text("restricted"),
                    postgresql_where=sa.text("restricted"))
