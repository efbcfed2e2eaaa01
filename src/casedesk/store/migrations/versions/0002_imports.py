"""Imports: which file a source came from in which batch, and what it says otherwise"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from casedesk.records.record import UtcTime

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table('import_batch',
    sa.Column('at', UtcTime(), nullable=False),
    sa.Column('evidence_id', sa.Integer(), nullable=True),
    sa.Column('brought', sa.Boolean(), nullable=False),
    sa.Column('file_name', sa.Text(), nullable=False),
    sa.Column('format', sa.Text(), nullable=False),
    sa.Column('zone', sa.Text(), nullable=False),
    sa.Column('options', sa.JSON(), nullable=False),
    sa.Column('read', sa.Integer(), nullable=False),
    sa.Column('imported', sa.Integer(), nullable=False),
    sa.Column('duplicates', sa.Integer(), nullable=False),
    sa.Column('merged', sa.Integer(), nullable=False),
    sa.Column('excluded', sa.Integer(), nullable=False),
    sa.Column('lost', sa.Integer(), nullable=False),
    sa.Column('problems', sa.JSON(), nullable=False),
    sa.Column('matter_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uuid', sa.Uuid(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', UtcTime(), nullable=False),
    sa.Column('created_by', sa.Text(), nullable=False),
    sa.Column('changed_at', UtcTime(), nullable=False),
    sa.Column('changed_by', sa.Text(), nullable=False),
    sa.Column('deleted_at', UtcTime(), nullable=True),
    sa.ForeignKeyConstraint(['evidence_id'], ['evidence.id'], name=op.f('fk_import_batch_evidence_id_evidence')),
    sa.ForeignKeyConstraint(['matter_id'], ['matter.id'], name=op.f('fk_import_batch_matter_id_matter')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_batch')),
    sa.UniqueConstraint('uuid', name=op.f('uq_import_batch_uuid'))
    )
    with op.batch_alter_table('import_batch', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_import_batch_evidence_id'), ['evidence_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_import_batch_matter_id'), ['matter_id'], unique=False)
    with op.batch_alter_table('incident_source', schema=None) as batch_op:
        batch_op.add_column(sa.Column('batch_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('at', UtcTime(), nullable=True))
        batch_op.add_column(sa.Column('local', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('filled', sa.JSON(), nullable=False, server_default='[]'))
        batch_op.add_column(sa.Column('differs', sa.Text(), nullable=False, server_default=''))
        batch_op.create_foreign_key(batch_op.f('fk_incident_source_batch_id_import_batch'), 'import_batch',
                                    ['batch_id'], ['id'])
        batch_op.create_index(batch_op.f('ix_incident_source_batch_id'), ['batch_id'], unique=False)
