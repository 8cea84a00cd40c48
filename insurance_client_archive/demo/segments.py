"""The classes of the demo clients, as a year of refreshes would have left them."""

from odoo import fields
from odoo.fields import Command

from ..client_scope import Scope

#: days ago on which all clients were classified
RUNS = (360, 270, 180, 90, 0)


def load_segments(loader, entries):
    env = loader.env
    today = fields.Date.today()
    scope = Scope(archive_ids=tuple(archive.id for archive, _client in entries))
    Class = env["insurance.client.class"]
    for days in RUNS:
        day = fields.Date.subtract(today, days=days)
        env["insurance.client.feature"]._refresh(scope, day)
        Class._classify(scope, day)
    # what was entered just now is in the figures already
    env.cr.precommit.data.pop("insurance.client.event", None)
    env["insurance.client.event"].search([]).unlink()
    _load_overrides(loader)
    _load_draft(loader)
    env["insurance.portrait.norm"]._refresh(today)
    this_month = today.replace(day=1)
    for back in range(13):
        month = fields.Date.subtract(this_month, months=back)
        env["insurance.client.class.size"]._take(month)
    _load_saved_segments(loader)


def _load_overrides(loader):
    env = loader.env
    low = env["insurance.archive"].search(
        [
            ("value_tier", "=", "low"),
            ("agent_id", "=", loader.ref("demo_user_agent").id),
        ],
        order="id",
        limit=3,
    )
    # class, reason, set so many days ago, until so many days ahead
    settings = (
        ("medium", "家族企业即将投保团体意外险，已口头确认。", 20, 160),
        ("high", "客户是多位高净值客户的介绍人。", 60, 300),
        ("medium", "原在他行的保单将于年底转入。", 95, -2),
    )
    today = fields.Date.today()
    loader.make(
        "insurance.client.class.override",
        "demo_class_override",
        [
            {
                "archive_id": archive.id,
                "segment_id": loader.ref(f"client_segment_value_tier_{code}").id,
                "reason": reason,
                "user_id": loader.ref("demo_user_agent").id,
                "set_on": fields.Date.subtract(today, days=ago),
                "expires_on": fields.Date.add(today, days=ahead),
            }
            for archive, (code, reason, ago, ahead) in zip(low, settings, strict=False)
        ],
    )
    # one that has run out, for the list of those to be looked at
    env["insurance.client.class.override"].search(
        [("expires_on", "<", today)]
    ).state = "expired"


def _load_saved_segments(loader):
    agents = [Command.set(loader.ref("group_agent").ids)]
    loader.make(
        "insurance.segment",
        "demo_saved_segment",
        [
            {
                "name": "高价值客户，季度内未联系",
                "client_filter": "['&', ('value_tier', '=', 'high'),"
                " ('silent_days', '>=', 90)]",
                "group_ids": agents,
                "note": "每月初安排回访。",
                "user_id": loader.ref("demo_user_supervisor").id,
            },
            {
                "name": "六十岁以上，保障需求高",
                "client_filter": "['&', ('protection_need', '=', 'high'),"
                " ('age', '>=', 60)]",
                "group_ids": agents,
                "note": "适合健康与护理保障的沟通。",
                "user_id": loader.ref("demo_user_supervisor").id,
            },
            {
                "name": "不满意客户",
                "client_filter": "[('behaviour', '=', 'dissatisfied')]",
                "note": "本周逐一致电。",
                "user_id": loader.ref("demo_user_agent").id,
            },
        ],
    )


def _load_draft(loader):
    """Leave a draft that weighs loyalty more, to be previewed."""
    draft = loader.ref("scorecard_value_tier_2").copy(
        {"valid_from": fields.Date.today()}
    )
    for code, _name in draft.env["res.lang"].get_installed():
        words = draft.with_context(lang=code)
        words.note = words.env._("Weighs loyalty more.")
    loyalty = draft.factor_ids.filtered(
        lambda factor: factor.feature_id.code in ("tenure_months", "renewals")
    )
    for band in loyalty.band_ids:
        band.points *= 2
