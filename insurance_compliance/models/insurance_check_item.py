from odoo import fields, models
from odoo.exceptions import UserError

#: what inspectors have answered
ASKED = frozenset({"check_id", "name", "guidance", "per_archive"})


class InsuranceCheckItem(models.Model):
    """One question that an inspector answers."""

    _name = "insurance.check.item"
    _inherit = ["insurance.watcher.mixin"]
    _description = "Item of a checklist"
    _order = "check_id, sequence, id"

    check_id = fields.Many2one(
        "insurance.check", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    name = fields.Char(string="Point to check", required=True, translate=True)
    guidance = fields.Text(
        translate=True, help="How to find out, and what counts as fulfilled."
    )
    per_archive = fields.Boolean(
        string="For each archive",
        help="Answered for each archive of the sample; otherwise once.",
    )

    def write(self, vals):
        if not self.env.su and ASKED & vals.keys() and self._is_answered():
            raise UserError(
                self.env._(
                    "Inspectors have answered this question. Archive it, and add "
                    "another one."
                )
            )
        return super().write(vals)

    def _is_answered(self):
        # superuser: whether there is any, whoever may see them
        answers = self.env["insurance.check.answer"].sudo()
        answered = [("item_id", "in", self.ids), ("answer", "!=", "open")]
        return answers.search_count(answered, limit=1)
