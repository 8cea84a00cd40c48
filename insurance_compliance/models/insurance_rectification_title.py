from odoo import api, fields, models


class InsuranceRectification(models.Model):
    """A finding of a check, in the words of whoever reads it."""

    _inherit = "insurance.rectification"

    title = fields.Char(
        string="What is wrong",
        compute="_compute_title",
        help="As entered; of a check, its demand in your language.",
    )
    found_text = fields.Text(string="What was seen", compute="_compute_title")

    @api.depends("name", "description", "source_model", "source_id")
    @api.depends_context("lang")
    def _compute_title(self):
        """Translate what was taken from a check, and leave alone what was written.

        The sweep that enters findings speaks one language, its readers several.
        """
        # superuser: agents mend what a check has found and read no catalogue; what
        # a check demands is no secret
        checks = self.env["insurance.check"].sudo()
        checks = checks.browse(
            [row.source_id for row in self if row.source_model == checks._name]
        ).exists()
        words = {"name": {}, "description": {}}
        for code, _label in self.env["res.lang"].get_installed():
            for check in checks.with_context(lang=code):
                for field, said in words.items():
                    said.setdefault(check.id, set()).add(check[field])
        known = {check.id: check for check in checks}
        for row in self:
            check = row.source_model == checks._name and known.get(row.source_id)
            row.title = row.name
            row.found_text = row.description
            if check and row.name in words["name"][check.id]:
                row.title = check.name
            if check and row.description in words["description"][check.id]:
                row.found_text = check.description
