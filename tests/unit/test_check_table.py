import ast
import runpy
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
TABLE = runpy.run_path(str(REPO / "scripts" / "tools" / "check_table.py"))


def registered():
    """Return the codes of the functions, read from the source."""
    codes = set()
    for path in (REPO / "insurance_compliance" / "checks").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "check":
                codes.add(node.args[0].value)
    return codes


def test_the_page_says_what_the_data_say():
    text = TABLE["PAGE"].read_text(encoding="utf-8")
    assert text == TABLE["page"](), "Run scripts/tools/check_table.py."


def test_each_function_has_a_row_and_each_row_a_function():
    rows = [one["method"] for one in TABLE["checks"]()]
    assert len(rows) == len(set(rows))
    assert set(rows) == registered()


def test_there_are_as_many_checks_as_the_handbook_needs():
    stages = {one["stage"] for one in TABLE["checks"]()}
    assert len(registered()) >= 45
    assert stages == set(TABLE["STAGES"])
