"""Print the migration that brings the newest revision to what the records are now.

Run: uv run python packaging/new_migration.py NUMBER "What it does" > src/casedesk/store/migrations/versions/NUMBER.py
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext

from casedesk.records import Record
from casedesk.store import schema
from casedesk.store.engine import open_engine

HEAD = '''"""{what}"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from casedesk.records.record import UtcTime

revision = "{number}"
down_revision = {before}


def upgrade() -> None:
    '''


def written(number: str, what: str) -> str:
    """The text of a migration file; read it before keeping it."""
    before = [revision for revision in schema.REVISIONS if revision < number]
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(Path(folder, "cabinet.db"), bytes(32))
        if before:
            schema.migrate(engine, before[-1])
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={
                "include_name":
                    lambda name, kind, parents: not str(name).startswith(("search_", "alembic_"))})
            script = produce_migrations(context, Record.metadata)
            assert script.upgrade_ops is not None
            steps = render_python_code(script.upgrade_ops, render_as_batch=True, user_module_prefix="",
                                       migration_context=context)
        engine.dispose()
    return HEAD.format(what=what, number=number, before=repr(before[-1]) if before else None) + steps + "\n"


if __name__ == "__main__":
    sys.stdout.write(written(*sys.argv[1:]))
