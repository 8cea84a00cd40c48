import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.insurance_client_archive.tools import canonical

texts = st.text(max_size=20)
numbers = st.integers(-(2**63), 2**63 - 1)
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4)
    ),
    max_leaves=10,
)
events = st.tuples(
    numbers,
    numbers,
    st.datetimes(),
    *[st.none() | numbers | texts for _name in canonical.EVENT_FIELDS[3:]],
)


@given(st.dictionaries(texts, values, max_size=5))
def test_the_order_of_keys_does_not_matter(value):
    turned = dict(reversed(value.items()))
    assert canonical.encode("x", value) == canonical.encode("x", turned)


@given(values, values)
def test_different_values_have_different_spellings(one, other):
    if one != other:
        assert canonical.encode("x", one) != canonical.encode("x", other)


@given(events, events)
def test_different_events_have_different_spellings(one, other):
    if one != other:
        assert canonical.event_bytes(one) != canonical.event_bytes(other)


@given(events)
def test_an_event_has_one_spelling(event):
    assert canonical.event_bytes(event) == canonical.event_bytes(list(event))


def test_an_event_is_no_epoch():
    assert canonical.encode("event", {}) != canonical.encode("epoch", {})


@pytest.mark.parametrize("value", [1.0, [1.5], {"a": {"b": 2.0}}, {1: "a"}])
def test_what_has_no_single_spelling_is_refused(value):
    with pytest.raises(TypeError):
        canonical.encode("x", value)


def test_an_event_without_a_column_is_refused():
    with pytest.raises(ValueError, match="shorter"):
        canonical.event_bytes([1, 2])


def test_a_moment_always_names_its_microseconds():
    assert canonical.moment(datetime.datetime(2026, 1, 2)) == (
        "2026-01-02T00:00:00.000000"
    )


def test_the_hash_of_ids_is_about_the_set():
    assert canonical.ids_hash([3, 1, 2]) == canonical.ids_hash([1, 2, 3])
    assert canonical.ids_hash([1, 23]) != canonical.ids_hash([12, 3])


def test_the_commitment_to_a_note_needs_its_salt():
    assert canonical.note_hash(b"a", "text") != canonical.note_hash(b"b", "text")
