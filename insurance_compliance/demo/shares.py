"""Agreements with partners, and shares in all the states that they can be in."""

from datetime import datetime, timedelta
from typing import NamedTuple

from passlib.hash import pbkdf2_sha512

from odoo import fields
from odoo.fields import Command
from odoo.tools import SQL

from .impact import assess_agreement
from .requests import acting

MODULE = "insurance_compliance"
ARCHIVE = "insurance_client_archive"
REINSURER = "和信再保险（演示）有限公司"
ASSISTANCE = "安途救援服务（演示）有限公司"
TERMS = {
    "manner": "核对理赔资料与再保险合同，不作其他处理。",
    "confidentiality": "仅限经授权人员接触；不得复制、转让或公开；合作结束后继续有效。",
    "liability": "因违约造成客户或我公司损失的，由合作方承担赔偿责任。",
    "protection": "加密存储，双因素登录，访问留痕，每年接受一次检查。",
}
ARTICLE = "《保险法》第二十八条"


class Plan(NamedTuple):
    """One share: what, to whom, and how far it has come."""

    kind: str
    parts: tuple
    purpose: str
    #: draft, submitted, refused, approved, delivered, opened, recalled or expired
    end: str
    #: days since it was delivered
    age: int = 0


TODAY = (
    Plan("client_authorised", ("identity", "policies"), "claim", "opened", 1),
    Plan("client_authorised", ("identity", "phone"), "policy_service", "delivered", 2),
    Plan("client_authorised", ("identity", "email", "phone"), "claim", "submitted"),
    Plan("client_authorised", ("identity", "id_number"), "claim", "draft"),
    Plan("client_authorised", ("identity", "id_number", "work"), "claim", "refused"),
    Plan("cooperation", ("identity", "policies"), "claim", "opened", 3),
    Plan("cooperation", ("identity", "insured"), "claim", "submitted"),
    Plan("cooperation", ("identity", "policies"), "claim", "approved"),
    Plan("cooperation", ("identity", "policies"), "claim", "recalled", 4),
    Plan("client_authorised", ("identity",), "policy_service", "expired", 9),
    Plan("internal", ("identity", "policies"), "verification", "delivered", 1),
    Plan("internal", ("identity", "phone"), "verification", "submitted"),
)
#: what was shared in each of the last months
MONTHLY = (
    Plan("client_authorised", ("identity", "policies"), "claim", "expired"),
    Plan("client_authorised", ("identity", "phone"), "policy_service", "expired"),
    Plan("client_authorised", ("identity",), "claim", "expired"),
    Plan("cooperation", ("identity", "policies"), "claim", "expired"),
    Plan("cooperation", ("identity", "insured"), "claim", "expired"),
    Plan("internal", ("identity", "policies"), "verification", "expired"),
)
MONTHS = 5


def load_shares(env):
    if env.ref(f"{MODULE}.demo_partner_login", raise_if_not_found=False):
        return
    ShareDemo(env).load()


