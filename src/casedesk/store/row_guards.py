"""What PostgreSQL refuses of a change that a row's policy lets pass: triggers that ask what `guard`, the trash and the
destruction of a matter ask, so that SQL written by hand is asked too. The program's own work passes them, but for the
history: it is only added to, by whomever, once the cabinet is filled.
"""



from __future__ import annotations

from collections.abc import Iterator

from casedesk.records import ALL, OF_MATTER, Record
from casedesk.records.rights import WHO, Right
from casedesk.records.words import FindingState
from casedesk.store import office

_DECIDED = f"{{}}.state IN ('{FindingState.CONFIRMED.value}', '{FindingState.DISMISSED.value}')"
_INTO_TRASH = "OLD.deleted_at IS NULL AND NEW.deleted_at IS NOT NULL"
_OTHER_ASKED = "SELECT FROM setting s WHERE s.value ->> 'by' <> casedesk_name() AND s.key = 'destruction ' || "
_TWO = "It is not in the trash: a matter is destroyed after its day, when another person asked for it."


def _unless(allowed: str, message: str) -> str:
    """The body of a function that lets a change pass that is allowed, and of the program's own work every one."""
    return (f"IF NOT coalesce(casedesk_said() = '{office.HOUSE}' OR {allowed}, FALSE) THEN RAISE EXCEPTION USING"
            f" MESSAGE = {message}, ERRCODE = 'insufficient_privilege'; END IF;"
            " IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;")


_FUNCTIONS = {
    "casedesk_right()": _unless("casedesk_role() = ANY (string_to_array(TG_ARGV[0], ','))",
                                "'Your role does not allow you to ' || TG_ARGV[1] || '.'"),
    "casedesk_hold()": _unless("NOT EXISTS (SELECT FROM matter m WHERE m.id = OLD.matter_id AND m.on_hold)",
                               "'The matter is on legal hold: nothing of it is deleted.'"),
    "casedesk_two()": _unless(
        "EXISTS (SELECT FROM matter m WHERE m.id = CAST(to_jsonb(OLD) ->> TG_ARGV[0] AS INTEGER) AND m.keep_until <"
        f" current_date AND NOT m.on_hold AND EXISTS ({_OTHER_ASKED} CAST(m.uuid AS TEXT)))", f"'{_TWO}'"),
    "casedesk_history()": (
        "IF EXISTS (SELECT FROM setting s WHERE s.key = 'moving') THEN RETURN coalesce(NEW, OLD); END IF;"
        " RAISE EXCEPTION 'the history is never rewritten' USING ERRCODE = 'insufficient_privilege';"),
    "casedesk_two_words()": _unless(f"EXISTS ({_OTHER_ASKED} (NEW.fields ->> 'destroyed'))", f"'{_TWO}'"),
}


def statements(schema: str) -> Iterator[str]:
    """What puts the triggers, as they are now, in the place of those before."""
    for name, body in _FUNCTIONS.items():
        yield (f"CREATE OR REPLACE FUNCTION {name} RETURNS trigger LANGUAGE plpgsql SET search_path = {schema}, pg_temp"
               f" AS $$ BEGIN {body} END $$")
    for table in (*Record.metadata.tables, "search_text", "wall", "writing"):
        yield from trigger(table, "empty", "TRUNCATE", "", "casedesk_history()" if table == "change" else
                           nobody("empty a table"))
    for table, name, act, when, does in (*_of_the_matter(), *_of_its_records(), *_of_one_table()):
        yield from trigger(table, name, act, when, does)


def trigger(table: str, name: str, act: str, when: str, does: str) -> Iterator[str]:
    """Before this act on a table, for each row that is so, this is asked."""
    each = f"FOR EACH ROW WHEN ({when})" if when else "FOR EACH STATEMENT"
    yield f'DROP TRIGGER IF EXISTS casedesk_{name} ON "{table}"'
    yield f'CREATE TRIGGER casedesk_{name} BEFORE {act} ON "{table}" {each} EXECUTE FUNCTION {does}'


