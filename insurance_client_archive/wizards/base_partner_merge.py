from odoo import models
from odoo.exceptions import UserError


class MergePartnerAutomatic(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        partners = self.env["res.partner"].browse(partner_ids)
        # superuser: the archive may be out of the sight of whoever merges
        kept = partners.sudo()._with_client_archive()
        if kept:
            raise UserError(
                self.env._(
                    "Contacts under record-keeping duty can't be merged: %s. "
                    "Ask the archivist.",
                    ", ".join(kept.mapped("display_name")),
                )
            )
        return super()._merge(partner_ids, dst_partner, extra_checks)
