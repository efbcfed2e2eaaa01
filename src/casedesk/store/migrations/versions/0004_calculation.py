"""What the debt statement, the planner and limitation need to know"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from casedesk.records.record import UtcTime

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table('circumstance',
    sa.Column('kind', sa.Enum('income', 'essential-cost', 'dependant', 'other-plan', 'health', 'asset', 'other-circumstance', name='circumstancekind', native_enum=False, length=32), nullable=False),
    sa.Column('monthly', sa.BigInteger(), nullable=True),
    sa.Column('what', sa.Text(), nullable=False),
    sa.Column('since', sa.Date(), nullable=True),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('evidence_id', sa.Integer(), nullable=True),
    sa.Column('notes', sa.Text(), nullable=False),
    sa.Column('matter_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uuid', sa.Uuid(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', UtcTime(), nullable=False),
    sa.Column('created_by', sa.Text(), nullable=False),
    sa.Column('changed_at', UtcTime(), nullable=False),
    sa.Column('changed_by', sa.Text(), nullable=False),
    sa.Column('deleted_at', UtcTime(), nullable=True),
    sa.ForeignKeyConstraint(['evidence_id'], ['evidence.id'], name=op.f('fk_circumstance_evidence_id_evidence')),
    sa.ForeignKeyConstraint(['matter_id'], ['matter.id'], name=op.f('fk_circumstance_matter_id_matter')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_circumstance')),
    sa.UniqueConstraint('uuid', name=op.f('uq_circumstance_uuid'))
    )
    with op.batch_alter_table('circumstance', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_circumstance_matter_id'), ['matter_id'], unique=False)

    op.create_table('claim',
    sa.Column('debt_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('principal', 'interest', 'overdue', 'compound', 'damages', 'fee', 'cost', 'delay', name='claimkind', native_enum=False, length=32), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=True),
    sa.Column('charged_on', sa.Date(), nullable=True),
    sa.Column('agreed', sa.Boolean(), nullable=True),
    sa.Column('disclosed', sa.Boolean(), nullable=True),
    sa.Column('evidence_id', sa.Integer(), nullable=True),
    sa.Column('notes', sa.Text(), nullable=False),
    sa.Column('matter_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uuid', sa.Uuid(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', UtcTime(), nullable=False),
    sa.Column('created_by', sa.Text(), nullable=False),
    sa.Column('changed_at', UtcTime(), nullable=False),
    sa.Column('changed_by', sa.Text(), nullable=False),
    sa.Column('deleted_at', UtcTime(), nullable=True),
    sa.ForeignKeyConstraint(['debt_id'], ['debt.id'], name=op.f('fk_claim_debt_id_debt')),
    sa.ForeignKeyConstraint(['evidence_id'], ['evidence.id'], name=op.f('fk_claim_evidence_id_evidence')),
    sa.ForeignKeyConstraint(['matter_id'], ['matter.id'], name=op.f('fk_claim_matter_id_matter')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_claim')),
    sa.UniqueConstraint('uuid', name=op.f('uq_claim_uuid'))
    )
    with op.batch_alter_table('claim', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_claim_matter_id'), ['matter_id'], unique=False)

    op.create_table('warned',
    sa.Column('debt_id', sa.Integer(), nullable=True),
    sa.Column('about', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('answer', sa.Enum('go-on', 'refrain', name='warninganswer', native_enum=False, length=32), nullable=False),
    sa.Column('answered_on', sa.Date(), nullable=True),
    sa.Column('privileged', sa.Boolean(), nullable=False),
    sa.Column('matter_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uuid', sa.Uuid(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', UtcTime(), nullable=False),
    sa.Column('created_by', sa.Text(), nullable=False),
    sa.Column('changed_at', UtcTime(), nullable=False),
    sa.Column('changed_by', sa.Text(), nullable=False),
    sa.Column('deleted_at', UtcTime(), nullable=True),
    sa.ForeignKeyConstraint(['debt_id'], ['debt.id'], name=op.f('fk_warned_debt_id_debt')),
    sa.ForeignKeyConstraint(['matter_id'], ['matter.id'], name=op.f('fk_warned_matter_id_matter')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_warned')),
    sa.UniqueConstraint('uuid', name=op.f('uq_warned_uuid'))
    )
    with op.batch_alter_table('warned', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_warned_matter_id'), ['matter_id'], unique=False)

    op.create_table('act',
    sa.Column('debt_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('demand', 'promise', 'deduction', 'suit', 'enforcement', 'mediation', 'police', 'assignment', 'demand-guarantor', 'obstacle', name='actkind', native_enum=False, length=32), nullable=False),
    sa.Column('done_on', sa.Date(), nullable=True),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('guarantor_id', sa.Integer(), nullable=True),
    sa.Column('proof', sa.Text(), nullable=False),
    sa.Column('evidence_id', sa.Integer(), nullable=True),
    sa.Column('incident_id', sa.Integer(), nullable=True),
    sa.Column('notes', sa.Text(), nullable=False),
    sa.Column('matter_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uuid', sa.Uuid(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', UtcTime(), nullable=False),
    sa.Column('created_by', sa.Text(), nullable=False),
    sa.Column('changed_at', UtcTime(), nullable=False),
    sa.Column('changed_by', sa.Text(), nullable=False),
    sa.Column('deleted_at', UtcTime(), nullable=True),
    sa.ForeignKeyConstraint(['debt_id'], ['debt.id'], name=op.f('fk_act_debt_id_debt')),
    sa.ForeignKeyConstraint(['evidence_id'], ['evidence.id'], name=op.f('fk_act_evidence_id_evidence')),
    sa.ForeignKeyConstraint(['guarantor_id'], ['guarantor.id'], name=op.f('fk_act_guarantor_id_guarantor')),
    sa.ForeignKeyConstraint(['incident_id'], ['incident.id'], name=op.f('fk_act_incident_id_incident')),
    sa.ForeignKeyConstraint(['matter_id'], ['matter.id'], name=op.f('fk_act_matter_id_matter')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_act')),
    sa.UniqueConstraint('uuid', name=op.f('uq_act_uuid'))
    )
    with op.batch_alter_table('act', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_act_matter_id'), ['matter_id'], unique=False)

    with op.batch_alter_table('deadline', schema=None) as batch_op:
        batch_op.add_column(sa.Column('rule', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('about', sa.Text(), nullable=False, server_default=''))

    with op.batch_alter_table('debt', schema=None) as batch_op:
        batch_op.add_column(sa.Column('prepaid', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('year_days', sa.Integer(), nullable=False, server_default='365'))
        batch_op.add_column(sa.Column('compounding', sa.Enum('none', 'overdue', 'quarterly', 'monthly', name='compounding', native_enum=False, length=32), nullable=False, server_default='none'))
        batch_op.add_column(sa.Column('suit_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('judged', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('judged_until', sa.Date(), nullable=True))

    with op.batch_alter_table('offer', schema=None) as batch_op:
        batch_op.add_column(sa.Column('plan', sa.Enum('equal', 'graduated', 'balloon', 'interest-free', 'waiver', 'lump-sum', name='plankind', native_enum=False, length=32), nullable=False, server_default='equal'))
        batch_op.add_column(sa.Column('claim', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('down', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('last', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('step', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('step_every', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('rate', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('incident_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_offer_incident_id_incident'), 'incident', ['incident_id'], ['id'])
