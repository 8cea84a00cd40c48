"""What people have said of classes, and what the server has learned from it."""

from odoo import fields

from ..tools import learned_training

#: clients whose classes people have looked at and found right
CONFIRMED = 170
#: clients whom their agents rate higher than the scorecard does
RATED_HIGHER = 14


def load_learning(loader, entries):
    _confirm_classes(loader)
    _rate_higher(loader, entries)
    _learn(loader)


def _confirm_classes(loader):
    """Let people confirm classes; some borderline ones stay in their queue."""
    env = loader.env
    scores = env["insurance.client.class"].search([], order="closest_gap desc, id desc")
    today = fields.Date.today()
    confirmed = scores[:CONFIRMED].grouped(_agent)
    for number, (agent, found) in enumerate(confirmed.items()):
        found.write(
            {
                "reviewed_on": fields.Date.subtract(today, days=12 * number + 5),
                "reviewed_by_id": agent.id,
            }
        )


def _agent(scores):
    return scores.archive_id.agent_id


def _rate_higher(loader, entries):
    """Let agents rate clients higher who have a lot, and have bought little yet."""
    env = loader.env
    wealthy = env["insurance.archive"].search(
        [
            ("id", "in", [archive.id for archive, _client in entries]),
            ("value_tier", "=", "low"),
            ("asset_band", "in", ("4", "5", "6")),
            ("class_override_ids", "=", False),
        ],
        order="id",
        limit=RATED_HIGHER,
    )
    segment = loader.ref("client_segment_value_tier_medium")
    today = fields.Date.today()
    loader.make(
        "insurance.client.class.override",
        "demo_class_rated",
        [
            {
                "archive_id": archive.id,
                "segment_id": segment.id,
                "reason": "资产状况良好，增保意愿明确。",
                "user_id": archive.agent_id.id,
                "set_on": fields.Date.subtract(today, days=7 * number + 3),
                "expires_on": fields.Date.add(today, days=150),
            }
            for number, archive in enumerate(wealthy)
        ],
    )


def _learn(loader):
    """Put proposals before the editors; all but one need the optional library."""
    asked = [{"method": "association"}]
    if learned_training.available():
        asked += [
            {"method": "kmeans", "dimension": "value_tier"},
            {"method": "tree", "dimension": "lifecycle_stage"},
        ]
    editor = loader.ref("demo_user_editor")
    proposals = loader.make(
        "insurance.learned.proposal",
        "demo_learned",
        [{**values, "user_id": editor.id} for values in asked],
    )
    for proposal in proposals:
        proposal.state = "waiting"
        proposal._learn()
