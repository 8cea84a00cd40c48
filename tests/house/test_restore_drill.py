"""A backup is taken, restored for trial and compared, as an administrator does it.

The cluster, its database and its files are of this test alone.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import destruction_process as process
import pytest
from faults.cluster import ODOO, PORT, Cluster
from keys.conftest import Server

SCRIPTS = Path(__file__).parents[2] / "scripts"
SCRIPT = SCRIPTS / "restore-drill"
sys.path.append(str(SCRIPTS / "tools" / "drill"))

#: so many clients are destroyed between the backup and its restore
COUNT = 2
TAMPER = (
    "SET session_replication_role = replica",
    "UPDATE insurance_use_log SET user_id = user_id + 1 WHERE id = ("
    "SELECT min(id) FROM insurance_use_log)",
    "DELETE FROM res_country_state WHERE id = (SELECT min(id) FROM res_country_state)",
    "UPDATE insurance_policy SET premium = premium + 1 WHERE id = ("
    "SELECT min(id) FROM insurance_policy)",
)


class Scene:
    """A running database with files and keys, and the folder of its backup."""

    def __init__(self, folder):
        self.name = f"{os.environ['SCRATCH']}_drill"
        self.cluster = Cluster()
        self.server = Server(folder)
        self.files = Path(self.server.options["data_dir"], "filestore")
        # whoever runs the programs of PostgreSQL has to come there
        self.backup = self.cluster.folder / "backup"

    def build(self):
        self.server.use_keys_of_the_template()
        self.cluster.start()
        self.cluster.copy(os.environ["TEMPLATE"], self.name)
        template = self.files / os.environ["TEMPLATE"]
        shutil.copytree(template, self.files / self.name, copy_function=os.link)
        self.server.environment |= {
            "PGHOST": str(self.cluster.folder),
            "PGPORT": PORT,
            "PGUSER": ODOO,
        }
        self.server.configure(use_log_anchor=self.server.folder / "anchors")

    def close(self):
        self.cluster.remove()
        shutil.rmtree(self.files / self.name, ignore_errors=True)
        self.server.close()

    @property
    def environment(self):
        return {
            "PGHOST": str(self.cluster.folder),
            "PGPORT": PORT,
            "PGUSER": "cluster_owner",
        }

    def drill(self, step, folder=None):
        """Run the script; return its exit code and what it has said."""
        named = {
            "DB": self.name,
            "ODOO_RC": str(self.server.configuration),
            "INSURANCE_PG": "",
            "INSURANCE_PG_SUPERUSER": self.environment["PGUSER"],
        }
        done = subprocess.run(
            [SCRIPT, folder or self.backup, step],
            env={**os.environ, **self.environment, **named},
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
        )
        return done.returncode, done.stderr

    def report(self):
        return json.loads((self.backup / "drill.json").read_text())

    def insurance(self, *words):
        done = self.server.odoo("insurance", *words, "-d", self.name, "--json")
        return done.returncode, json.loads(done.stdout.strip().splitlines()[-1])

    def ask(self, query, *arguments):
        return self.cluster.ask(query, *arguments)


@pytest.fixture(scope="module")
def scene(tmp_path_factory):
    scene = Scene(tmp_path_factory.mktemp("drill"))
    try:
        scene.build()
        yield scene
    finally:
        scene.close()


@pytest.fixture(scope="module")
def destroyed(scene):
    """Take a backup, and destroy clients afterwards."""
    run = process.prepare(scene.server, scene.name, COUNT)
    code, said = scene.drill("backup")
    assert code == 0, said
    assert process.work(scene.server, scene.name).wait(process.TIMEOUT) == 0
    return run


def test_restored_backup_is_equal_and_destroys_again(scene, destroyed):
    code, said = scene.drill("check")
    assert code == 0, said
    # it ends with what it means, and with what to do next
    *_steps, next_line, command, person = said.strip().splitlines()
    assert "PASSED" in said
    assert next_line.startswith("next: ")
    assert f"backups import {scene.backup / 'drill.json'}" in command
    assert person.strip() == f"--user LOGIN --place CODE -d {scene.name}"
    report = scene.report()
    found = {check["code"]: check["found"] for check in report["checks"]}
    assert list(found) == [
        *("manifest", "moment", "recovery", "tables"),
        *("files", "ledger", "log", "keys"),
    ]
    assert f"{COUNT} carried out, {COUNT} archives destroyed again" in found["ledger"]
    assert (report["tables"] > 300, report["rows"] > 10_000) == (True, True)
    assert report["files"] > 0
    assert 0 < report["rpo_seconds"] < report["rto_seconds"]


def test_backup_is_for_nobody_else_to_read(scene, destroyed):
    assert scene.backup.stat().st_mode & 0o077 == 0


def test_what_can_not_be_carried_out_is_no_failed_backup(scene, destroyed, tmp_path):
    code, said = scene.drill("backup")
    assert (code, "is not empty" in said) == (2, True)
    code, said = scene.drill("check", tmp_path)
    assert (code, "no backup" in said) == (2, True)
    code, said = scene.drill("sing")
    assert (code, "there is no step sing" in said) == (2, True)


def test_report_becomes_a_drill_and_two_backups(scene, destroyed):
    query = "SELECT count(*) FROM insurance_restore_drill"
    [(before,)] = scene.ask(query)
    place = "SELECT code FROM insurance_storage_place WHERE code IS NOT NULL LIMIT 1"
    [(code,)] = scene.ask(place)
    words = ("backups", "import", scene.backup / "drill.json", "--place", code)
    refused, said = scene.insurance(*words)
    assert (refused, "--user" in said["refused"]) == (3, True)
    taken, said = scene.insurance(*words, "--user", "insadmin")
    assert (taken, len(said["new"]), len(said["drills"])) == (0, 2, 1)
    assert scene.ask(query) == [(before + 1,)]
    [(result, differences)] = scene.ask(
        "SELECT result, difference_count FROM insurance_restore_drill"
        " ORDER BY id DESC LIMIT 1"
    )
    assert (result, differences) == ("passed", 0)


def test_tampered_backup_is_found(scene, destroyed, monkeypatch):
    for name, value in scene.environment.items():
        monkeypatch.setenv(name, value)
    changed = _change_files(scene.backup)
    checks = _tampered_check(scene).run()["checks"]
    wrong = {check["code"]: check["found"] for check in checks if not check["passed"]}
    assert set(wrong) == {"manifest", "moment", "tables", "files", "log"}
    assert "stray" in wrong["manifest"]
    assert wrong["files"] == f"{changed}: was changed"
    lines = wrong["tables"].splitlines()
    assert len(lines) == 3, "nothing else is told"
    assert "public.insurance_policy: rows were changed" in lines
    assert any("public.res_country_state: " in line for line in lines)
    assert any("public.insurance_use_log" in line for line in lines)
    assert "misfit" in wrong["log"]


def _change_files(backup):
    """Put a file beside the others, change one, and what they are compared with."""
    (backup / "base" / "stray").write_text("x")
    moment = json.loads((backup / "moment.json").read_text())
    name = min(moment["files"])
    path = backup / "filestore" / name
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    # a link to the file of the template is left alone
    path.unlink()
    path.write_bytes(content)
    moment["note"] = "changed"
    (backup / "moment.json").write_text(json.dumps(moment))
    return name


def _tampered_check(scene):
    """Return a check of a backup in which somebody has written as a superuser."""
    from checking import Check
    from programs import Programs
    from taking import Source

    class Tampered(Check):
        def _recovery(self):
            result = super()._recovery()
            connection = self.scratch.connect(scene.name, "cluster_owner")
            with connection, connection.cursor() as cr:
                for query in TAMPER:
                    cr.execute(query)
            connection.close()
            return result

    odoo = [sys.executable, "-m", "odoo"]
    source = Source(scene.name, scene.server.configuration, odoo)
    programs = Programs(os.environ["PG_BIN"], os.environ["PG_USER"])
    return Tampered(source, scene.backup, programs, 5499, lambda text: None)
