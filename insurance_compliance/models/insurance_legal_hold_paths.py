"""Other ways by which something of an archive could go: a hold closes them."""

from odoo import api, models
from odoo.tools import SQL


class InsuranceArchiveChild(models.AbstractModel):
    """What hangs under an archive under hold is not deleted by anybody."""

    _inherit = "insurance.archive.child"

    #: records that the server makes anew from others may go
    _hold_keeps = True

    def write(self, vals):
        if "archive_id" in vals and self._hold_keeps:
            # what is moved to another archive would go with that one
            leaving = self.sudo().filtered(  # only whether they are held
                lambda record: record.archive_id.id != vals["archive_id"]
            )
            leaving.archive_id._check_not_held()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_held(self):
        if self._hold_keeps:
            self.sudo().archive_id._check_not_held()  # only whether they are held


class InsuranceUsePrune(models.Model):
    _inherit = "insurance.use.prune"

    @api.model
    def _prune_hold_condition(self):
        held = SQL(
            "EXISTS (SELECT FROM insurance_retention kept"
            " WHERE kept.archive_id = log.archive_id AND kept.held)"
        )
        return SQL("(%s OR %s)", super()._prune_hold_condition(), held)


class InsuranceDataFinding(models.Model):
    """What the nightly cleaning finds, it finds again."""

    _inherit = "insurance.data.finding"

    _hold_keeps = False
