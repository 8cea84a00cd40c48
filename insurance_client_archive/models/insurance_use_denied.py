import logging

from odoo import models

from .insurance_use_log import MODULE
from .insurance_use_record import UseLogUnavailable

_logger = logging.getLogger(__name__)
#: refusals of this transaction that are in the log
DENIED = f"{MODULE}.use_denied"


def log_denied(env, model_name, operation, records=None):
    """Record that the user was refused client data; once in a transaction."""
    model = env.get(model_name)
    if model is None or env.su or not env.registry.ready:
        return
    archives = env["insurance.archive"]
    if model_name == archives._name:
        archives = records if records is not None else archives
    elif "archive_id" in model._fields and model_name.startswith("insurance."):
        # the ids alone, for the log
        archives = records.sudo().exists().archive_id if records else archives
    else:
        return
    seen = env.cr.cache.setdefault(DENIED, set())
    key = (env.uid, model_name, operation, archives._ids)
    if key in seen:
        return
    seen.add(key)
    try:
        archives.with_env(env)._log_use(
            "denied",
            content=[f"{model_name}:{operation}"],
            result="denied",
            count=len(archives),
        )
    except UseLogUnavailable:
        # it is refused anyway
        _logger.warning(
            "Not recorded: user %s was refused to %s %s", env.uid, operation, model_name
        )


class IrRule(models.Model):
    _inherit = "ir.rule"

    def _make_access_error(self, operation, records):
        log_denied(records.env, records._name, operation, records)
        return super()._make_access_error(operation, records)


class IrModelAccess(models.Model):
    _inherit = "ir.model.access"

    def _make_access_error(self, model, mode):
        log_denied(self.env, model, mode)
        return super()._make_access_error(model, mode)
