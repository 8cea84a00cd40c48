from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .insurance_handover import NOTIFIED
from .insurance_handover_work import WORK

#: no mail for each record, and nobody becomes a follower of a contact
QUIETLY = {
    "tracking_disable": True,
    "mail_activity_quick_update": True,
    "mail_auto_subscribe_no_notify": True,
    "insurance_review": True,
}


class InsuranceHandover(models.Model):
    """The handover itself: in one transaction, and by statements on many records."""

    _inherit = "insurance.handover"

    def _execute(self):
        """Move clients and open work and end the rights; the state is *done*."""
        self.ensure_one()
        # superuser: who may hand these clients over was asked by the step itself
        # (``_check_ready``); agents may not touch each other's work
        handover = self.sudo().with_context(**QUIETLY)
        handover._note_work()
        handover._move_clients()
        handover._move_work()
        handover._settle_complaints()
        handover._close_moves()
        handover._start_notices()
        handover._unfollow()
        handover._end_grants()
        if handover.reason == "leaves":
            handover._cut_rights()
        handover._tell_takers()
        handover.line_ids.archive_id._forget_access()

    def _note_work(self):
        """Write down whose each piece of open work was."""
        self._count_work()
        for kind, work in WORK.items():
            rows = self._work_rows(kind) if work.user else []
            if not rows:
                continue
            works, lines = zip(*rows, strict=True)
            self.env.execute_query(
                SQL(
                    """
                    INSERT INTO insurance_handover_move
                        (handover_id, kind, res_id, line_id, from_id, to_id)
                    SELECT line.handover_id, %(kind)s, found.work, line.id, %(agent)s,
                           line.to_agent_id
                    FROM unnest(%(works)s, %(lines)s) AS found(work, line)
                    JOIN insurance_handover_line line ON line.id = found.line
                    RETURNING id
                    """,
                    kind=kind,
                    agent=self.agent_id.id,
                    works=list(works),
                    lines=list(lines),
                )
            )
        self.env["insurance.handover.move"].invalidate_model()

    def _move_clients(self):
        """Give the clients their new agents, and managed ones a new manager."""
        if self.new_manager_id:
            managed = self.env["insurance.archive"].search(
                self._led_domain() & Domain("manager_id", "=", self.agent_id.id)
            )
            self.env["insurance.handover.managed"].create(
                [
                    {"handover_id": self.id, "archive_id": archive.id}
                    for archive in managed
                ]
            )
            managed.write({"manager_id": self.new_manager_id.id})
        teams = {target.agent_id: target.team_id for target in self.target_ids}
        for agent, lines in self.line_ids.grouped("to_agent_id").items():
            team = teams.get(agent) or agent.crm_team_ids[:1]
            lines.archive_id.write(
                {"agent_id": agent.id, **({"team_id": team.id} if team else {})}
            )

    def _move_work(self, back=False):
        """Give the noted work to the new agents, or back to the former one."""
        column = SQL.identifier("from_id" if back else "to_id")
        rows = self.env.execute_query(
            SQL(
                """
                SELECT kind, %(user)s, array_agg(res_id ORDER BY res_id)
                FROM insurance_handover_move WHERE handover_id = %(handover)s
                GROUP BY kind, %(user)s ORDER BY kind, %(user)s
                """,
                user=column,
                handover=self.id,
            )
        )
        for kind, user_id, ids in rows:
            work = WORK[kind]
            records = self.env[work.model].browse(ids).exists()
            if kind == "feedback" and not back:
                # who handles a complaint must have no interest: see below
                records = records.filtered(lambda one: one.kind != "complaint")
            moving = records.filtered(
                lambda one, name=work.user, user=user_id: one[name].id != user
            )
            moving.write({work.user: user_id})

    def _settle_complaints(self):
        """Find a handler without interest: a client's agent must not handle one."""
        complaints = self.env["insurance.feedback"].search(self._open_complaints())
        for complaint in complaints.filtered(
            lambda one: one.handler_id == self.agent_id or one.handler_conflict
        ):
            handler = complaint._default_handler() - self.agent_id
            complaint.handler_id = handler

    def _open_complaints(self):
        return [
            ("archive_id", "in", self.line_ids.archive_id.ids),
            ("kind", "=", "complaint"),
            *WORK["feedback"].domain,
        ]

    def _close_moves(self):
        """Note where each piece of work has in fact come to rest."""
        self.env.flush_all()
        for kind, work in WORK.items():
            if not work.user:
                continue
            self.env.cr.execute(
                SQL(
                    """
                    UPDATE insurance_handover_move move SET to_id = work.%(user)s
                    FROM %(table)s work
                    WHERE move.handover_id = %(handover)s AND move.kind = %(kind)s
                      AND work.id = move.res_id
                    """,
                    user=SQL.identifier(work.user),
                    table=SQL.identifier(self.env[work.model]._table),
                    handover=self.id,
                    kind=kind,
                )
            )
        self.env["insurance.handover.move"].invalidate_model()

    def _start_notices(self):
        """Start the time in which clients must be told of the change."""
        self.write({"done_on": fields.Datetime.now()})
        if self.reason not in NOTIFIED:
            return
        due = self._notice_deadline()
        told = self.line_ids.filtered("long_term")
        told.write({"state": "to_send", "due_date": due})
        if told:
            self.notice_due = due

    def _unfollow(self):
        """Take the former agent off the followers: they outlive every right."""
        partners = self.line_ids.partner_id.ids
        leads = self.env["crm.lead"]._search([("partner_id", "in", partners)])
        self.env["mail.followers"].search(
            [
                ("partner_id", "=", self.agent_id.partner_id.id),
                "|",
                "&",
                ("res_model", "=", "res.partner"),
                ("res_id", "in", partners),
                "&",
                ("res_model", "=", "crm.lead"),
                ("res_id", "in", leads),
            ]
        ).unlink()

    def _tell_takers(self):
        """Remind the new agents to get in touch; the text says nothing of a client."""
        kind = self.env.ref("insurance_compliance.mail_activity_type_handover")
        for agent, lines in self.line_ids.grouped("to_agent_id").items():
            if agent == self.env.user:
                continue
            kind._remind_user(agent, lines[:1].due_date or fields.Date.today())
