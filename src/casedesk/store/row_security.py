"""PostgreSQL's own row-level security: what `visibility` hides the server hides too, and it takes no write without a
right; what of a row may change, and what may go, stands in `row_guards`.

Each transaction says whose it is (`casedesk.actor`: a user's UUID, or “house” for the program's own work) and whether
it reads what nobody is shown, to number and chain it (`casedesk.whole`). Who says nothing sees nothing. A login that
does not own the tables is never the house and never sees the whole; one named like a user is never another user,
whatever it says. The policies bind the owner of the tables too, but no superuser and nobody with BYPASSRLS. Only what
is searched (`search_text`) does not bind its owner: behind a policy PostgreSQL uses no index whose operator is not
leakproof, and each search of a desk would read every text.
"""

# ruff: noqa: S608 - every part of a statement is written in this module

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection

from casedesk.records import Record
from casedesk.records.rights import SETTINGS, WHO, Right
from casedesk.store import office, row_guards, visibility

_ROLE = "(SELECT casedesk_role())"
_SAID = "current_setting('casedesk.actor', true)"
HOUSE = f"(SELECT casedesk_said()) = '{office.HOUSE}'"
"""It is the program's own work."""
_NAME = f"({HOUSE} OR {{}} = (SELECT casedesk_name()))"
"""The column is the name of who says so."""
_ME = "CAST(u.uuid AS TEXT) = casedesk_said()"


_RIGHTS = {"user": Right.USERS, "team_member": Right.TEAM}
"""The right to change a table's rows, where it is another than to write."""
_MADE_ANEW = frozenset({"finding", "finding_incident", "search_text"})
"""Tables whose rows go and come by themselves; to delete of another is to empty the trash, or to destroy."""


def enact(connection: Connection) -> None:
    """Put the policies, as they are now, on every table; `wall` names the restricted matters by number alone, so that
    no policy has to ask the table it guards.
    """
    schema = str(connection.exec_driver_sql("SELECT quote_ident(current_schema())").scalar())
    for statement in (*_set_up(schema), *_policies(), *_of_the_house(), *row_guards.statements(schema)):
        connection.exec_driver_sql(statement)


def _set_up(schema: str) -> Iterator[str]:
    """The functions that the policies ask."""
    yield function(schema, "casedesk_owns()", "BOOLEAN", "RETURN pg_has_role(session_user, (SELECT relowner FROM"
                   " pg_class WHERE oid = CAST('\"user\"' AS regclass)), 'MEMBER');")
    yield function(schema, "casedesk_said()", "TEXT",
                   f"IF {_SAID} = '{office.HOUSE}' AND casedesk_owns() THEN RETURN '{office.HOUSE}'; END IF;"
                   " RETURN coalesce((SELECT CAST(u.uuid AS TEXT) FROM \"user\" u WHERE u.name = session_user"
                   f" AND u.deleted_at IS NULL), nullif({_SAID}, '{office.HOUSE}'));")
    yield function(schema, "casedesk_role()", "TEXT", f"IF casedesk_said() = '{office.HOUSE}' THEN RETURN 'owner';"
                   f" END IF; RETURN (SELECT u.role FROM \"user\" u WHERE {_ME} AND NOT u.disabled"
                   " AND u.deleted_at IS NULL);")
    yield function(schema, "casedesk_user()", "INTEGER",
                   f"RETURN coalesce((SELECT u.id FROM \"user\" u WHERE {_ME}), 0);")
    yield function(schema, "casedesk_name()", "TEXT", f"RETURN (SELECT u.name FROM \"user\" u WHERE {_ME});")
    yield function(schema, "casedesk_whole()", "BOOLEAN", "RETURN coalesce(current_setting('casedesk.whole', true), '')"
                   " = 'on' AND casedesk_owns();")
    yield "CREATE TABLE IF NOT EXISTS wall (matter_id INTEGER PRIMARY KEY, client_id INTEGER NOT NULL)"
    yield "INSERT INTO wall SELECT id, client_id FROM matter WHERE restricted ON CONFLICT DO NOTHING"
    yield function(schema, "casedesk_by_wall()", "BOOLEAN", "RETURN pg_trigger_depth() > 0 AND current_user ="
                   " (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = CAST('wall' AS regclass));")
    yield function(schema, "casedesk_wall()", "trigger",
                   "IF TG_OP <> 'INSERT' THEN DELETE FROM wall WHERE matter_id = OLD.id; END IF;"
                   " IF TG_OP <> 'DELETE' AND NEW.restricted THEN INSERT INTO wall VALUES (NEW.id, NEW.client_id);"
                   " END IF; RETURN NULL;", "VOLATILE SECURITY DEFINER")
    yield "DROP TRIGGER IF EXISTS casedesk_wall ON matter"
    yield ("CREATE TRIGGER casedesk_wall AFTER INSERT OR DELETE OR UPDATE OF restricted, client_id ON matter"
           " FOR EACH ROW EXECUTE FUNCTION casedesk_wall()")


