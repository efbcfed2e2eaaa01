"""The history of a cabinet's own database is added to at its end and never rewritten; PostgreSQL has policies for it"""

from __future__ import annotations

from alembic import op

from casedesk.store import append_only, office

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    if not office.in_postgres(op.get_bind()):
        append_only.enact(op.get_bind())
