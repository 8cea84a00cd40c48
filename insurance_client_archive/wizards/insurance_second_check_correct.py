from odoo import api, fields, models
from odoo.exceptions import UserError


class InsuranceSecondCheckCorrect(models.TransientModel):
    """What the second person found instead of what was entered."""

    _name = "insurance.second.check.correct"
    _description = "Correction by a second person"

    check_id = fields.Many2one(
        "insurance.second.check", required=True, readonly=True, ondelete="cascade"
    )
    kind = fields.Selection(related="check_id.kind", related_sudo=False)
    entered = fields.Char(related="check_id.entered", related_sudo=False)
    score = fields.Float(string="Right score", digits=(5, 1))
    band = fields.Selection("_selection_band", string="Right band or grade")
    words = fields.Text(string="What the client really said")
    reason = fields.Text(string="What was wrong")

    @api.model
    def _selection_band(self):
        """Return the values of the field that was entered, for the open dialog."""
        archive = self.env["insurance.archive"]
        choices = {}
        for name in ("income_band", "asset_band", "health_grade"):
            for code, label in archive._fields[name]._description_selection(self.env):
                choices[f"{name}:{code}"] = label
        return list(choices.items())

    def action_confirm(self):
        """Note that it was wrong, and write what is right with the user's rights."""
        self.ensure_one()
        check = self.check_id
        check._check_second_person()
        if not (self.reason or "").strip():
            raise UserError(self.env._("Say what was wrong."))
        corrected = getattr(self, f"_correct_{check.kind}")(check)
        check.write({"state": "wrong", "state_reason": self.reason})
        # as superuser: what was found is kept beside the result
        check.sudo().corrected = corrected
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _record(self, check):
        record = self.env[check.res_model].browse(check.res_id)
        record.check_access("write")
        return record

    def _correct_interview(self, check):
        if not 0 <= self.score <= 100:
            raise UserError(self.env._("A score lies between 0 and 100."))
        # a score is nobody's to write: whoever may change the client corrects it here
        check.archive_id.check_access("write")
        record = self.env[check.res_model].browse(check.res_id)
        record.check_access("read")
        record._correct_score(self.score)
        return f"{self.score:g}"

    def _correct_statement(self, check):
        return self._correct_words(check, "client_words")

    def _correct_feedback(self, check):
        return self._correct_words(check, "description")

    def _correct_words(self, check, name):
        if not (self.words or "").strip():
            raise UserError(self.env._("Write down what the client really said."))
        self._record(check)[name] = self.words
        # the words stay on the record alone
        return False

    def _correct_band(self, check):
        name, _colon, code = (self.band or "").partition(":")
        if name != check.field_name:
            raise UserError(self.env._("Choose the right band or grade."))
        record = self._record(check)
        # as superuser, after the user's right to write was asked: a correction by a
        # second person is not drawn for another check
        record.sudo()[name] = code
        labels = dict(record._fields[name]._description_selection(self.env))
        return labels[code]
