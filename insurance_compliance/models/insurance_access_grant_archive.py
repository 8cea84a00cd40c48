from odoo import api, fields, models
from odoo.exceptions import UserError


class InsuranceAccessGrantArchive(models.Model):
    """An archive of a grant.

    On a grant for named archives: one that it opens until the line ends. On one for
    the own portfolio only ended lines have a meaning: archives left out of it.
    """

    _name = "insurance.access.grant.archive"
    _inherit = "insurance.access.fact"
    _description = "Archive of an access grant"
    _order = "grant_id, id"
    _rec_name = "archive_id"
    _log_access = False
    _access_facts = frozenset({"ended_on"})

    grant_id = fields.Many2one(
        "insurance.access.grant",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    archive_id = fields.Many2one(
        "insurance.archive",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        context={"show_client_name": True},
    )
    ended_on = fields.Datetime(readonly=True)
    end_reason = fields.Text(string="Reason of the end", readonly=True)

    _grant_archive_unique = models.UniqueIndex(
        "(grant_id, archive_id)", "An archive stands once in a grant."
    )

    @api.model_create_multi
    def create(self, vals_list):
        self.env["insurance.access.grant"]._check_writer()
        return super().create(vals_list)

    def write(self, vals):
        self.env["insurance.access.grant"]._check_writer()
        if not {"ended_on", "end_reason"}.issuperset(vals):
            raise UserError(
                self.env._("A grant stays as it was approved; archives only drop out.")
            )
        result = super().write(vals)
        self.env["insurance.archive"]._forget_access()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_history(self):
        raise UserError(
            self.env._("Who might open what must stay provable: end the grant instead.")
        )
