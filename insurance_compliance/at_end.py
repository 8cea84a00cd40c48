"""What concerns an archive is worked out once, at the end of the transaction."""

from functools import partial

from odoo import SUPERUSER_ID, api


def mark(archives, model, method):
    """Let ``model.method(ids)`` run for these archives before the transaction ends.

    It runs once, as superuser, with the ids of all archives that were marked for it.
    """
    ids = set(filter(None, archives.ids))
    if not ids:
        return
    cr = archives.env.cr
    key = f"insurance_compliance.{model}.{method}"
    if key not in cr.precommit.data:
        cr.precommit.data[key] = set()
        cr.precommit.add(partial(_run, cr, key, model, method))
    cr.precommit.data[key] |= ids


def _run(cr, key, model, method):
    ids = cr.precommit.data.pop(key, set())
    getattr(api.Environment(cr, SUPERUSER_ID, {})[model], method)(sorted(ids))
