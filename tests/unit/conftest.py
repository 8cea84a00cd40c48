"""Let the pure tools of the addons be tested with and without Odoo.

Without the Odoo plugin (``-p no:odoo``) the addon packages are entered as bare
packages, so that importing a tool does not run the addon's ``__init__``.
"""

import importlib.machinery
import importlib.util
import sys
from pathlib import Path

from hypothesis import HealthCheck, settings

# A busy machine is no fault of the code: examples have no time limit.
settings.register_profile(
    "unit", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("unit")

REPOSITORY = Path(__file__).parents[2]


def _enter_bare_package(name, paths):
    spec = importlib.machinery.ModuleSpec(name, None, is_package=True)
    spec.submodule_search_locations = [str(path) for path in paths]
    package = importlib.util.module_from_spec(spec)
    sys.modules[name] = package
    parent, _dot, child = name.rpartition(".")
    if parent:
        setattr(sys.modules[parent], child, package)


if "pytest_odoo" not in sys.modules:
    _enter_bare_package("odoo", [])
    _enter_bare_package("odoo.addons", [REPOSITORY])
    for tools in REPOSITORY.glob("*/tools/__init__.py"):
        addon = tools.parents[1]
        _enter_bare_package(f"odoo.addons.{addon.name}", [addon])
