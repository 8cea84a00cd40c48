"""Run Odoo's own lint suite (addon test_lint) over the addons of this repository.

Odoo's suite looks at every addon it finds; here the list of addons is narrowed to
ours before the tests run. Files first, then the models of the database in ODOO_RC.
"""

import importlib
import os
import subprocess
import sys
import unittest
from pathlib import Path
from unittest import mock

import odoo
import odoo.cli.server  # sets up odoo.tools.config as the server does
import odoo.modules.module
from odoo import tools
from odoo.modules import Manifest
from odoo.modules.registry import Registry

REPO = Path(__file__).resolve().parents[2]
FILE_TESTS = (
    "test_dunderinit",
    "test_i18n",
    "test_jstranslate",
    "test_l10n",
    "test_manifests",
    "test_onchange_domains",
    "test_orm_import",
    "test_pofile",
    "test_test_holes",
)
MODEL_TESTS = ("test_index", "test_naming", "test_override_signatures", "test_routes")
PYLINT_CHECKS = (
    "used-before-assignment",
    "undefined-variable",
    "eval-used",
    "unreachable",
    "function-redefined",
    "sql-injection",
    "missing-gettext",
    "gettext-variable",
    "gettext-placeholders",
    "gettext-repr",
    "raise-unlink-override",
)
PYLINT_PLUGINS = (
    "_pylint_path_setup",
    "pylint.extensions.bad_builtin",
    "_odoo_checker_sql_injection",
    "_odoo_checker_gettext",
    "_odoo_checker_unlink_override",
)


def our_addons():
    return [
        manifest
        for manifest in Manifest.all_addon_manifests()
        if Path(manifest.path).resolve().parent == REPO
    ]


def run_suite(addons):
    from odoo.tests import BaseCase, loader
    from odoo.tests.case import TestCase

    suite = unittest.TestSuite()
    for name in FILE_TESTS + MODEL_TESTS:
        module = importlib.import_module(f"odoo.addons.test_lint.tests.{name}")
        suite.addTests(loader.get_module_test_cases(module))
    # Python's own runner, as Odoo's expects Odoo's result class.
    TestCase.run = unittest.TestCase.run
    TestCase.subTest = unittest.TestCase.subTest
    del BaseCase.run
    odoo.modules.module.current_test = True
    narrowed = mock.patch.object(
        Manifest, "all_addon_manifests", staticmethod(lambda: addons)
    )
    with narrowed:
        return unittest.TextTestRunner(verbosity=1).run(suite).wasSuccessful()


def run_pylint(addons):
    plugins = Path(
        importlib.import_module("odoo.addons.test_lint.tests").__file__
    ).parent
    command = [
        sys.executable,
        "-m",
        "pylint",
        f"--rcfile={os.devnull}",
        # what is switched off for other plugins is unknown here
        "--disable=all,useless-option-value,unknown-option-value",
        f"--enable={','.join(PYLINT_CHECKS)}",
        "--reports=n",
        "--score=n",
        f"--load-plugins={','.join(PYLINT_PLUGINS)}",
        "--bad-functions=input",
        *(manifest.path for manifest in addons),
    ]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(plugins), *sys.path]),
        "ADDONS_PATH": os.pathsep.join(odoo.addons.__path__),
    }
    return subprocess.run(command, env=environment, check=False).returncode == 0


def main():
    tools.config.parse_config([], setup_logging=False)
    # Before test mode: loading a registry in test mode would run every test.
    Registry(tools.config["db_name"][0])
    addons = our_addons()
    print("addons:", ", ".join(manifest.name for manifest in addons) or "none")
    if not addons:
        return
    results = [run_suite(addons), run_pylint(addons)]
    sys.exit(not all(results))


if __name__ == "__main__":
    main()
