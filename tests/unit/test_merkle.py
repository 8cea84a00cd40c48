import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.insurance_client_archive.tools import merkle

entries = st.lists(st.binary(max_size=8), min_size=1, max_size=40)


def leaves_of(data):
    return [merkle.leaf_hash(entry) for entry in data]


def root_by_definition(data):
    """RFC 6962, 2.1, word for word."""
    if not data:
        return hashlib.sha256(b"").digest()
    if len(data) == 1:
        return hashlib.sha256(b"\x00" + data[0]).digest()
    split = 1
    while split * 2 < len(data):
        split *= 2
    left, right = root_by_definition(data[:split]), root_by_definition(data[split:])
    return hashlib.sha256(b"\x01" + left + right).digest()


def test_the_roots_of_the_reference_implementation():
    data = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657"]
    data.append("606162636465666768696a6b6c6d6e6f")
    leaves = leaves_of(map(bytes.fromhex, data))
    assert merkle.root(leaves[:1]).hex().startswith("6e340b9cffb37a98")
    assert merkle.root(leaves[:2]).hex().startswith("fac54203e7cc696c")
    assert merkle.root(leaves).hex().startswith("5dc9da79a70659a9")


@given(st.lists(st.binary(max_size=8), max_size=40))
def test_the_streamed_root_is_the_root_by_definition(data):
    assert merkle.root(leaves_of(data)) == root_by_definition(data)


@given(entries, st.data())
def test_every_entry_has_a_proof(data, pick):
    leaves = leaves_of(data)
    position = pick.draw(st.integers(0, len(data) - 1))
    proof = merkle.inclusion_proof(leaves, position)
    root = merkle.root(leaves)
    assert merkle.verify_inclusion(leaves[position], position, len(data), proof, root)


@given(entries, st.data())
def test_a_proof_holds_for_its_entry_and_place_only(data, pick):
    leaves = leaves_of(data)
    size = len(data)
    position = pick.draw(st.integers(0, size - 1))
    other = pick.draw(st.integers(-1, size))
    proof = merkle.inclusion_proof(leaves, position)
    root = merkle.root(leaves)
    forged = merkle.leaf_hash(b"forged entry")
    assert not merkle.verify_inclusion(forged, position, size, proof, root)
    if other != position and not (
        0 <= other < size and leaves[other] == leaves[position]
    ):
        assert not merkle.verify_inclusion(leaves[position], other, size, proof, root)
    assert not merkle.verify_inclusion(
        leaves[position], position, size, [*proof, root], root
    )


@given(entries, st.data())
def test_a_tree_that_only_grew_is_consistent(data, pick):
    leaves = leaves_of(data)
    old_size = pick.draw(st.integers(1, len(data)))
    proof = merkle.consistency_proof(leaves, old_size)
    old, new = merkle.root(leaves[:old_size]), merkle.root(leaves)
    assert merkle.verify_consistency(old_size, len(data), proof, old, new)


@given(entries, st.data())
def test_a_tree_whose_past_changed_is_not_consistent(data, pick):
    leaves = leaves_of(data)
    old_size = pick.draw(st.integers(1, len(data)))
    proof = merkle.consistency_proof(leaves, old_size)
    changed = leaves_of([*data[: old_size - 1], b"something else"])
    old, new = merkle.root(changed), merkle.root(leaves)
    assert not merkle.verify_consistency(old_size, len(data), proof, old, new)


@pytest.mark.parametrize("position", [-1, 3])
def test_there_is_no_proof_for_an_entry_outside_the_tree(position):
    with pytest.raises(IndexError):
        merkle.inclusion_proof(leaves_of([b"a", b"b", b"c"]), position)
