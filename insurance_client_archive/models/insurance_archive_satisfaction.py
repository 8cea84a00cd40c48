from odoo import fields, models

from ..tools import satisfaction
from .insurance_archive_policies import GROUPS


class InsuranceArchive(models.Model):
    """How satisfied the client is: the latest score, and where it goes."""

    _inherit = "insurance.archive"

    satisfaction_ids = fields.One2many(
        "insurance.satisfaction", "archive_id", string="Surveys", groups=GROUPS
    )
    satisfaction_score = fields.Float(
        string="Satisfaction",
        readonly=True,
        copy=False,
        aggregator="avg",
        digits=(5, 1),
        groups=GROUPS,
        help="From 0 to 100, of the latest survey; empty when there is none.",
    )
    satisfaction_date = fields.Date(
        string="Satisfaction asked on", readonly=True, copy=False, groups=GROUPS
    )
    satisfaction_trend = fields.Selection(
        [("better", "Better"), ("same", "Unchanged"), ("worse", "Worse")],
        string="Trend of satisfaction",
        readonly=True,
        copy=False,
        groups=GROUPS,
        help="Against the survey before.",
    )
    satisfaction_asked_on = fields.Date(
        string="Last survey sent on", readonly=True, copy=False, index="btree_not_null"
    )
    survey_opt_out = fields.Boolean(
        string="No surveys", help="The client does not want to be asked by surveys."
    )

    def action_ask_satisfaction(self):
        """Open the question how satisfied this client is."""
        self.ensure_one()
        return self._satisfaction_dialog()

    def action_open_satisfaction(self):
        self.ensure_one()
        return self._open_children("insurance_satisfaction_action")

    def _satisfaction_dialog(self, **defaults):
        self.check_access("write")
        defaults = {
            "archive_id": self.id,
            "channel": "mail" if self.partner_id.email else "link",
            **defaults,
        }
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ask how satisfied the client is"),
            "res_model": "insurance.satisfaction",
            "view_mode": "form",
            "target": "new",
            "context": {
                "show_client_name": True,
                "dialog_size": "medium",
                **{f"default_{name}": value for name, value in defaults.items()},
            },
        }

    def _history_fields(self, vals):
        # when somebody was asked is no business of the client's
        names = super()._history_fields(vals)
        return [name for name in names if name != "satisfaction_asked_on"]

    def _update_satisfaction(self):
        """Take the latest score over, and compare it with the one before."""
        for archive in self:
            latest, before = self._last_two_scores(archive)
            archive.write(
                {
                    "satisfaction_score": latest.score,
                    "satisfaction_date": latest.answered_on,
                    "satisfaction_trend": satisfaction.trend(
                        latest.score if latest else None,
                        before.score if before else None,
                    ),
                }
            )

    def _last_two_scores(self, archive):
        requests = self.env["insurance.satisfaction"].search(
            [("archive_id", "=", archive.id), ("state", "=", "answered")],
            order="answered_on desc, id desc",
            limit=2,
        )
        return requests[:1], requests[1:]


class InsuranceClaim(models.Model):
    _inherit = "insurance.claim"

    def action_ask_satisfaction(self):
        """Ask the client how satisfied they are with this claim's handling."""
        self.ensure_one()
        defaults = self.env["insurance.satisfaction"]._event_of(self)
        return self.archive_id._satisfaction_dialog(**defaults)


class InsurancePolicy(models.Model):
    _inherit = "insurance.policy"

    def action_ask_satisfaction(self):
        """Ask the client how satisfied they are with this renewal."""
        self.ensure_one()
        defaults = self.env["insurance.satisfaction"]._event_of(self)
        return self.archive_id._satisfaction_dialog(**defaults)


class InsuranceInteraction(models.Model):
    _inherit = "insurance.interaction"

    def action_ask_satisfaction(self):
        """Ask the client how satisfied they are with this service."""
        self.ensure_one()
        defaults = self.env["insurance.satisfaction"]._event_of(self)
        return self.archive_id._satisfaction_dialog(**defaults)


class InsuranceFeedback(models.Model):
    _inherit = "insurance.feedback"

    satisfaction_id = fields.Many2one(
        "insurance.satisfaction",
        string="From the survey",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
