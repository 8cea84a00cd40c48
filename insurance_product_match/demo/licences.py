"""Licences, grades and trainings of the demo agents."""

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.fields import Command

#: login, grade, months until the licence ends, topics of trainings
LICENCES = (
    ("agent", "senior", 20, ("law", "product", "participating", "universal")),
    ("agent2", "qualified", 14, ("law", "product", "participating")),
    ("agent3", "trainee", 0, ("law",)),
    ("agent4", "qualified", -1, ("law", "product")),
    (
        "manager",
        "expert",
        30,
        ("law", "participating", "universal", "unit_linked", "elder"),
    ),
    ("supervisor", "expert", 26, ("law", "participating", "universal", "unit_linked")),
    ("supervisor2", "senior", 9, ("law", "participating", "universal")),
)
NAMES = {
    "law": "销售行为与消费者权益保护",
    "product": "主力产品条款解读",
    "participating": "分红型保险专项培训",
    "universal": "万能型保险专项培训",
    "unit_linked": "投资连结保险专项培训",
    "elder": "老年客户服务规范",
}
HOURS = {"law": 12, "elder": 4}


def load_licences(env):
    """Enter what entitles the demo agents to sell; done once."""
    Profile = env["insurance.agent.profile"]
    if Profile.search_count([], limit=1):
        return
    today = fields.Date.today()
    for number, (login, grade, months, topics) in enumerate(LICENCES, 1):
        user = env["res.users"].search([("login", "=", login)])
        if not user:
            continue
        until = today + relativedelta(months=months, days=20)
        Profile.create(
            {
                "user_id": user.id,
                "licence_number": f"0200{number:04d}3201{number:04d}",
                "licence_until": until,
                "grade_id": env.ref(f"insurance_product_match.agent_grade_{grade}").id,
                "training_ids": [
                    Command.create(
                        {
                            "name": NAMES[topic],
                            "topic": topic,
                            "hours": HOURS.get(topic, 6),
                            "done_on": today - relativedelta(months=1 + place),
                            "valid_until": today + relativedelta(months=23 - place),
                        }
                    )
                    for place, topic in enumerate(topics)
                ],
            }
        )
