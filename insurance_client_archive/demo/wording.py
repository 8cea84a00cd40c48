"""Approved scripts, talks held by them, and words that a supervisor has to look at."""

SCRIPTS = ("first_contact", "needs", "presentation", "renewal", "claim", "complaint")
#: said in talks of the last weeks, and what came of it
SAID = (
    ("presentation", "这款年金完全保本，比存银行好。", "settled"),
    ("presentation", "这款产品即将停售，错过就没有了。", "open"),
    ("needs", "小毛病不用告知，两年后必赔。", "open"),
    ("renewal", "续保的话我给您返现两百。", "open"),
    ("claim", "您放心，住院一定能赔。", "harmless"),
    ("presentation", "合同里写明不保证收益，红利不确定。", None),
)
OUTCOME = {
    "settled": "已约谈业务员，并电话向客户更正。",
    "harmless": "核对录音：转述客户原话，并非承诺。",
}


def load_wording(loader):
    officer = loader.ref("demo_user_compliance")
    for name in SCRIPTS:
        script = loader.ref(f"script_{name}")
        script.with_user(officer).write({"state": "approved"})
    _say(loader)
    _follow(loader)


def _follow(loader):
    """The latest talks on an occasion were held by its script."""
    for name in SCRIPTS:
        script = loader.ref(f"script_{name}")
        talks = loader.env["insurance.interaction"].search(
            [("purpose", "=", script.purpose)], order="date desc, id desc", limit=12
        )
        talks.script_id = script


def _say(loader):
    agents = [loader.ref(f"demo_user_{name}") for name in ("agent", "agent4")]
    archives = loader.env["insurance.archive"].search(
        [
            ("agent_id", "in", [agent.id for agent in agents]),
            ("interaction_ids", "!=", False),
        ],
        order="id desc",
        limit=len(SAID),
    )
    # no further talks: of the latest one with each client other words are noted
    talks = [archive.interaction_ids.sorted("date")[-1:] for archive in archives]
    for talk, (purpose, words, _state) in zip(talks, SAID, strict=True):
        talk.write({"purpose": purpose, "outcome": "reached", "our_words": words})
    supervisor = loader.ref("demo_user_supervisor")
    for talk, (_purpose, _words, state) in zip(talks, SAID, strict=True):
        if state in OUTCOME:
            talk.wording_hit_ids.with_user(supervisor).write(
                {"state": state, "state_reason": OUTCOME[state]}
            )
