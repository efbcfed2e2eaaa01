"""What the checks keep of a finding; what a notice says about hours, channel and end"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    for column in (
        sa.Column("severity", sa.String(32), nullable=False, server_default="S1"),
        sa.Column("confidence", sa.String(32), nullable=False, server_default="unverified"),
        sa.Column("changed", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("asks", sa.Text(), nullable=False, server_default=""),
        sa.Column("rule_set", sa.Text(), nullable=False, server_default=""),
        sa.Column("rows", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("days", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("first_on", sa.Date(), nullable=True),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("most", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("most_on", sa.Date(), nullable=True),
    ):
        op.add_column("finding", column)
    with op.batch_alter_table("finding") as finding:
        for name in ("creditor", "collector"):
            finding.add_column(sa.Column(f"{name}_id", sa.Integer(), nullable=True))
            finding.create_foreign_key(f"fk_finding_{name}_id_{name}", name, [f"{name}_id"], ["id"])
    op.add_column("finding_incident", sa.Column("day", sa.Date(), nullable=True))
    op.add_column("notice", sa.Column("until", sa.Date(), nullable=True))
    op.add_column("notice", sa.Column("answered_on", sa.Date(), nullable=True))
    op.add_column("notice", sa.Column("hours", sa.Text(), nullable=False, server_default=""))
    op.add_column("notice", sa.Column("channel", sa.String(32), nullable=True))
    op.create_index("ix_incident_said", "incident", ["matter_id"], sqlite_where=sa.text("refused OR objected"),
                    postgresql_where=sa.text("refused OR objected"))
    op.create_index("ix_incident_person", "incident", ["matter_id", "contact_person_id", "answered", "at"],
                    sqlite_where=sa.text("contact_person_id IS NOT NULL"),
                    postgresql_where=sa.text("contact_person_id IS NOT NULL"))
    op.drop_index("ix_finding_incident_finding_id", "finding_incident")
    op.create_index("ix_finding_incident_rows", "finding_incident", ["finding_id", "day", "incident_id"])
    op.drop_index("ix_incident_matter", "incident")
    op.create_index("ix_incident_matter", "incident", [
        "matter_id", "deleted_at", "at", "precision", "direction", "channel", "answered", "duration", "reached",
        "collector_id", "normal", "number", "creditor_id", "debt_id"])
    op.create_index("ix_incident_firsts", "incident", ["matter_id", "deleted_at", "direction", "collector_id", "at"])
