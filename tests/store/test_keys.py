"""The cabinet key: each way in opens the same key, every wrong way is refused and named."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from casedesk.base.errors import Cancelled, InvalidEntry, StoreUnavailable
from casedesk.store import header, keys, recovery
from casedesk.store.keys import CabinetKey, Cost

FAST = Cost(memory=64, passes=1, lanes=1)
PASSPHRASE = "三个皮匠 beats one Zhuge"


def new(folder: Path, passphrase: str = PASSPHRASE) -> tuple[CabinetKey, str]:
    return keys.create(folder, passphrase, cost=FAST)


def test_each_way_opens_the_same_key(tmp_path: Path) -> None:
    key, text = new(tmp_path)
    assert keys.unlock(tmp_path, PASSPHRASE).master == key.master
    assert keys.unlock_with_recovery(tmp_path, text).master == key.master
    assert len(key.master) == 32


def test_what_an_office_pays_for_a_guess(tmp_path: Path) -> None:
    keys.create(tmp_path, PASSPHRASE)
    assert header.read(tmp_path).logins[0].cost == keys.OFFICE == Cost(memory=65536, passes=3, lanes=4)
    assert keys.unlock(tmp_path, PASSPHRASE)


def test_every_use_has_its_own_key(tmp_path: Path) -> None:
    key, _ = new(tmp_path)
    derived = {key.master, key.database, key.vault_names, key.backup, key.proof}
    assert len(derived) == 5
    assert {len(one) for one in derived} == {32}


def test_derived_keys_never_change() -> None:
    """A change here would lock every cabinet there is."""
    key = CabinetKey(bytes(range(32)))
    assert key.database.hex()[:16] == "b8bc05f93405cc5e"
    assert key.vault_names.hex()[:16] == "d4d2902112899ba3"
    assert key.backup.hex()[:16] == "76ad409cae023b3e"


def test_no_secret_is_shown_or_written(tmp_path: Path) -> None:
    key, text = new(tmp_path)
    written = (tmp_path / keys.HEADER).read_bytes()
    secret = recovery.from_text(text)
    for one in (key.master, key.database, key.vault_names, key.backup, secret, PASSPHRASE.encode()):
        assert one not in written
        assert one.hex().encode() not in written
        assert repr(one) not in repr(key)
        assert one.hex() not in repr(key)
    assert text not in written.decode()


@pytest.mark.skipif(os.name == "nt", reason="on Windows the folder's own rights decide")
def test_only_the_owner_may_read_the_header(tmp_path: Path) -> None:
    new(tmp_path)
    assert (tmp_path / keys.HEADER).stat().st_mode & 0o777 == 0o600


def test_a_header_is_never_written_over_another(tmp_path: Path) -> None:
    key, _ = new(tmp_path)
    with pytest.raises(StoreUnavailable, match="already"):
        new(tmp_path, "another")
    assert keys.unlock(tmp_path, PASSPHRASE).master == key.master


@pytest.mark.parametrize("wrong", ["", " ", PASSPHRASE + " ", PASSPHRASE.lower(), "三个皮匠", "\udcff", "x" * 10_000])
def test_a_wrong_passphrase_is_said(tmp_path: Path, wrong: str) -> None:
    new(tmp_path)
    with pytest.raises(StoreUnavailable) as refused:
        keys.unlock(tmp_path, wrong)
    assert refused.value.message == "The passphrase is wrong."
    assert "recovery key" in refused.value.hint


@pytest.mark.parametrize(("chosen", "typed"), [
    ("café 法庭", "cafe\u0301 法庭"),
    ("\ud55c", "\u1112\u1161\u11ab"),
    ("两 个 词", "两\u3000个\u00a0词"),
])
def test_a_passphrase_is_the_same_on_every_system(tmp_path: Path, chosen: str, typed: str) -> None:
    key, _ = new(tmp_path, chosen)
    assert chosen != typed
    assert keys.unlock(tmp_path, typed).master == key.master


def test_full_width_letters_are_other_letters(tmp_path: Path) -> None:
    new(tmp_path, "abc")
    with pytest.raises(StoreUnavailable):
        keys.unlock(tmp_path, "ａｂｃ")


@pytest.mark.parametrize("empty", ["", "  ", "\u3000"])
def test_an_empty_passphrase_is_not_taken(tmp_path: Path, empty: str) -> None:
    with pytest.raises(InvalidEntry) as refused:
        new(tmp_path, empty)
    assert refused.value.field == "passphrase"
    assert list(tmp_path.iterdir()) == []


def test_a_changed_passphrase_opens_the_same_key(tmp_path: Path) -> None:
    key, text = new(tmp_path)
    keys.change_passphrase(tmp_path, key, "new words", cost=FAST)
    assert keys.unlock(tmp_path, "new words").master == key.master
    assert keys.unlock_with_recovery(tmp_path, text).master == key.master
    with pytest.raises(StoreUnavailable, match="wrong"):
        keys.unlock(tmp_path, PASSPHRASE)


def test_a_new_recovery_key_replaces_the_old_one(tmp_path: Path) -> None:
    key, old = new(tmp_path)
    text = keys.new_recovery_key(tmp_path, key)
    assert keys.unlock_with_recovery(tmp_path, text).master == key.master
    assert keys.unlock(tmp_path, PASSPHRASE).master == key.master
    with pytest.raises(StoreUnavailable, match="newer"):
        keys.unlock_with_recovery(tmp_path, old)


def test_another_cabinets_key_changes_nothing(tmp_path: Path) -> None:
    new(tmp_path / "a")
    other, _ = new(tmp_path / "b", "other")
    before = (tmp_path / "a" / keys.HEADER).read_bytes()
    with pytest.raises(StoreUnavailable, match="another cabinet"):
        keys.change_passphrase(tmp_path / "a", other, "new", cost=FAST)
    with pytest.raises(StoreUnavailable, match="another cabinet"):
        keys.new_recovery_key(tmp_path / "a", other)
    assert (tmp_path / "a" / keys.HEADER).read_bytes() == before


def test_a_crash_while_the_passphrase_changes_leaves_the_old_one(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key, _ = new(tmp_path)

    def killed(path: Path) -> None:
        raise Cancelled

    monkeypatch.setattr("casedesk.base.files.sync_file", killed)
    with pytest.raises(Cancelled):
        keys.change_passphrase(tmp_path, key, "new", cost=FAST)
    assert keys.unlock(tmp_path, PASSPHRASE).master == key.master
    assert [path.name for path in tmp_path.iterdir()] == [keys.HEADER]


def test_a_cabinet_keeps_its_name_when_it_moves(tmp_path: Path) -> None:
    new(tmp_path / "a")
    name = keys.cabinet_id(tmp_path / "a")
    (tmp_path / "a").rename(tmp_path / "b")
    assert keys.cabinet_id(tmp_path / "b") == name


def test_no_cabinet_there(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="is not a cabinet"):
        keys.unlock(tmp_path / "nowhere", PASSPHRASE)
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreUnavailable, match="is not a cabinet"):
        keys.unlock(tmp_path / "file", PASSPHRASE)


def test_a_header_lost_beside_its_database(tmp_path: Path) -> None:
    new(tmp_path)
    (tmp_path / "cabinet.db").touch()
    (tmp_path / keys.HEADER).unlink()
    with pytest.raises(StoreUnavailable, match="is missing") as refused:
        keys.unlock(tmp_path, PASSPHRASE)
    assert "backup" in refused.value.hint


def test_a_newer_format_is_refused_and_not_touched(tmp_path: Path) -> None:
    new(tmp_path)
    path = tmp_path / keys.HEADER
    written = json.loads(path.read_text()) | {"format": header.FORMAT + 1, "box": "unknown"}
    path.write_text(json.dumps(written))
    before = path.read_bytes()
    with pytest.raises(StoreUnavailable, match="newer"):
        keys.unlock(tmp_path, PASSPHRASE)
    assert path.read_bytes() == before


@pytest.mark.parametrize("damaged", [
    b"", b"{", b"[]", b"{}", b'"x"', b"null", b"\xff\xfe", b"\0" * 900, b'{"format": 1}', b'{"format": "one"}',
    b"[" * 10**5])
def test_what_is_no_header_is_damaged(tmp_path: Path, damaged: bytes) -> None:
    (tmp_path / keys.HEADER).write_bytes(damaged)
    with pytest.raises(StoreUnavailable, match="is damaged"):
        keys.unlock(tmp_path, PASSPHRASE)


def test_any_changed_sign_or_cut_of_the_header_is_damage_and_no_wrong_passphrase(tmp_path: Path) -> None:
    key, _ = new(tmp_path)
    path = tmp_path / keys.HEADER
    whole = path.read_bytes()
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1:])
        with pytest.raises(StoreUnavailable, match=r"is damaged|newer"):
            header.read(tmp_path)
    for end in range(len(whole) - 2):
        path.write_bytes(whole[:end])
        with pytest.raises(StoreUnavailable, match="is damaged"):
            header.read(tmp_path)
    path.write_bytes(whole)
    assert keys.unlock(tmp_path, PASSPHRASE).master == key.master


def forged(folder: Path, **passphrase: object) -> None:
    """A header changed by someone who also makes its checksum right."""
    path = folder / keys.HEADER
    written = json.loads(path.read_text())
    written.pop("checksum")
    written["passphrase"] |= passphrase
    path.write_text(json.dumps({**written, "checksum": header._checksum(written)}))


@pytest.mark.parametrize("change", [
    {"memory_kib": 1 << 40}, {"passes": 1 << 30}, {"passes": 0}, {"lanes": 0}, {"memory_kib": -1}, {"salt": ""},
    {"box": ""}, {"box": "§"}])
def test_a_forged_header_can_ask_for_nothing_absurd(tmp_path: Path, change: dict[str, object]) -> None:
    new(tmp_path)
    forged(tmp_path, **change)
    with pytest.raises(StoreUnavailable, match="is damaged"):
        keys.unlock(tmp_path, PASSPHRASE)


def test_boxes_of_another_cabinet_do_not_open_here(tmp_path: Path) -> None:
    new(tmp_path / "a")
    new(tmp_path / "b")
    other = json.loads((tmp_path / "b" / keys.HEADER).read_text())["passphrase"]
    forged(tmp_path / "a", **other)
    with pytest.raises(StoreUnavailable, match="wrong"):
        keys.unlock(tmp_path / "a", PASSPHRASE)


SECRETS = st.binary(min_size=recovery.SIZE, max_size=recovery.SIZE)


@given(SECRETS)
def test_a_recovery_key_reads_back(secret: bytes) -> None:
    text = recovery.to_text(secret)
    assert [len(group) for group in text.split("-")] == [5] * 8
    assert recovery.from_text(text) == secret


@given(SECRETS)
def test_a_recovery_key_is_read_however_it_is_typed(secret: bytes) -> None:
    text = recovery.to_text(secret)
    wide = "".join(chr(ord(sign) + 0xfee0) for sign in text)
    confused = text.replace("1", "l").replace("0", "o")
    for typed in (text.lower(), text.replace("-", " "), text.replace("-", ""), wide, confused, f"  {text}\n",
                  text.replace("-", " — "), text.replace("-", "\u3000")):
        assert recovery.from_text(typed) == secret


@given(SECRETS, st.integers(0, 39), st.integers(1, 31))
def test_one_wrong_sign_is_found_in_its_group(secret: bytes, place: int, step: int) -> None:
    signs = list(recovery.to_text(secret).replace("-", ""))
    signs[place] = recovery.SIGNS[(recovery.SIGNS.index(signs[place]) + step) % 32]
    with pytest.raises(InvalidEntry, match=rf"mistake in group {place // 5 + 1} of") as refused:
        recovery.from_text("".join(signs))
    assert refused.value.field == "recovery_key"


@given(SECRETS, st.integers(0, 7), st.sets(st.integers(0, 4), min_size=2, max_size=2))
def test_two_exchanged_signs_of_a_group_are_found(secret: bytes, group: int, pair: set[int]) -> None:
    groups = recovery.to_text(secret).split("-")
    signs = list(groups[group])
    one, other = pair
    if signs[one] == signs[other]:
        return
    signs[one], signs[other] = signs[other], signs[one]
    groups[group] = "".join(signs)
    with pytest.raises(InvalidEntry, match=rf"group {group + 1} of"):
        recovery.from_text("-".join(groups))


@given(SECRETS, st.sets(st.integers(0, 7), min_size=2, max_size=2))
def test_two_exchanged_groups_are_found(secret: bytes, pair: set[int]) -> None:
    groups = recovery.to_text(secret).split("-")
    one, other = sorted(pair)
    groups[one], groups[other] = groups[other], groups[one]
    with pytest.raises(InvalidEntry, match=rf"groups {one + 1}, {other + 1} of"):
        recovery.from_text("-".join(groups))


@pytest.mark.parametrize(("typed", "said"), [
    ("", "not 0"), ("ABCDE", "not 5"), ("ABCDE-" * 9, "not 45"), ("U" * 40, "“U” does not occur"),
    ("案" + "0" * 39, "“案” does not occur"), ("ẞ" * 40, "“ẞ” does not occur")])
def test_what_is_no_recovery_key(typed: str, said: str) -> None:
    with pytest.raises(InvalidEntry, match=said):
        recovery.from_text(typed)


def test_a_mistyped_recovery_key_is_named_as_mistyped_by_unlock(tmp_path: Path) -> None:
    _, text = new(tmp_path)
    first = "A" if text[0] != "A" else "B"
    with pytest.raises(InvalidEntry, match="group 1"):
        keys.unlock_with_recovery(tmp_path, first + text[1:])
