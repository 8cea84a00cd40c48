"""Applications for access in every state, and deputies for those who decide."""

from contextlib import contextmanager
from datetime import timedelta

from odoo import Command, fields
from odoo.tools import SQL

from ..access_slice import column

ARCHIVE = "insurance_client_archive"
REQUEST = "insurance.access.request"
AGENT, AGENT2, AGENT4, MANAGER = "agent", "agent2", "agent4", "manager"
SUPERVISOR, SUPERVISOR2, HEAD = "supervisor", "supervisor2", "head"
DEPARTMENT, COMPLIANCE = "department", "compliance"
#: who, slices, purpose, words, days, who approves; then what becomes of it
WAITING = (
    (AGENT, ["financial"], "quotation", "客户要求按收入测算年金保费", 7, []),
    (
        AGENT,
        ["health", "claims"],
        "claim",
        "协助客户准备住院理赔材料",
        10,
        [SUPERVISOR],
    ),
    (AGENT4, ["documents"], "policy_service", "客户补办保单", 5, []),
    (AGENT4, ["financial", "documents"], "quotation", "企业年金方案", 30, []),
    (AGENT2, ["financial"], "needs", "年度保障检视", 14, []),
    (SUPERVISOR, ["claims"], "audit", "本营业部理赔资料抽查", 7, []),
    (DEPARTMENT, ["financial", "documents"], "audit", "三季度风险排查", 14, []),
    (HEAD, ["claims"], "audit", "重大赔案复核", 7, []),
)
LIVE = (
    (AGENT, ["claims", "documents"], "claim", "门诊理赔跟进", 3, [SUPERVISOR]),
    (AGENT, ["financial"], "quotation", "重疾险投保", 20, [SUPERVISOR]),
    (DEPARTMENT, ["claims", "documents"], "audit", "理赔材料真实性核查", 10, [HEAD]),
    (MANAGER, ["financial", "claims"], "policy_service", "续期服务", 25, [SUPERVISOR]),
)
#: the same, and how many days ago it was
CLOSED = (
    (AGENT, ["financial"], "quotation", "年金投保测算", 6, [SUPERVISOR], 25),
    (AGENT, ["claims"], "claim", "协助理赔", 7, [SUPERVISOR], 48),
    (AGENT, ["documents"], "policy_service", "补办保单", 5, [SUPERVISOR], 80),
    (AGENT4, ["financial"], "needs", "保障检视", 7, [SUPERVISOR], 40),
    (AGENT2, ["claims"], "claim", "协助理赔", 9, [SUPERVISOR2], 70),
    (MANAGER, ["financial"], "needs", "高端客户保障规划", 8, [SUPERVISOR], 35),
    (MANAGER, ["claims"], "policy_service", "大额赔案回访", 6, [SUPERVISOR], 66),
    (DEPARTMENT, ["documents"], "audit", "二季度档案抽查", 10, [HEAD], 95),
)


def load_requests(env):
    if env[REQUEST].search_count([], limit=1):
        return  # demo data can be asked for again on a database that has them
    RequestDemo(env).load()


@contextmanager
def acting(env, login):
    """Let what is done here be done by the user, as by a call from a browser."""
    transaction, before = env.transaction, env.transaction.default_env
    own = env(user=env.ref(f"{ARCHIVE}.demo_user_{login}").id, su=False)
    transaction.default_env = own
    try:
        yield own
    finally:
        transaction.default_env = before


