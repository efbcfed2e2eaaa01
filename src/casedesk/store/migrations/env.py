"""Alembic's way into the open connection that `store.schema.migrate` hands over."""

from __future__ import annotations

from alembic import context

from casedesk.records import Record

context.configure(connection=context.config.attributes["connection"], target_metadata=Record.metadata,
                  render_as_batch=True, transaction_per_migration=False)
context.run_migrations()