def function(schema: str, name: str, returns: str, body: str, how: str = "STABLE") -> str:
    """A function that finds the cabinet's own tables, whatever somebody calls a temporary one."""
    return (f"CREATE OR REPLACE FUNCTION {name} RETURNS {returns} LANGUAGE plpgsql {how}"
            f" SET search_path = {schema}, pg_temp AS $$ BEGIN {body} END $$")


def _policies() -> Iterator[str]:
    sight = visibility.Sight("", "(SELECT casedesk_user())", f"{_ROLE} = 'owner'", may(Right.PRIVILEGED), "wall")
    shown, walled = visibility.conditions(sight), visibility.walled(sight)
    for table in (*Record.metadata.tables, "search_text"):
        wall = walled.get(table, "TRUE")
        seen = f"{_ROLE} IS NOT NULL AND ((SELECT casedesk_whole()) OR {shown.get(table, 'TRUE')})"
        insert = update = delete = f"{may(_RIGHTS.get(table, Right.WRITE))} AND {wall}"
        if table not in _MADE_ANEW and table not in _RIGHTS:
            delete = f"{may(Right.PURGE)} AND {wall}"
        match table:
            case "team_member":
                seen = f"{_ROLE} IS NOT NULL"  # the walls themselves ask it: numbers alone
                insert = update = delete = may(Right.TEAM)
            case "user":
                seen = f"coalesce({_SAID}, '') <> '' OR t.name = session_user"  # the roles themselves ask it
            case "change":
                insert, update, delete = f"{insert} AND {_NAME.format('t.who')}", delete, HOUSE
            case "draft":
                own = f"({_ROLE} = 'owner' OR right(t.key, 37) = ' ' || (SELECT casedesk_said()))"
                seen = f"{_ROLE} IS NOT NULL AND ((SELECT casedesk_whole()) OR {own})"
                insert = update = f"{insert} AND {own}"
                delete = f"{update} OR {may(Right.DESTROY)}"
            case "setting":
                delete = f"CASE {' '.join(_settings())} ELSE {may(Right.SETTINGS)} END"
                asked = _NAME.format("t.value ->> 'by'")
                insert = update = f"{delete} AND (NOT starts_with(t.key, 'destruction ') OR {asked})"
        yield from policies(table, {"select": seen, "insert": insert, "update": update, "delete": delete},
                            force=table != "search_text", using_of_update=delete if table == "setting" else update)


def _settings() -> Iterator[str]:
    for start, right in SETTINGS.items():
        yield f"WHEN starts_with(t.key, '{start}') THEN {may(right)}"


def _of_the_house() -> Iterator[str]:
    """The tables that hold no records: the lock, the revision, and the walls, which their trigger alone writes."""
    nobody = {"select": "TRUE", "insert": HOUSE, "update": HOUSE, "delete": HOUSE}
    yield from policies("alembic_version", nobody)
    yield from policies("writing", {**nobody, "update": f"{_ROLE} IS NOT NULL"})  # who locks the row, changes it
    by_trigger = dict.fromkeys(("insert", "update", "delete"), "casedesk_by_wall()")
    yield from policies("wall", {"select": "TRUE", **by_trigger})


def policies(table: str, rules: dict[str, str], *, force: bool = True, using_of_update: str = "") -> Iterator[str]:
    """Statements that put these rules, by act, on a table in the place of those before."""
    own = f'"{table}".'
    yield f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY'
    yield f'ALTER TABLE "{table}" {"FORCE" if force else "NO FORCE"} ROW LEVEL SECURITY'
    for act, rule in rules.items():
        match act:
            case "insert":
                said = f"WITH CHECK ({rule})"
            case "update":
                said = f"USING ({using_of_update or rule}) WITH CHECK ({rule})"
            case _:
                said = f"USING ({rule})"
        yield f'DROP POLICY IF EXISTS casedesk_{act} ON "{table}"'
        yield f'CREATE POLICY casedesk_{act} ON "{table}" FOR {act} {visibility.OF_ROW.sub(own, said)}'


def may(right: Right) -> str:
    """Whether who says so has a right."""
    return f"{_ROLE} IN ({', '.join(f'{role.value!r}' for role in sorted(WHO[right]))})"
