from odoo import api, fields, models


class InsuranceDocument(models.Model):
    """A paper is kept by the rules that name its kind, or with the whole archive."""

    _inherit = "insurance.document"

    retention_until = fields.Date(
        string="Kept until",
        compute="_compute_retention_until",
        help="Empty: the period has not begun to run, or no rule applies.",
    )
    retention_rule_id = fields.Many2one(
        "insurance.retention.rule",
        string="Deciding rule",
        compute="_compute_retention_until",
    )

    @api.depends("type_id", "archive_id")
    def _compute_retention_until(self):
        Retention = self.env["insurance.retention"]
        # whoever sees the paper may see until when it is kept
        lines = Retention._explain(self.archive_id._origin) if self else []
        by_archive = {}
        for line in lines:
            by_archive.setdefault(line["archive_id"], []).append(line)
        for document in self:
            known = [
                line
                for line in by_archive.get(document.archive_id._origin.id, [])
                if line["rule"].event != "last_use"
            ]
            named = [
                line
                for line in known
                if document.type_id in line["rule"].document_type_ids
            ]
            # the first says latest
            deciding = (named or known)[:1]
            document.retention_until = deciding and deciding[0]["until"]
            document.retention_rule_id = deciding and deciding[0]["rule"].sudo(False)
