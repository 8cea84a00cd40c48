from odoo import fields

from .common_segments import SegmentCase

#: classes by age: what the people of the tests have in mind
YOUNG, OLD = "low", "high"


class LearningCase(SegmentCase):
    """Clients whose value people have set: the old ones high, the young ones low."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Proposal = cls.env["insurance.learned.proposal"].with_user(cls.editor)
        cls.env["insurance.client.class.override"].search([]).reviewed = True
        cls.env["insurance.client.class"].search([]).reviewed_on = False
        today = fields.Date.today()
        ages = [25 + number % 20 for number in range(30)]
        ages += [65 + number % 20 for number in range(30)]
        cls.clients = cls.env["insurance.archive"].create(
            [
                {
                    "name": "李秀英",
                    "agent_id": cls.agent.id,
                    "team_id": cls.team_a.id,
                    "birth_date": fields.Date.subtract(today, years=age, days=9),
                }
                for age in ages
            ]
        )
        cls._refresh(*cls.clients)
        cls.labels = {
            client: OLD if client.age > 60 else YOUNG for client in cls.clients
        }
        cls._set_by_people(cls.labels)

    @classmethod
    def _set_by_people(cls, labels):
        cls.Override.with_user(cls.agent).create(
            [
                {
                    "archive_id": client.id,
                    "segment_id": cls._segment("value_tier", code).id,
                    "reason": "We know the client.",
                }
                for client, code in labels.items()
            ]
        )

    def _learned(self, method="tree", **values):
        proposal = self.Proposal.create({"method": method, **values})
        proposal.action_learn()
        return proposal
