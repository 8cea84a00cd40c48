from odoo import fields
from odoo.fields import Domain

from .words import load_words

ARCHIVE = "insurance_client_archive"
#: a small scribble, so that signatures can be looked at
SIGNATURE = (
    "iVBORw0KGgoAAAANSUhEUgAAALQAAAA8AQAAAADnVa0qAAABX0lEQVR42u2UsW4TQRRFz4wtxUWU"
    "/QGkdUWdMp33N6BKmZI/sKko80kYCSl0+QEKQwA7BdJYaRaznkMR2+vAFNSIV80czVy9uW/eC1KK"
    "daQc//nf8+2ozL90Zb78XuYfTmf9xj7qPNkv0/H5cSjq2HBZ4htIJf213pT0I4xLOglOS3wIucRX"
    "MCrxOVjKp9ZuWshnDHH+VGc7AhsIv+m/38AG4BL4/Mgb4OZnw4+9yXUD4Fu1tvZO9VpzdaIpsgDH"
    "XDEEuID86iMQSZAbXrLa5fR1dgbgrbbaTSrVB13aTUyRFu5h8O4cIMOKwQJwqUv1taqtVvrGhA96"
    "e/Cim+aJ3pkiGeb9M+e5gTPAVusj81p1a4oMZ/bl4+r+0Zy4u7qPF88P/tft0Z9LlS1TE3r96Yi3"
    "cLKry8W3QwOEUGm701lUqmYY9HJDeHYORsKTSRQEAiH/OZfWQXOh7yr/wXnyCwpkJJEF1/FQAAAA"
    "AElFTkSuQmCC"
)
TALKS = 36
HANDLER = {
    "handler_name": "Example Life Insurance",
    "handler_contact": "100 Century Avenue, Pudong, Shanghai\n"
    "Phone 400-000-0000, privacy@example.com\n"
    "Officer for personal information: Tang Yiming",
}
HANDLER_ZH = {
    "handler_name": "示例人寿保险股份有限公司",
    "handler_contact": "上海市浦东新区世纪大道100号\n"
    "电话 400-000-0000，privacy@example.com\n"
    "个人信息保护负责人：唐一鸣",
}
#: what clients answer, in turn: agreed to, refused
ANSWERS = (
    (("service", "health", "bank", "profiling", "marketing"), ()),
    (("service", "health", "profiling"), ("marketing",)),
    (("service", "bank", "profiling", "satisfaction"), ()),
    (("service", "health", "bank"), ("profiling", "marketing")),
    (("service", "profiling", "marketing", "matching"), ()),
    (("service", "health", "bank", "profiling"), ("satisfaction",)),
)


def load_consents(env):
    """Put a notice in force, and let clients answer: agreed, refused, withdrawn."""
    if env["insurance.consent"].search_count([], limit=1):
        return
    notice = _notice_in_force(env)
    langs = _langs(env)
    text = notice._text("zh_CN" if "zh_CN" in langs else langs[0])
    clients = _clients(env)
    for number, archive in enumerate(clients):
        _let_answer(env, archive, text, number)
    _end_some(env, clients)
    _next_version(env, notice)


def _langs(env):
    return [code for code, _name in env["res.lang"].get_installed()]


def _user(env, login):
    return env.ref(f"{ARCHIVE}.demo_user_{login}")


def _notice_in_force(env):
    notice = env.ref("insurance_compliance.notice_clients_1")
    if notice.state == "draft":
        load_words(env)
        for lang in _langs(env):
            notice.with_context(lang=lang).write(
                HANDLER_ZH if lang.startswith("zh") else HANDLER
            )
        notice.with_user(_user(env, "compliance")).action_approve_substance()
    return notice


def _clients(env):
    """Return adult clients, the one with the portal login first."""
    adult = fields.Date.subtract(fields.Date.today(), years=18)
    domain = Domain("client_kind", "=", "individual") & Domain("birth_date", "<", adult)
    portal = env["res.users"].search([("login", "=", "client")]).partner_id
    first = env["insurance.archive"].search([("partner_id", "=", portal.id)])
    agents = _user(env, "agent") | _user(env, "agent2")
    others = env["insurance.archive"].search(
        domain
        & Domain("state", "in", ["entered", "filed"])
        & Domain("agent_id", "in", agents.ids)
        & Domain("id", "not in", first.ids),
        order="id",
        limit=TALKS - len(first),
    )
    return first | others


def _let_answer(env, archive, text, number):
    agreed, refused = ANSWERS[number % len(ANSWERS)]
    giver = {"given_by": "client"}
    if archive._is_minor():
        agreed = (*agreed, "minors")
        giver = {"given_by": "guardian", "giver_name": "监护人"}
    purposes = env["insurance.processing"]
    answers = [
        {"processing": purposes._of_code(code), "given": code in agreed}
        for code in (*agreed, *refused)
    ]
    # spread over the past; some are older than the two years of a consent to offers
    days = (number * 23) % 300 + (500 if number % 9 == 4 else 3)
    signed = number % 12 == 0
    proof = giver | (
        {"evidence": "signature", "signature": SIGNATURE}
        if signed
        else {"evidence": "paper", "reference": f"FORM-{number + 1:04}"}
    )
    Consent = env["insurance.consent"].with_user(archive.agent_id)
    Consent._take_down(
        archive,
        text,
        answers,
        proof,
        now=fields.Datetime.subtract(fields.Datetime.now(), days=days),
    )


def _end_some(env, clients):
    """Let some withdraw, and some wait for renewal."""
    given = env["insurance.consent"].search(
        [("archive_id", "in", clients[1:].ids), ("state", "=", "given")], order="id"
    )
    for code, reason in (
        ("profiling", "Does not want to be sorted by a program"),
        ("marketing", "Too many calls"),
    ):
        mine = given.filtered(lambda one, code=code: one.processing_id.code == code)
        for consent in mine[2:5]:
            agent = consent.archive_id.agent_id
            consent.with_user(agent)._withdraw(reason, "phone")
    today = fields.Date.today()
    services = given.filtered(lambda one: one.processing_id.code == "bank")
    services[-4:].write({"renew_by": fields.Date.add(today, days=20)})
    env["insurance.consent"].flush_model()


def _next_version(env, notice):
    writer = _user(env, "compliance")
    action = notice.with_user(writer).action_new_version()
    draft = env["insurance.notice"].with_user(writer).browse(action["res_id"])
    draft.write({"change_kind": "wording"})
