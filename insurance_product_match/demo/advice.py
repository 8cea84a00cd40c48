"""Advice of the demo agents: at each step, bought, declined, recorded and checked."""

import base64
import io
import random

from dateutil.relativedelta import relativedelta
from PIL import Image, ImageDraw

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command

MODULE = "insurance_product_match"
AGENTS = ("agent", "agent2", "manager")
#: how far the advice of each assessed client has come, and when it began (days ago)
STEPS = (
    ("sold", 430),
    ("talk", 6),
    ("confirmed", 9),
    ("declined", 45),
    ("sold", 70),
    ("recommend", 3),
    ("match", 2),
    ("collect", 1),
)
ORDER = ("match", "recommend", "talk", "confirmed", "sold")
#: products that an agent looks at beside the matching, until one fits
TRIED = 14
#: so many of what the matching proposes are talked about; every third agent's advice
#: also has a product of the agent's own choice
TAKEN, OWN_EACH = 3, 3
NEED = "先把家庭主要收入来源的保障补齐，年交保费不要影响孩子的教育支出。"
OPINION = (
    "{name}补的是您目前最大的保障缺口，保额与缺口相当，年交保费在您的预算之内，"
    "风险等级不高于您的承受能力；等待期和免责条款已逐条说明。"
)
REASONS = (
    "客户点名比较这一款，条款中的给付次数更符合其家族病史方面的顾虑。",
    "客户现有团体险已覆盖住院费用，这一款正好补上身故和重疾部分。",
)
ANALYSES = (
    (
        "matching",
        "对照保障缺口表：现有保单只覆盖意外身故，{name}补的正是最大的一块缺口；"
        "医疗部分已有单位团体险，今年不重复配置，余下的养老缺口明年续期时再议。",
    ),
    (
        "matching",
        "按十年、十五年、二十年三种交费期分别测算保费占家庭年收入的比例，"
        "二十年期每年压力最小，总保费多出的部分客户认为可以接受，不影响房贷月供。",
    ),
    (
        "matching",
        "核对职业类别、年龄和健康告知，均符合投保规则；去年体检提示的结节需要如实填写，"
        "可能除外承保，已提前说明，避免核保之后产生误解和投诉。",
    ),
    (
        "recommendation",
        "第一轮面谈：客户嫌保额偏高，用三年康复期收入中断的例子解释了保额的由来，"
        "随后同意保留原方案，但要求把附加的住院津贴去掉。",
    ),
    (
        "recommendation",
        "第二轮：与另外两款同类产品逐项比较，等待期短九十天、轻症给付比例略低，"
        "费率贵百分之三；客户更看重重大疾病二次给付，因此选择没有改变。",
    ),
    (
        "recommendation",
        "第三轮配偶一起到场，重点询问退保损失和豁免条件，均以条款原文作答，"
        "并当场在现金价值表上标出第几年回本，两人确认长期持有没有问题。",
    ),
)
DECLINED = "客户表示今年先还房贷，明年发年终奖之后再考虑。"
PENDING = "客户要和父母商量，约好下周三再谈。"


def load_advice(env):
    """Take the advice through its steps as the agents would; done once."""
    if env["insurance.recommendation"].search_count([], limit=1):
        return
    chance = random.Random(20260301)
    for login in AGENTS:
        agent = env["res.users"].search([("login", "=", login)])
        if agent:
            _advise_clients(env, agent, chance)
    _fill_ledger(env)


def _advise_clients(env, agent, chance):
    archives = env["insurance.archive"].search(
        [
            ("agent_id", "=", agent.id),
            ("client_kind", "=", "individual"),
            ("state", "in", ("entered", "filed")),
            ("assessment_ids.state", "=", "done"),
        ],
        order="id",
        limit=len(STEPS),
    )
    steps = list(STEPS)
    for archive in archives:
        try:
            with env.cr.savepoint():
                _advise(archive, agent, *steps[0], chance)
        except UserError:
            # nothing fits this client, or an assessment has ended: the next one
            continue
        steps.pop(0)


