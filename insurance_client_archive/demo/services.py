"""Service plans at work: what was done for the demo clients, and what is due."""

from datetime import timedelta

from .inventor import Inventor

KINDS = (("call", "phone"), ("call", "message"), ("visit", "face_to_face"))
SKIPPED = "客户出差，下次再约。"
#: kind, what, value, for a sale, as far as it goes
BENEFITS = (
    ("talk", "家庭健康讲座名额", 0, False, "given"),
    ("greeting", "手写生日贺卡", 10, False, "given"),
    ("priority", "理赔绿色通道咨询", 0, False, "granted"),
    ("rebate", "返还首年保费 5%", 600, True, "refused"),
    ("cash", "节日红包", 200, False, "refused"),
    ("gift_for_sale", "投保送扫地机器人", 1500, True, "refused"),
    ("points", "服务积分", 0, False, "to_approve"),
    ("greeting", "春节台历", 30, False, "to_approve"),
    ("manager", "专属客户经理", 0, False, "draft"),
)


def load_services(demo, entries):
    """Sort the clients into plans, look back on a year and plan ahead."""
    inventor = Inventor(demo.inventor.today, seed=34)
    sum(demo.env["insurance.service.plan"]._assign_chunks())
    archives = [archive for archive, client in entries if client.stage != "collecting"]
    _load_past(demo, inventor, archives)
    for line in demo.env["insurance.service.plan.line"].search([]):
        line._plan_services()
    _load_late(demo, inventor)
    _remind(demo)
    _load_benefits(demo, inventor, archives)


def _load_past(demo, inventor, archives):
    """Create what was done and left out in the last year, for most clients."""
    values_list = []
    for archive in archives:
        if inventor.chance(0.3):
            continue
        for _number in range(inventor.randint(1, 4)):
            kind, channel = inventor.choice(KINDS)
            values_list.append(
                {
                    "archive_id": archive.id,
                    "plan_id": archive.service_plan_id.id,
                    "kind": kind,
                    "channel": channel,
                    "user_id": archive.agent_id.id,
                    "due_date": inventor.day_ago(20, 340),
                }
            )
    items = demo.make("insurance.service.item", "demo_service", values_list)
    skipped = items.filtered(lambda _item: inventor.chance(0.1))
    skipped.write({"state": "skipped", "state_reason": SKIPPED})
    done = items - skipped
    done.write({"state": "done"})
    for item in done:
        late = inventor.randint(1, 15) if inventor.chance(0.2) else 0
        item.done_on = item.due_date + timedelta(days=late)


def _load_late(demo, inventor):
    """Let some of what is planned have been due before today."""
    planned = demo.env["insurance.service.item"].search([("state", "=", "planned")])
    for item in planned.filtered(lambda one: one.kind == "call"):
        if inventor.chance(0.15):
            item.due_date = inventor.day_ago(1, 12)


def _remind(demo):
    # without the commits of the nightly run
    Item = demo.env["insurance.service.item"]
    Item.search(Item._due_soon())._remind_responsible()


def _load_benefits(demo, inventor, archives):
    clients = inventor.sample(archives, len(BENEFITS))
    benefits = demo.make(
        "insurance.incentive",
        "demo_incentive",
        [
            {
                "archive_id": archive.id,
                "user_id": archive.agent_id.id,
                "kind_id": demo.ref(f"incentive_kind_{kind}").id,
                "name": name,
                "value": value,
                "tied_to_sale": for_sale,
            }
            for archive, (kind, name, value, for_sale, _state) in zip(
                clients, BENEFITS, strict=True
            )
        ],
    )
    for benefit, row in zip(benefits, BENEFITS, strict=True):
        if row[-1] != "draft":
            benefit.action_submit()
        if row[-1] in ("granted", "given"):
            benefit.state = "granted"
        if row[-1] == "given":
            benefit.state = "given"
