import os
import shutil
import subprocess
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[2]


class Ground:
    """A copy of the scripts, with caches and state of its own."""

    def __init__(self, folder):
        self.checkout = folder / "checkout"
        self.cache = folder / "cache" / "insurance-archive"
        self.stubs = folder / "stubs"
        for part in ("scripts", "requirements"):
            shutil.copytree(REPO / part, self.checkout / part)
        self.cache.mkdir(parents=True)
        self.stubs.mkdir()

    def stub(self, command, script):
        """Put a shell script before the machine's own command."""
        path = self.stubs / command
        path.write_text(f"#!/bin/bash\n{script}\n")
        path.chmod(0o755)

    def environment(self, **extra):
        return {
            "PATH": f"{self.stubs}:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": str(self.cache.parent),
            "XDG_CACHE_HOME": str(self.cache.parent),
            "LC_ALL": "C.UTF-8",
            **extra,
        }

    def run(self, *command, **environment):
        return subprocess.run(
            command,
            cwd=self.checkout,
            env=self.environment(**environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def call(self, code, **environment):
        """Run shell code with all of the scripts' functions."""
        return self.run("bash", "-c", f". scripts/lib/all.sh; {code}", **environment)

    def keep_deb(self, content=b"not a package"):
        debs = self.cache / "debs"
        debs.mkdir()
        (debs / "odoo-19_1.0_all.deb").write_bytes(content)


@pytest.fixture
def ground(tmp_path):
    if not os.path.exists("/bin/bash"):
        pytest.skip("no bash")
    return Ground(tmp_path)
