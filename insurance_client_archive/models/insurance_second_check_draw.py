from odoo import api, models

from .insurance_archive_sealed import BANDS

#: conversations in which the client is interviewed, not just called
INTERVIEWS = ("first_contact", "needs", "review")
#: ways by which the client writes: nobody has taken that down
WRITTEN = ("portal", "survey", "mail", "message", "letter")
GRADES = {band: sealed for sealed, (band, _kind) in BANDS.items()} | {
    "health_grade": None
}
#: mark of a band that is set because a sealed number was entered
FOLLOWS_NUMBER = object()


class InsuranceInteraction(models.Model):
    """What the client said in an interview is drawn for a second check."""

    _inherit = "insurance.interaction"

    @api.model_create_multi
    def create(self, vals_list):
        talks = super().create(vals_list)
        if not self.env.su:
            said = talks.filtered(
                lambda talk: talk.purpose in INTERVIEWS and talk.client_words
            )
            self.env["insurance.second.check"]._draw("statement", said)
        return talks


class InsuranceFeedback(models.Model):
    """What was taken down for the client is drawn for a second check."""

    _inherit = "insurance.feedback"

    @api.model_create_multi
    def create(self, vals_list):
        feedback = super().create(vals_list)
        if not self.env.su:
            spoken = feedback.filtered(lambda one: one.channel not in WRITTEN)
            self.env["insurance.second.check"]._draw("feedback", spoken)
        return feedback


class InsuranceSatisfaction(models.Model):
    """Answers that one of us has entered are drawn for a second check."""

    _inherit = "insurance.satisfaction"

    @api.model
    def _receive(self, answers):
        result = super()._receive(answers)
        entered = self.search(
            [
                ("user_input_id", "in", answers.ids),
                ("answered_by_id", "=", self.env.uid),
            ]
        )
        known = self.env["insurance.second.check"].search(
            [("res_model", "=", self._name), ("res_id", "in", entered.ids)]
        )
        entered -= self.browse(known.mapped("res_id"))
        self.env["insurance.second.check"]._draw("interview", entered)
        return result

    def _correct_score(self, score):
        """Take the score that a second person has found."""
        self.ensure_one()
        # as superuser: a score is not entered by hand, but by the second check
        self.sudo().score = score
        self.sudo().archive_id._update_satisfaction()


class InsuranceArchive(models.Model):
    """Bands that follow no sealed number come from somebody's hand."""

    _inherit = "insurance.archive"

    @api.model_create_multi
    def create(self, vals_list):
        given = [vals.keys() for vals in vals_list]
        archives = super().create(vals_list)
        for band, sealed in GRADES.items():
            by_hand = archives.browse(
                archive.id
                for archive, names in zip(archives, given, strict=True)
                if band in names and sealed not in names and archive[band]
            )
            archives._draw_band(band, by_hand)
        return archives

    def write(self, vals):
        result = super().write(vals)
        for band in GRADES.keys() & vals.keys():
            self._draw_band(band, self if vals[band] else self.browse())
        return result

    def _apply_band(self, field, values):
        following = self.with_context(insurance_band=FOLLOWS_NUMBER)
        return super(InsuranceArchive, following)._apply_band(field, values)

    def _draw_band(self, band, archives):
        # a caller's context can't hold this object: it is not taken on trust
        follows = self.env.context.get("insurance_band") is FOLLOWS_NUMBER
        if archives and not self.env.su and not follows:
            self.env["insurance.second.check"]._draw("band", archives, field_name=band)
