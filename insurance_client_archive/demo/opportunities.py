"""What the demo agents hope to sell."""

from datetime import timedelta

SUBJECTS = {
    "individual": ("家庭保障方案", "重疾险加保", "养老规划", "医疗险升级", "车险转投"),
    "child": ("少儿保障方案", "教育金规划"),
    "enterprise": ("员工福利方案", "雇主责任险询价", "企财险续保", "货运险报价"),
    "group": ("团体意外险报价", "会员保障方案"),
}


def load_opportunities(demo, entries):
    stages = demo.env["crm.stage"].search([("team_ids", "=", False)])
    keen = [
        (archive, client)
        for archive, client in entries
        if client.archive["intent_level"] == "high"
    ]
    leads = demo.create(
        "crm.lead",
        "demo_opportunity",
        [
            {
                **invent_opportunity(demo.inventor, client),
                "partner_id": archive.partner_id.id,
                "user_id": archive.agent_id.id,
                "team_id": archive.team_id.id,
                "stage_id": demo.inventor.choice(stages).id,
            }
            for archive, client in demo.inventor.sample(keen, 34)
        ],
    )
    leads.filtered(lambda lead: not lead.stage_id.is_won)[:3].action_set_lost()


def invent_opportunity(inventor, client):
    """Return the values of an opportunity, without who works on it."""
    return {
        "name": inventor.choice(SUBJECTS[client.audience]),
        "type": "opportunity",
        "expected_revenue": client.archive.get("intent_budget")
        or 1000 * inventor.randint(3, 20),
        "priority": inventor.choice("0123"),
        "date_deadline": inventor.today + timedelta(days=inventor.randint(3, 60)),
    }
