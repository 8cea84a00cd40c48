"""The table of the handbook names only what there is, and counts right."""

import re
from collections import Counter
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
TEXT = (REPO / "docs" / "handbook.md").read_text()
ROWS = [
    match.groups()
    for match in re.finditer(r"^\| (F[\d.]+(?:-\w)?) \| .*? \| (.*) \|$", TEXT, re.M)
]
SOURCES = [path for path in REPO.glob("*/**/*.py") if "node_modules" not in path.parts]
MODELS = {
    name
    for path in SOURCES
    for name in re.findall(
        r'^    _(?:name|inherit) = "([a-z.]+)"', path.read_text(), re.M
    )
}
TESTS = {path.stem for path in SOURCES if path.name.startswith("test_")}


def _state(where):
    if where == "not yet":
        return "not yet"
    return "in part" if where.startswith("**in part**") else "met"


def test_head_line_counts_the_rows():
    counts = Counter(_state(where) for _row, where in ROWS)
    assert (
        f"Met: {counts['met']} · in part: {counts['in part']}"
        f" · not yet: {counts['not yet']} · rows: {len(ROWS)}\n" in TEXT
    )


def test_each_row_stands_once():
    counts = Counter(row for row, _where in ROWS)
    assert not [row for row, number in counts.items() if number > 1]


def test_named_models_tests_and_files_exist():
    missing = [
        f"{row}: {name}"
        for row, where in ROWS
        for name in _missing(re.findall(r"`([^`]+)`", where))
    ]
    assert not missing


def _missing(names):
    """Return those of the names that stand for nothing in the repository."""
    last = ""
    for name in names:
        if re.fullmatch(r"insurance(\.[a-z]+)+", name):
            # a field of a model is named behind it
            last = name if name in MODELS else name.rpartition(".")[0]
            known = last in MODELS
        elif re.fullmatch(r"\.[a-z.]+", name):
            # short for what stands before: `insurance.archive`, `.policy`
            short = {f"{last}{name}", f"{last.rpartition('.')[0]}{name}"}
            known = bool(short & MODELS)
        elif re.fullmatch(r"test_\w+", name):
            known = name in TESTS
        elif re.match(r"(tests|scripts|docs)/", name):
            known = (REPO / name).exists()
        else:
            known = True
        if not known:
            yield name
