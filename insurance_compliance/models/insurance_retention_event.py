"""What moves the end of an archive calculates it anew, once for each transaction."""

from odoo import api, models

from .. import at_end


class InsuranceRetentionEvent(models.AbstractModel):
    """A record whose dates or state start or end a period."""

    _name = "insurance.retention.event"
    _description = "Record that starts a retention period"

    #: fields that count, beside state
    _retention_fields = frozenset()

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._retention_archives()._solve_at_end()
        return records

    def write(self, vals):
        counts = not vals.keys().isdisjoint({"state", *self._retention_fields})
        before = self._retention_archives() if counts else None
        result = super().write(vals)
        if counts:
            (before | self._retention_archives())._solve_at_end()
        return result

    def unlink(self):
        archives = self._retention_archives()
        result = super().unlink()
        archives.exists()._solve_at_end()
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

    def _solve_at_end(self):
        at_end.mark(self, "insurance.retention", "_solve_archives")