class ShareDemo:
    def __init__(self, env):
        self.env = env
        self.people = {
            name: env.ref(f"{ARCHIVE}.demo_user_{name}")
            for name in ("agent", "agent4", "supervisor", "compliance", "insadmin")
        }
        self.parts = {
            part.code: part for part in env["insurance.share.part"].search([])
        }
        self.clients = iter(self._clients())

    def load(self):
        self.reinsurer, self.login = self._partner()
        self.agreement = self._agreements()
        self.text = self._notice()._text("zh_CN")
        plans = []
        for month in range(MONTHS, 0, -1):
            # not the same number each month
            some = MONTHLY[: len(MONTHLY) - month % 3]
            plans += [
                plan._replace(age=30 * month - 3 * place)
                for place, plan in enumerate(some)
            ]
        # the oldest has the lowest number
        for plan in [*plans, *TODAY]:
            self._share(plan)

    def _clients(self):
        archives = self.env["insurance.archive"].search(
            [
                ("agent_id", "=", self.people["agent"].id),
                ("state", "in", ("entered", "filed")),
                ("client_kind", "=", "individual"),
                ("policy_ids", "!=", False),
            ],
            order="id",
        )
        while True:
            yield from archives

    def _partner(self):
        partners = self.env["res.partner"]
        china = self.env.ref("base.cn").id
        reinsurer = partners.create(
            {"name": REINSURER, "is_company": True, "country_id": china}
        )
        contact = partners.create(
            {
                "name": "马志远",
                "parent_id": reinsurer.id,
                "function": "理赔核查",
                "email": "ma.zhiyuan@example.com",
            }
        )
        user = (
            self.env["res.users"]
            .with_context(no_reset_password=True)
            ._load_records(
                [
                    {
                        "xml_id": f"{MODULE}.demo_partner_login",
                        "values": {
                            "login": "partner",
                            "partner_id": contact.id,
                            "name": contact.name,
                            "tz": "Asia/Shanghai",
                            "group_ids": [
                                Command.set([self.env.ref("base.group_portal").id])
                            ],
                        },
                        "noupdate": True,
                    }
                ]
            )
        )
        # a weak hash protects nothing less here; Odoo replaces it at the first login
        hashing = pbkdf2_sha512.using(rounds=1000)
        user._set_encrypted_password(user.id, hashing.hash(user.login))
        return reinsurer, user

    def _agreements(self):
        """Return the one in force; others wait, end soon, or are refused."""
        today = fields.Date.today()
        year = timedelta(days=365)
        assistance = self.env["res.partner"].create(
            {
                "name": ASSISTANCE,
                "is_company": True,
                "country_id": self.env.ref("base.cn").id,
            }
        )
        agreements = [
            self._agreement(self.reinsurer, today - year / 2, today + year),
            self._agreement(
                assistance,
                today - year,
                today + timedelta(days=25),
                role="processor",
                slice_contact=True,
                checked_on=today - timedelta(days=80),
            ),
            self._agreement(assistance, today, today + year, role="processor"),
        ]
        for agreement in agreements:
            self._as("insadmin", agreement).sudo().state = "submitted"
        for agreement in agreements[:2]:
            assess_agreement(self.env, agreement)
            self._do("compliance", agreement, "write", {"state": "approved"})
        return agreements[0]

    def _agreement(self, partner, date_from, date_to, **values):
        # as the administrator: who prepares an agreement does not approve it
        model = self._as("insadmin", self.env["insurance.share.agreement"]).sudo()
        purposes = ("purpose_claim", "purpose_policy_service")
        return model.create(
            {
                "partner_id": partner.id,
                "date_from": date_from,
                "date_to": date_to,
                "purpose_ids": [
                    Command.set(
                        [self.env.ref(f"{ARCHIVE}.{name}").id for name in purposes]
                    )
                ],
                "reference": f"HZ-{date_from.year}-{partner.id:03}",
                "document_hash": f"{partner.id:064x}",
                **TERMS,
                **values,
            }
        )

    def _notice(self):
        notice = self.env.ref(f"{MODULE}.notice_clients_1")
        if notice.state == "draft":
            self._as("compliance", notice).action_approve_substance()
        return notice.sudo()

    def _as(self, name, records):
        return records.with_user(self.people[name])

    def _do(self, name, records, method, *arguments):
        """Decide as the person does who is logged in."""
        with acting(self.env, name) as own:
            getattr(records.with_env(own), method)(*arguments)

    def _share(self, plan):
        archive = next(self.clients)
        now = fields.Datetime.now()
        values = {
            "kind": plan.kind,
            "archive_id": archive.id,
            "purpose_id": self.env.ref(f"{ARCHIVE}.purpose_{plan.purpose}").id,
            "part_ids": [Command.set([self.parts[code].id for code in plan.parts])],
            "date_to": now + timedelta(days=14),
            **self._rights(plan, archive),
        }
        share = self._as("agent", self.env["insurance.share"]).create(values)
        if plan.end == "draft":
            return
        share.action_submit()
        if plan.end == "submitted":
            return
        decider = "compliance" if plan.kind == "cooperation" else "supervisor"
        if plan.end == "refused":
            reason = "目的不需要职业信息，请删去后重新申请。"
            refusal = {"state": "refused", "state_reason": reason}
            self._do(decider, share, "write", refusal)
            return
        if plan.kind == "internal":
            self._do("compliance", share, "action_review")
        self._do(decider, share, "action_approve")
        if plan.end == "approved":
            return
        if plan.kind != "internal":
            share.action_deliver()
        self._move_on(plan, share)

    def _rights(self, plan, archive):
        if plan.kind == "internal":
            return {
                "recipient_user_id": self.people["agent4"].id,
                "basis": "contract",
                "basis_article": "《个人信息保护法》第十三条第一款第二项",
            }
        outside = {
            "recipient_id": self.reinsurer.id,
            "recipient_user_id": self.login.id,
        }
        if plan.kind == "cooperation":
            return {
                **outside,
                "agreement_id": self.agreement.id,
                "basis": "legal_duty",
                "basis_article": ARTICLE,
            }
        return {**outside, "consent_ids": [Command.set(self._consent(archive).ids)]}

    def _consent(self, archive):
        """Return the client's consent to this recipient, asked for by the agent."""
        living = archive._live_consents("separate", recipient=self.reinsurer)
        if living:
            return living[:1]
        answer = {
            "processing": self.env["insurance.processing"]._of_code("sharing"),
            "given": True,
            "recipient": self.reinsurer,
        }
        proof = {
            "evidence": "recording",
            "reference": f"REC-{archive.id:06}",
            "given_by": "client",
        }
        consents = self._as("agent", self.env["insurance.consent"])
        return consents._take_down(archive, self.text, [answer], proof)

    def _move_on(self, plan, share):
        """Open, recall or end what was delivered, and let it be some days ago."""
        system = share.sudo()
        if plan.end in ("opened", "expired") and plan.kind != "internal":
            undertaking = self.env["insurance.share.undertaking"]._current()
            receiver = system.with_user(self.login).sudo()
            receiver._portal_accept(undertaking._digest())
            receiver.download_count = 1
            self.env["insurance.share.event"].with_user(self.login)._append(
                receiver, "download", "PDF", f"{share.id:064x}"
            )
            receiver._portal_receipt()
        if plan.end == "recalled":
            share.write({"state": "ended", "state_reason": "客户来电要求停止提供。"})
        if plan.end == "expired":
            system._end("expired")
        self.env.flush_all()
        self._move_back(share, plan.age)

    def _move_back(self, share, days):
        """Shift the dates of a share; its history can't be written by the ORM."""
        step = timedelta(days=days)
        dates = (
            *("create_date", "submitted_on", "reviewed_on", "decided_on"),
            *("delivered_on", "undertaken_on", "receipt_on", "state_date"),
        )
        shifted = [
            SQL("%(d)s = %(d)s - %(s)s", d=SQL.identifier(d), s=step) for d in dates
        ]
        if share.state == "ended":
            # ended within its days
            end = min(datetime.now(), datetime.now() - step + timedelta(days=7))
            for name in ("ended_on", "date_to"):
                shifted.append(SQL("%s = %s", SQL.identifier(name), end))
        self.env.cr.execute(
            SQL(
                "UPDATE insurance_share SET %s WHERE id = %s",
                SQL(", ").join(shifted),
                share.id,
            )
        )
        self.env.cr.execute(
            SQL(
                "UPDATE insurance_share_event SET date = date - %s WHERE share_id = %s",
                step,
                share.id,
            )
        )
        self.env.invalidate_all()
