from odoo import api, fields, models
from odoo.exceptions import UserError


class InsuranceImpactMeasure(models.Model):
    """Something that is done so that a use of personal data harms nobody."""

    _name = "insurance.impact.measure"
    _inherit = "insurance.server.value.mixin"
    _description = "Measure of an impact assessment"
    _order = "assessment_id, sequence, id"

    _server_values = frozenset({"done_on", "done_by_id"})

    assessment_id = fields.Many2one(
        "insurance.impact.assessment", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(string="Measure", required=True)
    user_id = fields.Many2one("res.users", string="Responsible")
    due_on = fields.Date(string="Until")
    before_live = fields.Boolean(
        string="Before it goes live",
        default=True,
        help="Until it is done, nothing goes live on this assessment.",
    )
    evidence = fields.Char(help="Where one sees that it was done.")
    done_on = fields.Datetime(readonly=True, copy=False)
    done_by_id = fields.Many2one(
        "res.users", string="Done by", readonly=True, copy=False
    )

    @api.model_create_multi
    def create(self, vals_list):
        measures = super().create(vals_list)
        measures.assessment_id._check_draft()
        # who names the measures has a part in the words
        measures.assessment_id._note_author({"measure_ids"})
        return measures

    def write(self, vals):
        # who answers for it, and the proof, may still be entered; not what is done
        if vals.keys() - {"user_id", "due_on", "evidence", *self._server_values}:
            self.assessment_id._check_draft()
            self.assessment_id._note_author({"measure_ids"})
        if not self.env.su and any(measure.done_on for measure in self):
            raise UserError(
                self.env._("The measure is done: how one sees it stays as it is.")
            )
        result = super().write(vals)
        if "assessment_id" in vals:
            # nor is it moved to one that was submitted
            self.assessment_id._check_draft()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_decided(self):
        self.assessment_id._check_draft()

    def action_done(self):
        """Say that the measure is taken; who and when come from the server."""
        self.check_access("write")
        for measure in self:
            if not (measure.evidence or "").strip():
                raise UserError(
                    self.env._("Say where one sees that “%s” was done.", measure.name)
                )
        # superuser: rights and evidence were checked just before
        self.sudo().write(
            {"done_on": fields.Datetime.now(), "done_by_id": self.env.uid}
        )
        self.env.registry.clear_cache()
        return True