class RequestDemo:
    def __init__(self, env):
        self.env = env
        self.clients = {}

    def load(self):
        for case in WAITING:
            self._request(*case)
        for case in LIVE:
            self._request(*case)
        for *case, ago in CLOSED:
            request = self._request(*case)
            self._close(request)
            self._shift(request, ago)
        self._standing()
        self._expired()
        self._turned_down()
        self._draft()
        self._deputies()

    def _request(self, login, slices, purpose, words, days, approvers):
        with acting(self.env, login) as env:
            request = env[REQUEST].create(
                {
                    "purpose_id": env.ref(f"{ARCHIVE}.purpose_{purpose}").id,
                    "purpose_text": words,
                    "line_ids": [Command.create(name) for name in self._names(login)],
                    "date_to": self._in(days),
                    **{column(name): True for name in slices},
                }
            )
            request.action_submit()
        for approver in approvers:
            self._approve(request, approver)
        if approvers and request._open_slots() and "health" not in slices:
            # a key client among them: the second approval
            self._approve(request, COMPLIANCE)
        return request

    def _approve(self, request, login):
        with acting(self.env, login) as env:
            approved = request.with_env(env)
            approved.action_approve(approved.revision)

    def _names(self, login):
        """Return how the user names one or two clients, each time other ones."""
        archives = self._clients_of(login)
        chosen = [archives.pop(0) for _count in range(2) if archives]
        if login in (DEPARTMENT, HEAD):
            return [{"number": archive.number} for archive in chosen]
        return [{"archive_id": archive.id} for archive in chosen]

    def _clients_of(self, login):
        if login not in self.clients:
            user = self.env.ref(f"{ARCHIVE}.demo_user_{login}")
            name = {MANAGER: "manager_id", SUPERVISOR: "team_id.user_id"}
            domain = [(name.get(login, "agent_id"), "=", user.id)]
            if login in (DEPARTMENT, HEAD):
                domain = [("number", "!=", False), ("state", "=", "filed")]
            # decoys and closed archives aside
            domain += [("state", "in", ("entered", "filed"))]
            archives = self.env["insurance.archive"].search(domain, limit=40)
            self.clients[login] = list(archives)
        return self.clients[login]

    def _standing(self):
        with acting(self.env, MANAGER) as env:
            request = env[REQUEST].create(
                {
                    "purpose_id": env.ref(f"{ARCHIVE}.purpose_policy_service").id,
                    "purpose_text": "日常客户服务",
                    "scope": "portfolio",
                    "standing": True,
                    "slice_contact": True,
                    "slice_claims": True,
                    "date_to": self._in(180),
                }
            )
            request.action_submit()
        self._approve(request, SUPERVISOR)
        if request._open_slots():
            self._approve(request, COMPLIANCE)

    def _expired(self):
        request = self._request(AGENT, ["claims"], "claim", "理赔回访", 5, [SUPERVISOR])
        self._shift(request, 12)

    def _turned_down(self):
        refused = self._request(AGENT, ["health"], "other", "了解客户情况", 20, [])
        self._dialog(refused, "action_refuse", SUPERVISOR, "目的不具体，请写明业务事项")
        revoked = self._request(
            AGENT, ["financial"], "needs", "保障检视", 15, [SUPERVISOR]
        )
        self._dialog(revoked, "action_revoke", SUPERVISOR, "客户已转由他人服务")

    def _dialog(self, request, action, login, reason):
        with acting(self.env, login) as env:
            dialog = getattr(request.with_env(env), action)()
            decide = env[dialog["res_model"]].browse(dialog["res_id"])
            decide.reason = reason
            decide.action_confirm()

    def _draft(self):
        with acting(self.env, AGENT) as env:
            env[REQUEST].create({"purpose_id": env.ref(f"{ARCHIVE}.purpose_needs").id})

    def _close(self, request):
        with acting(self.env, request.user_id.login) as env:
            request.with_env(env)._close(
                "用于申请所述事项，已办结", "destroyed", "打印件1份，已粉碎"
            )

    def _deputies(self):
        absences = self.env["insurance.access.delegation"]
        for start, end, reason in ((7, 14, "年休假"), (-60, -53, "外出培训")):
            absences.with_user(
                self.env.ref(f"{ARCHIVE}.demo_user_{SUPERVISOR2}")
            ).create(
                {
                    "deputy_id": self.env.ref(f"{ARCHIVE}.demo_user_{SUPERVISOR}").id,
                    "date_from": self._in(start),
                    "date_to": self._in(end),
                    "reason": reason,
                }
            )

    def _in(self, days):
        return fields.Datetime.now() + timedelta(days=days)

    def _shift(self, request, days):
        """Let it have happened so many days ago."""
        self.env.flush_all()
        back = SQL("interval '%s days'", days)
        for table, names, where in (
            (
                "insurance_access_request",
                ("date_from", "date_to", "submitted_on", "state_date", "closed_on"),
                SQL("id = %s", request.id),
            ),
            (
                "insurance_access_grant",
                ("date_from", "date_to", "ended_on"),
                SQL("id = %s", request.grant_id.id),
            ),
            ("insurance_access_step", ("date",), SQL("request_id = %s", request.id)),
        ):
            moved = SQL(", ").join(
                SQL(
                    "%(name)s = %(name)s - %(back)s",
                    name=SQL.identifier(name),
                    back=back,
                )
                for name in names
            )
            self.env.cr.execute(
                SQL("UPDATE %s SET %s WHERE %s", SQL.identifier(table), moved, where)
            )
        self.env.invalidate_all()
