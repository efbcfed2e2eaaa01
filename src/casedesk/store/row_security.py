"""PostgreSQL's own row-level security: what `visibility` hides the server hides too, and it takes no write without a
right.

Each transaction says whose it is (`casedesk.actor`: a user's UUID, or “house” for the program's own work) and whether
it reads what nobody is shown, to number and chain it (`casedesk.whole`). Who says nothing sees nothing. The policies
bind the owner of the tables too, but no superuser and nobody with BYPASSRLS. Only what is searched (`search_text`) does
not bind its owner: behind a policy PostgreSQL uses no index whose operator is not leakproof, and each search of a desk
would read every text.
"""

# ruff: noqa: S608 - every part of a statement is written in this module

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection

from casedesk.records import Record
from casedesk.records.rights import WHO, Right
from casedesk.store import office, visibility

_ROLE = "(SELECT casedesk_role())"
_SAID = "current_setting('casedesk.actor', true)"
_SET_UP = (
    (f"CREATE OR REPLACE FUNCTION casedesk_role() RETURNS TEXT LANGUAGE plpgsql STABLE AS $$ BEGIN IF {_SAID} ="
     f" '{office.HOUSE}' THEN RETURN 'owner'; END IF; RETURN (SELECT u.role FROM \"user\" u"
     f" WHERE CAST(u.uuid AS TEXT) = {_SAID} AND NOT u.disabled AND u.deleted_at IS NULL); END $$"),
    (f"CREATE OR REPLACE FUNCTION casedesk_user() RETURNS INTEGER LANGUAGE plpgsql STABLE AS $$ BEGIN IF {_SAID} ="
     f" '{office.HOUSE}' THEN RETURN 0; END IF; RETURN coalesce((SELECT u.id FROM \"user\" u"
     f" WHERE CAST(u.uuid AS TEXT) = {_SAID}), 0); END $$"),
    ("CREATE OR REPLACE FUNCTION casedesk_whole() RETURNS BOOLEAN LANGUAGE sql STABLE AS"
     " $$ SELECT coalesce(current_setting('casedesk.whole', true), '') = 'on' $$"),
    "CREATE TABLE IF NOT EXISTS wall (matter_id INTEGER PRIMARY KEY, client_id INTEGER NOT NULL)",
    "INSERT INTO wall SELECT id, client_id FROM matter WHERE restricted ON CONFLICT DO NOTHING",
    ("CREATE OR REPLACE FUNCTION casedesk_wall() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
     " IF TG_OP <> 'INSERT' THEN DELETE FROM wall WHERE matter_id = OLD.id; END IF;"
     " IF TG_OP <> 'DELETE' AND NEW.restricted THEN INSERT INTO wall VALUES (NEW.id, NEW.client_id); END IF;"
     " RETURN NULL; END $$"),
    "DROP TRIGGER IF EXISTS casedesk_wall ON matter",
    ("CREATE TRIGGER casedesk_wall AFTER INSERT OR DELETE OR UPDATE OF restricted, client_id ON matter"
     " FOR EACH ROW EXECUTE FUNCTION casedesk_wall()"),
)
"""`wall` names the restricted matters by number alone, so that no policy has to ask the table it guards."""

_RIGHTS = {"user": Right.USERS, "team_member": Right.TEAM}
"""The right to change a table's rows, where it is another than to write."""


def enact(connection: Connection) -> None:
    """Put the policies, as they are now, on every table that holds records or tells of them."""
    for statement in (*_SET_UP, *_policies()):
        connection.exec_driver_sql(statement)


def _policies() -> Iterator[str]:
    sight = visibility.Sight("", "(SELECT casedesk_user())", f"{_ROLE} = 'owner'", _may(Right.PRIVILEGED), "wall")
    shown, walled = visibility.conditions(sight), visibility.walled(sight)
    for table in (*Record.metadata.tables, "search_text"):
        seen = f"{_ROLE} IS NOT NULL AND ((SELECT casedesk_whole()) OR {shown.get(table, 'TRUE')})"
        if table == "team_member":
            seen, walled[table] = f"{_ROLE} IS NOT NULL", "TRUE"  # the walls themselves ask it: numbers alone
        elif table == "user":
            seen = f"coalesce({_SAID}, '') <> ''"  # the roles themselves ask it
        writes = f"{_may(_RIGHTS.get(table, Right.WRITE))} AND {walled.get(table, 'TRUE')}"
        undone = f"{_may(Right.DESTROY)} AND {walled[table]}" if table == "change" else writes
        own = f'"{table}".'
        yield f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY'
        yield f'ALTER TABLE "{table}" {"NO FORCE" if table == "search_text" else "FORCE"} ROW LEVEL SECURITY'
        for name, rule in (("select", f"USING ({seen})"), ("insert", f"WITH CHECK ({writes})"),
                           ("update", f"USING ({undone}) WITH CHECK ({undone})"), ("delete", f"USING ({undone})")):
            yield f'DROP POLICY IF EXISTS casedesk_{name} ON "{table}"'
            yield f'CREATE POLICY casedesk_{name} ON "{table}" FOR {name} {visibility.OF_ROW.sub(own, rule)}'


def _may(right: Right) -> str:
    """Whether who says so has a right."""
    return f"{_ROLE} IN ({', '.join(f'{role.value!r}' for role in sorted(WHO[right]))})"