def _advise(archive, agent, step, days, chance):
    env = archive.with_user(agent).env
    leads = env["crm.lead"].search(
        [("partner_id", "=", archive.partner_id.id), ("won_status", "=", "pending")],
        limit=1,
    )
    advice = env["insurance.recommendation"].create(
        {
            "archive_id": archive.id,
            "lead_id": leads.id,
            "need_text": archive.intent_note or NEED,
            "budget": max(archive.intent_budget, 20_000),
            "contact_way": chance.choice(("face_to_face", "phone")),
        }
    )
    target = "talk" if step == "declined" else step
    for one in ORDER[: ORDER.index(target) + 1] if target in ORDER else ():
        if one == "recommend":
            _choose_products(advice, chance)
        elif one == "talk":
            _think(advice)
        elif one == "confirmed":
            advice.line_ids[: 1 + advice.id % 2].chosen = True
            advice.explained_ids = advice._notices()
            _sign(advice)
            continue
        elif one == "sold":
            _keep_recordings(advice)
        advice.state = one
    if step == "declined":
        advice.write({"state": "declined", "state_reason": DECLINED})
        advice.decline_reason = "later"
    _begin_earlier(advice, days)


def _choose_products(advice, chance):
    """Take over what the matching proposes; now and then the agent knows better."""
    advice.action_find_products()
    for line in advice.line_ids:
        if not _suits(advice, line):
            line.unlink()
    advice.line_ids[TAKEN:].unlink()
    if not advice.line_ids or advice.id % OWN_EACH == 0:
        advice.line_ids[1:].unlink()
        _choose_oneself(advice, chance)


def _choose_oneself(advice, chance):
    """Add a product beside the matching; the order of looking is by chance."""
    Product = advice.env["product.template"]
    products = Product.search(
        [
            *Product._insurance_sellable_domain(),
            ("insurance_client_kind", "!=", "organisation"),
            ("id", "not in", advice.line_ids.product_id.ids),
        ],
        order="id",
    )
    for product in chance.sample(list(products), min(TRIED, len(products))):
        line = advice.line_ids.create(
            {
                "recommendation_id": advice.id,
                "product_id": product.id,
                "override_reason": chance.choice(REASONS),
            }
        )
        if line.source == "manual" and _suits(advice, line):
            break
        line.unlink()


def _suits(advice, line):
    return (
        line.severity in ("none", "care")
        and 0 < line.annual_premium <= advice.budget
        and not any(
            kind in ("information", "product")
            for kind, _have, _need in line.product_id._insurance_diligence_missing()
        )
    )


def _think(advice):
    product = advice.line_ids[:1].product_id
    advice.opinion = OPINION.format(name=product.name)
    advice.diligence_ids = [
        Command.create(
            {
                "kind": kind,
                "product_id": product.id,
                "text": text.format(name=product.name),
            }
        )
        for kind, text in ANALYSES
    ]


def _sign(advice):
    name = advice.partner_id.name
    for kind in advice._signatures_due():
        advice.action_sign(kind, _signature(), name)


def _signature():
    """Return a picture as a pen leaves it."""
    picture = Image.new("RGBA", (300, 100), (0, 0, 0, 0))
    points = [(20, 70), (60, 20), (70, 80), (110, 40), (130, 75), (180, 25), (280, 60)]
    ImageDraw.Draw(picture).line(points, fill=(20, 30, 90, 255), width=4)
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode()


def _keep_recordings(advice):
    for recording in advice.recording_ids:
        recording.write(
            {
                "recorded_on": fields.Datetime.now(),
                "custodian": "上海分公司双录中心",
                "reference": f"SL-{advice.number}",
                "consented": True,
                "node_ids": advice.env["insurance.recording.node"].search([]).ids,
            }
        )
        recording.state = "kept"


def _begin_earlier(advice, days):
    """Let the advice have begun in the past, and its policies with it."""
    day = fields.Datetime.subtract(fields.Datetime.now(), days=days)
    advice.flush_recordset()
    advice.env.cr.execute(
        "UPDATE insurance_recommendation SET create_date = %s WHERE id = %s",
        (day, advice.id),
    )
    advice.invalidate_recordset()
    for policy in advice.policy_ids:
        policy.write(
            {
                "number": f"DEMO-{advice.number}-{policy.id}",
                "start_date": day.date(),
                "statutory_beneficiaries": True,
            }
        )
        if not policy.end_date or policy.end_date > fields.Date.today() + relativedelta(
            days=1
        ):
            policy.state = "active"


def _fill_ledger(env):
    """Check some of the recordings: one found good, one with a fault."""
    checker = env.ref(f"{MODULE}.demo_user_quality", raise_if_not_found=False)
    recordings = env["insurance.recording"].search([("state", "=", "kept")], order="id")
    recordings.check_required = True
    if not checker:
        return
    first, *others = recordings.with_user(checker) or [None]
    if first:
        first.state = "passed"
    for recording in others[:1]:
        recording.fault = "录像第6分钟起没有声音，听不到对退保损失的说明。"
        recording.state = "faulty"
