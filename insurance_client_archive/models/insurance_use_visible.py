from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .insurance_use_log import MODULE


class InsuranceUseLog(models.Model):
    """Who sees which uses: those of the archives that one may open."""

    _inherit = "insurance.use.log"

    visible = fields.Boolean(compute="_compute_visible", search="_search_visible")

    @api.depends_context("uid")
    def _compute_visible(self):
        # as superuser: the record rule is made of this very field
        domain = Domain("id", "in", self.ids) & Domain("visible", "=", True)
        seen = set(self.sudo().search(domain)._ids)
        for event in self:
            event.visible = event.id in seen

    def _search_visible(self, operator, value):
        """Find uses of archives that the user may open.

        An alarm is for compliance: the client's own agent must not learn that the
        archive is a decoy.
        """
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        if self.env.user.has_group(f"{MODULE}.group_compliance"):
            return Domain.TRUE
        # as superuser: the domain itself says what the user may open
        archives = self.env["insurance.archive"].sudo().with_context(active_test=False)
        allowed = archives._search(archives._access_domain("read"))

        def to_sql(model, alias, query):
            return SQL(
                "(%s IN %s OR %s && ARRAY%s)",
                SQL.identifier(alias, "archive_id"),
                allowed.subselect(),
                SQL.identifier(alias, "archive_ids"),
                allowed.subselect(),
            )

        return Domain.custom(to_sql=to_sql) & Domain("action", "!=", "alarm")
