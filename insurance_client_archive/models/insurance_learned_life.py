from odoo import fields, models
from odoo.exceptions import UserError

from .insurance_live_mixin import Use

CLASSIFIERS = ("tree", "forest", "svm")
#: with so many clients to learn from, the learning is left to the server
AT_ONCE = 2000


class LearningProblem(Exception):
    """Nothing can be learned; the message tells people why."""


class InsuranceLearnedProposal(models.Model):
    """Learned, and then adopted by a person or dropped."""

    _inherit = "insurance.learned.proposal"

    def action_learn(self):
        """Learn at once, or leave it to the server where there is much to do."""
        self.check_access("write")
        for proposal in self:
            proposal._check_library()
            proposal.write({"state": "waiting"})
            # as superuser: what is learned from are all clients, as for scorecards;
            # the result names none
            if proposal.sudo()._size() <= AT_ONCE:
                proposal.sudo()._learn()
        if waiting := self.filtered(lambda proposal: proposal.state == "waiting"):
            self.env["insurance.sweep"]._start("segment_learn")
            return waiting._tell_later()
        return True

    def action_adopt(self):
        """Make a draft of a scorecard of what was learned, and open it."""
        self.ensure_one()
        self.check_access("write")
        self.write({"state": "adopted"})
        decided = {"decided_by_id": self.env.uid}
        if self.card:
            # the draft is the user's own: somebody else approves it
            draft = self.env["insurance.scorecard"].create(self._card_values())
            decided["scorecard_id"] = draft.id
        # as superuser: who decided, and what came of it, is not entered by hand
        self.sudo().write(decided)
        return self.scorecard_id._form_action() if self.scorecard_id else True

    def action_open_scorecard(self):
        self.ensure_one()
        return self.scorecard_id._form_action()

    def _on_state(self, before):
        result = super()._on_state(before)
        # as superuser: who dropped it is not entered by hand
        self.sudo().filtered(lambda one: one.state == "dropped").write(
            {"decided_by_id": self.env.uid}
        )
        return result

    def _tell_later(self):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._(
                    "There is much to learn from. The server does it in the "
                    "background; the proposal changes its state when it is there."
                ),
            },
        }

    def _check_library(self):
        if self.library_missing:
            raise UserError(
                self.env._(
                    "This method needs the Python library scikit-learn, which is not "
                    "installed on this server. Ask the administrator for: pip install "
                    "scikit-learn. Products bought together work without it."
                )
            )

    def _check_adopt(self):
        self.ensure_one()
        if self.method != "association" and not self.card:
            raise UserError(self.env._("There is nothing to adopt."))
        self._check_groups()
        self._check_may_go_live()

    def _uses_when_live(self):
        """The method; the figures are asked of the scorecard that it makes."""
        return [
            *super()._uses_when_live(),
            Use("automated", f"learned:{self.method}"),
        ]

    def _learn(self):
        """Learn, and propose what was learned or say why nothing was."""
        self.ensure_one()
        values = {"learned_on": fields.Datetime.now(), "message": False}
        learner = "classes" if self.method in CLASSIFIERS else self.method
        try:
            values |= getattr(self, f"_learn_{learner}")()
            values["state"] = "proposed"
        except LearningProblem as problem:
            values |= {"state": "failed", "message": str(problem)}
        self.write(values)
