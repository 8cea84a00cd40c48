"""What moves the end of an archive calculates it anew, once for each transaction."""

import functools

from odoo import SUPERUSER_ID, api, models

WAITING = "insurance_retention"


def mark(archives):
    """Let the ends of these archives be calculated when the transaction ends."""
    ids = set(filter(None, archives.ids))
    if not ids:
        return
    cr = archives.env.cr
    if WAITING not in cr.precommit.data:
        cr.precommit.data[WAITING] = set()
        cr.precommit.add(functools.partial(_solve, cr))
    cr.precommit.data[WAITING] |= ids


def _solve(cr):
    ids = cr.precommit.data.pop(WAITING, set())
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["insurance.retention"]._solve_archives(sorted(ids))


class InsuranceRetentionEvent(models.AbstractModel):
    """A record whose dates or state start or end a period."""

    _name = "insurance.retention.event"
    _description = "Record that starts a retention period"

    #: fields that count, beside state
    _retention_fields = frozenset()

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        mark(records._retention_archives())
        return records

    def write(self, vals):
        counts = not vals.keys().isdisjoint({"state", *self._retention_fields})
        before = self._retention_archives() if counts else None
        result = super().write(vals)
        if counts:
            mark(before | self._retention_archives())
        return result

    def unlink(self):
        archives = self._retention_archives()
        result = super().unlink()
        mark(archives.exists())
        return result

    def _retention_archives(self):
        # superuser: only which archives are concerned
        return self.sudo().archive_id


class InsurancePolicy(models.Model):
    _name = "insurance.policy"
    _inherit = ["insurance.policy", "insurance.retention.event"]

    _retention_fields = frozenset(
        {"archive_id", "start_date", "end_date", "term_years", "product_id"}
    )


class InsuranceClaim(models.Model):
    _name = "insurance.claim"
    _inherit = ["insurance.claim", "insurance.retention.event"]

    _retention_fields = frozenset({"archive_id", "policy_id", "paid_on"})


class InsuranceFeedback(models.Model):
    _name = "insurance.feedback"
    _inherit = ["insurance.feedback", "insurance.retention.event"]

    _retention_fields = frozenset({"archive_id", "kind"})


class InsuranceShare(models.Model):
    _name = "insurance.share"
    _inherit = ["insurance.share", "insurance.retention.event"]

    _retention_fields = frozenset({"ended_on", "date_to"})


class InsuranceClientRequest(models.Model):
    _name = "insurance.client.request"
    _inherit = ["insurance.client.request", "insurance.retention.event"]


class InsuranceArchive(models.Model):
    _name = "insurance.archive"
    _inherit = ["insurance.archive", "insurance.retention.event"]

    _retention_fields = frozenset({"client_kind", "retention_mark", "filed_on"})

    def _retention_archives(self):
        return self