_Asked = tuple[str, str, str, str, str]
"""The table, what the trigger is called, before which act of which rows, and what it asks."""


def _of_the_matter() -> Iterator[_Asked]:
    yield ("matter", "retain", "UPDATE",
           "OLD.on_hold AND NOT NEW.on_hold OR OLD.keep_until IS DISTINCT FROM NEW.keep_until", _right(Right.RETAIN))
    yield "matter", "team", "UPDATE", "OLD.restricted <> NEW.restricted", _right(Right.TEAM)
    yield ("matter", "hold", "UPDATE", f"OLD.on_hold AND ({_INTO_TRASH} OR OLD.uuid <> NEW.uuid)",
           nobody("delete a matter on legal hold"))
    yield "matter", "hold_row", "DELETE", "OLD.on_hold", nobody("delete a matter on legal hold")
    yield "matter", "two", "DELETE", "OLD.deleted_at IS NULL", "casedesk_two('id')"


def _of_its_records() -> Iterator[_Asked]:
    for kind in ALL:
        if "privileged" in kind.__table__.c:
            yield (kind.__tablename__, "waive", "UPDATE", "OLD.privileged AND NOT NEW.privileged",
                   _right(Right.WAIVE))
    for kind in OF_MATTER:
        table, gone = kind.__tablename__, "TRUE"
        if table == "finding_incident":
            continue  # its rows go and come as a matter is checked, and so do findings that nobody decided
        if table == "finding":
            gone = _DECIDED.format("OLD")
        yield table, "hold", "UPDATE", f"{_INTO_TRASH} OR OLD.matter_id <> NEW.matter_id", "casedesk_hold()"
        yield table, "hold_row", "DELETE", gone, "casedesk_hold()"
        yield table, "two", "DELETE", f"OLD.deleted_at IS NULL AND {gone}", "casedesk_two('matter_id')"


def _of_one_table() -> Iterator[_Asked]:
    yield "user", "name", "UPDATE", "OLD.name <> NEW.name OR OLD.uuid <> NEW.uuid", nobody("rename a user")
    yield ("finding", "decide", "UPDATE", (f"({_DECIDED.format('OLD')} OR {_DECIDED.format('NEW')}) AND"
           " (OLD.state, OLD.decided_by, OLD.decided_on, OLD.reason) IS DISTINCT FROM"
           " (NEW.state, NEW.decided_by, NEW.decided_on, NEW.reason)"), _right(Right.DECIDE))
    yield ("evidence", "sealed", "UPDATE", ("(OLD.sha256, OLD.vault_name, OLD.vault_key) IS DISTINCT FROM"
           " (NEW.sha256, NEW.vault_name, NEW.vault_key)"), _right(Right.RECOVERY))
    change = "(OLD.seq, OLD.at, OLD.who, OLD.action, OLD.kind, OLD.record, OLD.matter_id, OLD.hash)"
    emptied = "CAST(NEW.fields AS JSONB) = jsonb_build_object('destroyed', NEW.fields ->> 'destroyed')"
    rewritten = f"{change} IS DISTINCT FROM {change.replace('OLD', 'NEW')} OR {emptied} IS NOT TRUE"
    yield "change", "rewritten", "UPDATE", rewritten, "casedesk_history()"
    yield "change", "deleted", "DELETE", "TRUE", "casedesk_history()"
    yield "change", "hold", "UPDATE", "TRUE", "casedesk_hold()"
    yield "change", "two", "UPDATE", "TRUE", "casedesk_two_words()"


def _right(right: Right) -> str:
    return f"casedesk_right('{','.join(sorted(role.value for role in WHO[right]))}', '{right.label}')"


def nobody(what: str) -> str:
    """What no role is allowed."""
    return f"casedesk_right('', '{what}')"
