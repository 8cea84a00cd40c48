from odoo import models

from .insurance_archive_freshness import STAGES
from .insurance_client_segment import DIMENSIONS

#: parameters that say how often classes and data are brought up to date
CYCLE = (
    "refresh_key_months",
    "refresh_ordinary_months",
    *(f"refresh_{stage}_months" for stage in STAGES),
    "after_policy_refresh_months",
    "segment_margin_points",
    "override_max_months",
)
#: who sets, tunes and applies the classes
DUTIES = ("segment_editor", "segment_analyst", "agent", "manager", "supervisor")


class InsuranceScorecard(models.Model):
    """The classification system as a document, drawn from the records themselves."""

    _inherit = "insurance.scorecard"

    def action_print_system(self):
        """Print the system of classification as it stands."""
        cards = self.search([("state", "=", "active")])
        return self.env.ref(
            "insurance_client_archive.insurance_classification_report"
        ).report_action(cards)

    def _system_dimensions(self):
        """Return [(label, classes, version in force or none, all versions)]."""
        labels = dict(self._fields["dimension"]._description_selection(self.env))
        Segment = self.env["insurance.client.segment"]
        cards = self.search([("version", ">", 0)])
        return [
            (
                labels[name],
                Segment.search([("dimension", "=", name)]),
                cards.filtered(
                    lambda card, name=name: (
                        card.dimension == name and card.state == "active"
                    )
                ),
                cards.filtered(lambda card, name=name: card.dimension == name),
            )
            for name, _label in DIMENSIONS
        ]

    def _system_cycle(self):
        """Return the parameters of the update, with their values of today."""
        # superuser: the numbers of the house are no secret
        Parameter = self.env["insurance.parameter"].sudo()
        rows = Parameter.search([("key", "in", CYCLE)])
        return [
            (row.name, Parameter._get(row.key), row.unit, row.source)
            for row in rows.sorted(lambda row: CYCLE.index(row.key))
        ]

    def _system_duties(self):
        """Return [(group, persons)]: those who set, tune and apply the classes."""
        result = []
        for name in DUTIES:
            # superuser: who has which duty is part of the document
            group = self.env.ref(f"insurance_client_archive.group_{name}").sudo()
            result.append((group, group.user_ids.filtered("active").mapped("name")))
        return result

    def _system_uses(self):
        """Return what the classes decide: service plans, and notices on screens."""
        # superuser: rules of the house that every user of insurance may read
        notices = (
            self.env["insurance.class.notice"].sudo().search([("active", "=", True)])
        )
        plans = self.env["insurance.service.plan"].sudo()
        plans = plans.search([("active", "=", True)])
        return plans, notices

    def _system_rounds(self):
        return self.env["insurance.reclassification"].search(
            [("sweep_id", "!=", False)], limit=10
        )

    def _system_levels(self):
        """Return [(from points, class)] of the version, the highest first."""
        return [
            (level.threshold, level.segment_id.display_name)
            for level in self.level_ids.sorted("threshold", reverse=True)
        ]
