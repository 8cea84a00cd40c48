import sys
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(REPO / "scripts/tools/upgrade")]

import content  # noqa: E402
import records  # noqa: E402
import schema  # noqa: E402


def test_schema_names_what_is_missing_left_over_and_different():
    nothing = {kind: {} for kind in schema.QUERIES}
    fresh = {**nothing, "column": {"a.x": "integer", "a.y": "integer required"}}
    upgraded = {**nothing, "column": {"a.y": "integer", "a.z": "text"}}
    assert schema.differences(fresh, upgraded) == [
        "column missing: a.x integer",
        "column differs: a.y: 'integer', new 'integer required'",
        "column left over: a.z text",
    ]


def test_same_schema_is_no_difference():
    same = {kind: {"a": "b"} for kind in schema.QUERIES}
    assert schema.differences(same, same) == []


def test_records_tell_what_a_house_has_changed_but_no_moments_and_no_demo():
    row = {"value": "7", "state_date": "2026-11-23T04:00:00"}
    fresh = {
        "a.one": ("m", True, row),
        "a.new": ("m", True, {}),
        "a.demo_x": ("m", 0, {}),
    }
    kept = {"value": "17", "state_date": "2026-11-22T09:30:00"}
    upgraded = {"a.one": ("m", True, kept), "a.old": ("m", True, {})}
    assert records.differences(fresh, upgraded, set()) == [
        "record missing: a.new (m)",
        "record left over: a.old (m)",
        "record a.one (m).value: '17', new '7'",
    ]


def test_content_counts_lost_rows_and_changed_values():
    old = {1: {"id": 1, "a": 1, "b": "x"}, 2: {"id": 2, "a": 2, "b": None}}
    new = {1: {"id": 1, "a": 5}}
    assert list(content._of_table("t", old, new)) == [
        "t: 1 of 2 rows are gone: 2",
        "t.a: 1 of 1 rows changed, one: 1: 1 -> 5",
        "t.b: column gone, 1 rows had a value",
    ]
