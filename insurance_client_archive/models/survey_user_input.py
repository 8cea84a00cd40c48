from odoo import models

from ..tools import satisfaction
from .survey_survey import CLIENT_SURVEY


class SurveyUserInput(models.Model):
    """Hand what a client answered over to the archive.

    An answer names no client: the archive knows its token, not the reverse. The
    words move to the archive; figures that name nobody stay for the statistics.
    """

    _inherit = "survey.user_input"

    def _mark_done(self):
        result = super()._mark_done()
        # superuser: clients answer without a login; the token names the one record
        # that is filled
        self.env["insurance.satisfaction"].sudo()._receive(
            self.filtered(lambda one: one.survey_id.survey_type == CLIENT_SURVEY)
        )
        return result

    def _insurance_score(self):
        """Return the satisfaction from 0 to 100; None when no scale was answered."""
        self.ensure_one()
        lines = self.user_input_line_ids.filtered(
            lambda line: line.answer_type == "scale" and not line.skipped
        )
        return satisfaction.score(
            (line.value_scale, line.question_id.scale_min, line.question_id.scale_max)
            for line in lines
        )

    def _insurance_wants_answer(self):
        self.ensure_one()
        chosen = self.user_input_line_ids.suggested_answer_id
        return any(chosen.mapped("insurance_is_complaint"))

    def _insurance_take_words(self):
        """Return what the client wrote, and leave none of it in the survey."""
        self.ensure_one()
        lines = self.user_input_line_ids.filtered(
            lambda line: line.answer_type in ("char_box", "text_box")
        )
        words = [line.value_text_box or line.value_char_box or "" for line in lines]
        lines.unlink()
        return "\n\n".join(filter(None, (text.strip() for text in words)))
