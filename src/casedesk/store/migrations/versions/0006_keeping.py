"""A matter says how long it is kept, and whether a legal hold forbids to take anything of it away"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("matter", sa.Column("keep_until", sa.Date(), nullable=True))
    op.add_column("matter", sa.Column("on_hold", sa.Boolean(), nullable=False, server_default="0"))
    op.add_column("matter", sa.Column("hold_reason", sa.Text(), nullable=False, server_default=""))
