import sys
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(REPO / "scripts/tools"), str(REPO / "tests/bench")]

import addons  # noqa: E402
import harness  # noqa: E402
import install_log  # noqa: E402

STAMP = "2026-11-01 10:00:00,123 77"


def test_install_log_keeps_warnings_with_their_traceback():
    text = "\n".join(
        [
            f"{STAMP} INFO insurance odoo.modules: loading",
            f"{STAMP} WARNING insurance odoo.models: no access rules",
            "Traceback",
            f"{STAMP} INFO insurance odoo.modules: loaded",
            f"{STAMP} ERROR insurance odoo.sql_db: bad query",
        ]
    )
    first, second = install_log.findings(text)
    assert first.endswith("no access rules\nTraceback")
    assert second.endswith("bad query")


def test_install_log_forgives_the_machine():
    line = f"{STAMP} WARNING ? odoo.report: You need wkhtmltopdf to print a pdf"
    assert install_log.findings(line) == []


@pytest.fixture
def two_addons(tmp_path, monkeypatch):
    monkeypatch.setattr(addons, "REPO", tmp_path)
    for name, depends in (("insurance_b", ["crm"]), ("insurance_a", ["insurance_b"])):
        (tmp_path / name / "tests").mkdir(parents=True)
        manifest = tmp_path / name / "__manifest__.py"
        manifest.write_text(repr({"name": name, "depends": depends}))
    return tmp_path


def test_addons_come_after_what_they_depend_on(two_addons):
    assert list(addons.addons()) == ["insurance_b", "insurance_a"]
    assert addons.core_depends() == ["crm"]


def test_hash_follows_code_but_not_tests(two_addons):
    before = addons.content_hash("insurance_a")
    (two_addons / "insurance_a/tests/test_x.py").write_text("pass")
    assert addons.content_hash("insurance_a") == before
    (two_addons / "insurance_a/models.py").write_text("pass")
    assert addons.content_hash("insurance_a") != before


def test_no_addon_yet_means_base(tmp_path, monkeypatch):
    monkeypatch.setattr(addons, "REPO", tmp_path)
    assert addons.core_depends() == ["base"]


def test_benchmark_ratio_is_the_median_of_pairs(monkeypatch):
    durations = {"plain": 2, "ours": 3}
    monkeypatch.setattr(harness, "seconds", lambda action: durations[action()])
    result = harness.compare(
        "thing",
        baseline=lambda: "plain",
        subject=lambda: "ours",
        rounds=4,
        limit=1.4,
    )
    assert result.ratio == pytest.approx(1.5)
    assert not result.passed
    assert "OVER" in harness.table([result])
