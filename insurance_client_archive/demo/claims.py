"""Claims of the demo clients, from the report to the payment."""

from datetime import timedelta

from odoo.fields import Command

NEVER_IN_FORCE = ("application", "underwriting", "declined", "withdrawn")

#: kind of claim, what happened, and the papers that it needs, by product category
EVENTS = {
    "critical_illness": ("critical_illness", ("确诊后申请重大疾病保险金。",)),
    "medical": ("medical", ("住院治疗五天。", "日间手术。", "门诊检查后住院。")),
    "cancer": ("medical", ("住院治疗，申请医疗费用。",)),
    "accident": (
        "accident",
        ("下楼梯摔伤左手。", "骑车摔倒，门诊缝合。", "运动扭伤。"),
    ),
    "group_medical": ("medical", ("员工住院治疗。", "员工门诊费用补充报销。")),
    "group_accident": ("accident", ("团队活动中摔伤。", "员工搬运货物时砸伤脚部。")),
    "household": ("property", ("水管爆裂，地板和家具受损。", "厨房失火，橱柜烧毁。")),
    "motor": ("property", ("追尾事故，前保险杠受损。", "停车时刮擦右后门。")),
    "motor_liability": ("liability", ("转弯时碰到对方车辆。",)),
    "enterprise_property": (
        "property",
        ("暴雨进水，货物受潮。", "电路短路，设备烧损。"),
    ),
    "cargo": ("property", ("运输途中包装破损，部分货物短少。",)),
    "public_liability": ("liability", ("顾客在大厅滑倒。",)),
    "employers_liability": ("liability", ("员工操作机器时手部受伤。",)),
    "agriculture": ("property", ("高温缺氧，部分鱼塘减产。",)),
}
PAPERS = {
    "critical_illness": ("诊断证明", "病理报告", "被保险人身份证明"),
    "medical": ("住院发票", "费用清单", "出院小结"),
    "accident": ("门诊病历", "医疗发票", "意外事故说明"),
    "property": ("损失清单", "现场照片", "维修发票"),
    "liability": ("事故证明", "赔偿协议", "医疗或维修发票"),
}
STATES = {
    "reported": 8,
    "papers_requested": 14,
    "assessing": 16,
    "decided": 9,
    "paid": 22,
    "closed": 20,
    "refused": 7,
    "withdrawn": 4,
}
PARTIAL = "超出合同约定的部分不予赔付。"
REFUSED = "事故不属于保险责任，已书面说明理由。"
WITHDRAWN = "客户自愿撤回申请。"


def load_claims(demo):
    """Create claims under some of the policies that were ever in force."""
    policies = demo.env["insurance.policy"].search(
        [("state", "not in", NEVER_IN_FORCE)], order="id"
    )
    codes = {
        demo.ref(f"product_category_{row['category']}").id: row["category"]
        for row in demo.products
    }
    claims = []
    for policy in policies:
        claim = invent_claim(demo.inventor, codes[policy.category_id.id], policy)
        if claim:
            claims.append(
                {
                    **claim,
                    "policy_id": policy.id,
                    "user_id": policy.archive_id.agent_id.id,
                }
            )
    # numbered as they came in
    claims.sort(key=lambda claim: claim["reported_date"])
    demo.create("insurance.claim", "demo_claim", claims)


def invent_claim(inventor, category, policy):
    """Return the values of a claim under a policy, or nothing for most policies."""
    if category not in EVENTS or inventor.chance(0.72):
        return None
    last = min(policy.end_date or inventor.today, inventor.today - timedelta(days=3))
    first = max(policy.start_date, last - timedelta(days=360))
    if first > last:
        return None
    kind, stories = EVENTS[category]
    event = first + timedelta(days=inventor.randint(0, (last - first).days))
    reported = min(event + timedelta(days=inventor.randint(0, 12)), inventor.today)
    claimed = min(10 * inventor.randint(30, 3000), policy.sum_insured)
    state = _state(inventor, (inventor.today - reported).days)
    return {
        "kind": kind,
        "event_date": event,
        "reported_date": reported,
        "description": inventor.choice(stories),
        "insured_id": policy.insured_ids[:1].id,
        "claimed_amount": claimed,
        "state": state,
        **_papers(inventor, kind, state, reported),
        **_outcome(inventor, state, reported, claimed),
    }


def _state(inventor, age):
    """Return a state: what is long reported is settled, with some left behind."""
    weights = dict(STATES)
    if age < 20:
        weights |= dict.fromkeys(("decided", "paid", "closed", "refused"), 0)
    elif age > 90:
        weights |= {"reported": 0, "papers_requested": 2, "assessing": 2, "decided": 1}
    return inventor.choices(list(weights), weights.values())[0]


def _papers(inventor, kind, state, reported):
    if state in ("reported", "withdrawn"):
        return {}
    asked = min(reported + timedelta(days=inventor.randint(0, 3)), inventor.today)
    came = min(asked + timedelta(days=inventor.randint(1, 14)), inventor.today)
    papers = [
        {"name": name, "requested_on": asked, "received_on": came}
        for name in PAPERS[kind]
    ]
    if state == "papers_requested":
        papers[-1]["received_on"] = False
    return {"paper_ids": [Command.create(paper) for paper in papers]}


def _outcome(inventor, state, reported, claimed):
    if state == "withdrawn":
        return {"state_reason": WITHDRAWN}
    if state not in ("decided", "paid", "closed", "refused"):
        return {}
    # all these were reported three weeks ago at least
    decided = reported + timedelta(days=inventor.randint(15, 19))
    if state == "refused":
        return {
            "decision": "refused",
            "decision_date": decided,
            "decision_reason": REFUSED,
            "state_reason": REFUSED,
        }
    partial = inventor.chance(0.3)
    approved = round(claimed * 0.8, 2) if partial else claimed
    values = {
        "decision": "partial" if partial else "accepted",
        "decision_reason": PARTIAL if partial else False,
        "decision_date": decided,
        "agreed_on": decided,
        "approved_amount": approved,
    }
    if state != "decided":
        paid_on = min(decided + timedelta(days=inventor.randint(1, 9)), inventor.today)
        values |= {"paid_amount": approved, "paid_on": paid_on}
    return values
