"""Clients who may leave: found by the monitoring, some of them won back."""

from datetime import timedelta

from .inventor import Inventor

NOTES = {
    "service": "客户说换了三次业务员，没人记得他。",
    "price": "孩子上学开销大，保费有压力。",
    "mismatch": "已退休，觉得保障不合适了。",
    "competitor": "别家公司推荐了更便宜的产品。",
    "life": "刚搬家换工作，暂时顾不上。",
}
RESULTS = {
    "won": "改为半年交，客户愿意继续。",
    "lost": "客户已在别家投保，同意保持联系。",
}
DISMISSED = "客户长期出国，并无退保意向。"


def load_churn(demo):
    """Look at all clients, and work on most of the warnings that come up."""
    inventor = Inventor(demo.inventor.today, seed=35)
    Alert = demo.env["insurance.churn.alert"]
    sum(Alert._monitor_chunks())
    for alert in Alert.search([], order="id"):
        if inventor.chance(0.6):
            _work_on(inventor, alert)


def _work_on(inventor, alert):
    """Take a warning some way to its end, by the steps users take."""
    alert.date = inventor.day_ago(5, 120)
    if inventor.chance(0.15):
        alert.write({"state": "dismissed", "state_reason": DISMISSED})
        return
    cause = inventor.choice(sorted(NOTES))
    strategy = alert.env["insurance.churn.strategy"].search(
        [("cause", "=", cause)], limit=1
    )
    alert.write(
        {
            "cause": cause,
            "cause_note": NOTES[cause],
            "strategy_id": strategy.id,
            "plan": strategy.description,
            "action_date": inventor.today + timedelta(days=inventor.randint(-3, 20)),
        }
    )
    alert.state = "planned"
    if inventor.chance(0.7):
        alert.state = "acting"
        outcome = inventor.choice(("acting", "won", "won", "lost"))
        if outcome != "acting":
            alert.write({"result": RESULTS[outcome]})
            alert.state = outcome
