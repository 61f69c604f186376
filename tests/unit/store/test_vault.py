"""Sealed values: they open where they lie, with their key, unchanged; nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.faults import Fault
from kiosk.store.vault import OVERHEAD, Place, Vault, is_sealed

OLD, NEW = bytes(range(32)), bytes(range(1, 33))
HERE = Place("dossier", "d-1", "personal")

places = st.builds(Place, st.text(max_size=8), st.text(max_size=8), st.text(max_size=8))


@given(st.binary(max_size=300), places)
def test_a_value_comes_back_and_lies_there_unreadable(data: bytes, place: Place) -> None:
    sealed = Vault([OLD]).seal(data, place)
    assert is_sealed(sealed)
    assert len(sealed) == len(data) + OVERHEAD
    assert len(data) < 4 or data not in sealed
    assert Vault([OLD]).open(sealed, place) == data


@given(st.binary(max_size=60), st.data())
def test_a_changed_bit_anywhere_is_refused(data: bytes, draw: st.DataObject) -> None:
    sealed = bytearray(Vault([OLD]).seal(data, HERE))
    bit = draw.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(Fault, match="VAULT_"):
        Vault([OLD]).open(bytes(sealed), HERE)


@given(st.binary(max_size=60), st.data())
def test_a_cut_or_longer_value_is_refused(data: bytes, draw: st.DataObject) -> None:
    sealed = Vault([OLD]).seal(data, HERE)
    cut = draw.draw(st.integers(0, len(sealed) - 1))
    for other in (sealed[:cut], sealed + b"\x00"):
        with pytest.raises(Fault, match="VAULT_DAMAGED"):
            Vault([OLD]).open(other, HERE)


@given(places, places)
def test_a_value_of_another_place_is_refused(here: Place, there: Place) -> None:
    """Also places whose names run together alike: ("ab", "c") and ("a", "bc")."""
    vault = Vault([OLD])
    sealed = vault.seal(b"Nguyen", here)
    if here == there:
        assert vault.open(sealed, there) == b"Nguyen"
        return
    with pytest.raises(Fault, match="VAULT_DAMAGED"):
        vault.open(sealed, there)


def test_two_rows_that_were_swapped_are_both_refused() -> None:
    vault = Vault([OLD])
    rows = {name: vault.seal(name.encode(), Place("dossier", name, "personal")) for name in "ab"}
    for name, other in ("ab", "ba"):
        with pytest.raises(Fault, match="VAULT_DAMAGED"):
            vault.open(rows[other], Place("dossier", name, "personal"))


def test_after_a_rotation_new_values_use_the_new_key_and_old_ones_still_open() -> None:
    before = Vault([OLD]).seal(b"old", HERE)
    both = Vault([OLD, NEW])
    assert both.open(before, HERE) == b"old"
    after = both.seal(b"new", HERE)
    assert Vault([NEW]).open(after, HERE) == b"new"
    with pytest.raises(Fault, match="VAULT_KEY_OTHER"):
        Vault([OLD]).open(after, HERE)


def test_the_same_value_never_looks_the_same() -> None:
    vault = Vault([OLD])
    assert len({vault.seal(b"same", HERE) for _ in range(100)}) == 100


def test_nothing_of_a_key_is_in_what_is_shown_of_it() -> None:
    vault = Vault([OLD, NEW])
    assert len(set(vault.ids)) == 2
    for key in (OLD, NEW):
        assert key.hex()[:8] not in repr(vault)


@pytest.mark.parametrize("keys", [[], [b"short"], [OLD, b""]])
def test_a_vault_needs_whole_keys(keys: list[bytes]) -> None:
    with pytest.raises(ValueError, match="32"):
        Vault(keys)
