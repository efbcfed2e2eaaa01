"""A filing knows its form, the package as it was filed and the filing it supplements"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    for name in ("form", "seal", "package", "follows"):
        op.add_column("filing", sa.Column(name, sa.Text(), nullable=False, server_default=""))
