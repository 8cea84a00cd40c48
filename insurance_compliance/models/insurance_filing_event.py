"""What comes to a filed archive makes it due again, once for each transaction."""

from odoo import api, fields, models
from odoo.tools import SQL

from .. import at_end


class InsuranceArchive(models.Model):
    _inherit = "insurance.archive"

    @api.model
    def _wait_for_filing(self, ids):
        """Note that something has come to those of the archives that are filed.

        The row is written even when nothing changes, also of an archive that is not
        filed yet: somebody who files at the same moment, and does not see what has
        come, begins anew.
        """
        self.env.flush_all()
        months = self.env["insurance.parameter"]._get("filing_cycle_months")
        today = fields.Date.today()
        self.env.cr.execute(
            SQL(
                """
                UPDATE insurance_archive
                   SET filing_since = CASE state WHEN 'filed'
                           THEN coalesce(filing_since, %(today)s)
                           ELSE filing_since END,
                       filing_due_date = CASE state WHEN 'filed'
                           THEN coalesce(filing_due_date, %(due)s)
                           ELSE filing_due_date END
                 WHERE id = ANY(%(ids)s) AND state IN ('entered', 'filed')
                """,
                today=today,
                due=fields.Date.add(today, months=months),
                ids=ids,
            )
        )
        self._forget_filing()


class InsuranceFilingEvent(models.AbstractModel):
    """A record that is filed with its archive."""

    _name = "insurance.filing.event"
    _description = "Record that is filed with an archive"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        # superuser: only which archives are concerned
        archives = records.sudo().archive_id
        at_end.mark(archives, "insurance.archive", "_wait_for_filing")
        return records


class InsurancePolicy(models.Model):
    _name = "insurance.policy"
    _inherit = ["insurance.policy", "insurance.filing.event"]


class InsuranceClaim(models.Model):
    _name = "insurance.claim"
    _inherit = ["insurance.claim", "insurance.filing.event"]


class InsuranceDocument(models.Model):
    _name = "insurance.document"
    _inherit = ["insurance.document", "insurance.filing.event"]


class InsuranceInteraction(models.Model):
    _name = "insurance.interaction"
    _inherit = ["insurance.interaction", "insurance.filing.event"]


class InsuranceFeedback(models.Model):
    _name = "insurance.feedback"
    _inherit = ["insurance.feedback", "insurance.filing.event"]
