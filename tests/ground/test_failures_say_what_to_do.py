"""Each failure of the commands names its cause and the way out."""

import socket
import sys

import pytest


def assert_refused(outcome, *texts):
    assert outcome.returncode == 1, outcome.stderr
    assert "error: " in outcome.stderr
    assert "  -> " in outcome.stderr
    for text in texts:
        assert text in outcome.stderr


@pytest.fixture
def taken_port():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


def test_taken_port_names_its_owner_and_another_port(ground, taken_port):
    outcome = ground.run("scripts/run", PORT=str(taken_port))
    assert_refused(
        outcome,
        f"port {taken_port} is taken by ",
        "(pid ",
        f"make run PORT={taken_port + 100}",
    )


def test_port_must_be_a_number(ground):
    assert_refused(ground.run("scripts/run", PORT="http"), "http is not a port number")


def test_odoo_home_must_exist(ground):
    outcome = ground.run("scripts/setup", ODOO_HOME="/nowhere")
    assert_refused(outcome, "ODOO_HOME=/nowhere is not a directory")


def test_odoo_home_must_be_odoo(ground, tmp_path):
    outcome = ground.run("scripts/setup", ODOO_HOME=str(tmp_path))
    assert_refused(outcome, "has no odoo/release.py", "holds odoo-bin")


def test_odoo_home_must_be_the_right_version(ground, tmp_path):
    (tmp_path / "odoo").mkdir()
    release = tmp_path / "odoo" / "release.py"
    release.write_text("version_info = (18, 0, 0, FINAL, 0, '')\n")
    outcome = ground.run("scripts/setup", ODOO_HOME=str(tmp_path))
    assert_refused(outcome, "holds Odoo 18.0, the addons need 19.0", "checkout 19.0")


def test_python_must_be_recent(ground):
    outcome = ground.call("python_find", PYTHON="/bin/false")
    assert_refused(outcome, "PYTHON=/bin/false is not a Python 3.11")


def test_missing_python_is_said(ground):
    outcome = ground.call("python_version_ok() { return 1; }; python_find")
    assert_refused(outcome, "no Python 3.11", "apt-get install python3")


def test_wrong_checksum_stops_before_unpacking(ground):
    ground.keep_deb()
    outcome = ground.run("scripts/setup", DEB_VERSION="1.0", DEB_SHA256="0" * 64)
    assert_refused(outcome, "does not have the expected SHA-256", "expected 0000")
    assert not (ground.cache / "odoo-1.0").exists()


def test_full_disk_is_seen_before_the_download(ground):
    ground.stub("df", "echo header; echo /dev/x 100 99 300 99% /")
    outcome = ground.run("scripts/setup")
    assert_refused(outcome, "only 300 MB free", "XDG_CACHE_HOME=")


def test_unreachable_mirror_is_named(ground):
    ground.stub("apt-get", "echo 'Could not connect'; exit 100")
    outcome = ground.run("scripts/setup", DEB_MIRROR="http://mirror.invalid/debian")
    assert_refused(
        outcome,
        "could not be fetched from http://mirror.invalid/debian",
        "check the network",
        "ODOO_HOME=",
    )


def test_newer_odoo_in_the_distribution_is_named(ground):
    ground.stub("apt-get", "exit 0")
    ground.stub("apt-cache", "echo ' odoo-19 | 19.0.0+dfsg-7 | somewhere'")
    outcome = ground.run("scripts/setup", DEB_MIRROR="http://mirror.invalid/debian")
    assert_refused(
        outcome,
        "no longer has odoo-19 19.0.0+dfsg-1; it has: 19.0.0+dfsg-7",
        "DEB_VERSION=19.0.0+dfsg-7 DEB_SHA256=",
    )


def test_machine_without_apt_is_told_about_checkouts(ground):
    outcome = ground.call("command() { return 1; }; apt_setup")
    assert_refused(outcome, "not a Debian system", "ODOO_HOME=")


def test_failing_pip_is_explained(ground):
    ground.stub("fake-python", "echo 'no route to host'; exit 1")
    outcome = ground.call(
        "PY=$(command -v fake-python); VENV=$CACHE; python_install odoo"
    )
    assert_refused(outcome, "no route to host", "requirements/odoo.txt", "pip config")


def test_missing_browser_without_root(ground):
    outcome = ground.call(
        "is_root() { return 1; }; browser_find() { return 1; }; browser_ensure"
    )
    assert_refused(outcome, "need Chromium", "apt-get install chromium", "NO_BROWSER=1")


def test_browser_tests_can_be_left_out(ground):
    outcome = ground.call(
        "is_root() { return 1; }; browser_find() { return 1; }; browser_ensure",
        NO_BROWSER="1",
    )
    assert outcome.returncode == 0
    assert "skipped" in outcome.stderr


def test_unusable_postgresql_is_explained(ground, tmp_path):
    outcome = ground.call(
        "database_check_server",
        PY=sys.executable,
        PGHOST=str(tmp_path),
        PGPORT="5",
        PGUSER="odoo",
    )
    assert_refused(outcome, "PostgreSQL cannot be used", "leave PGHOST away")


def test_unknown_check_names_the_known_ones(ground):
    code = "odoo_ensure() { :; }; python_ensure() { :; }"
    run = (ground.checkout / "scripts/lint/run").read_text()
    (ground.checkout / "scripts/lint/run").write_text(
        run.replace("\nlock_local\n", f"\n{code}\nlock_local\n", 1)
    )
    outcome = ground.run("scripts/lint/run", "nonsense")
    assert_refused(outcome, "no check called nonsense", "ruff")


def test_stop_without_server_is_no_error(ground):
    outcome = ground.run("scripts/stop")
    assert outcome.returncode == 0
    assert "no server of this checkout is running" in outcome.stderr


def test_recorded_pid_of_another_process_is_left_alone(ground):
    outcome = ground.call(
        "mkdir -p .local; sleep 20 >/dev/null 2>&1 & echo $! >.local/server.pid; "
        "server_stop || true; kill $!"  # kill fails if the process was ended
    )
    assert outcome.returncode == 0, outcome.stderr
