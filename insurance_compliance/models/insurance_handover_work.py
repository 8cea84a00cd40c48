from typing import NamedTuple

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.insurance_client_archive.models.insurance_churn_alert import (
    OPEN as OPEN_ALERT,
)
from odoo.addons.insurance_client_archive.models.insurance_claim_life import (
    DONE as DONE_CLAIM,
)
from odoo.addons.insurance_client_archive.models.insurance_feedback_life import (
    OPEN as OPEN_FEEDBACK,
)


class Work(NamedTuple):
    """Open work of one kind: whose it is, which of it is open, whose client's.

    Without ``user`` it passes to the new agent by itself, and nothing is written.
    """

    model: str
    user: str
    domain: list
    client: SQL


ARCHIVE_OF = SQL("line.archive_id = work.archive_id")
PARTNER_OF = SQL("line.partner_id = work.partner_id")
#: activities hang on the contact, or on an opportunity of the contact
ACTIVITY_OF = SQL(
    """line.partner_id = CASE work.res_model
        WHEN 'res.partner' THEN work.res_id
        WHEN 'crm.lead' THEN (
            SELECT lead.partner_id FROM crm_lead lead WHERE lead.id = work.res_id)
    END"""
)
WORK = {
    "activity": Work(
        "mail.activity",
        "user_id",
        [("res_model", "in", ("res.partner", "crm.lead"))],
        ACTIVITY_OF,
    ),
    "step": Work(
        "insurance.interaction",
        "",
        [("next_date", "!=", False), ("next_done", "=", False)],
        ARCHIVE_OF,
    ),
    "service": Work(
        "insurance.service.item", "user_id", [("state", "=", "planned")], ARCHIVE_OF
    ),
    "opportunity": Work(
        "crm.lead", "user_id", [("won_status", "=", "pending")], PARTNER_OF
    ),
    "application": Work(
        "insurance.policy",
        "agent_id",
        [("state", "in", ("application", "underwriting"))],
        ARCHIVE_OF,
    ),
    "claim": Work(
        "insurance.claim", "user_id", [("state", "not in", DONE_CLAIM)], ARCHIVE_OF
    ),
    "feedback": Work(
        "insurance.feedback", "handler_id", [("state", "in", OPEN_FEEDBACK)], ARCHIVE_OF
    ),
    "churn": Work(
        "insurance.churn.alert", "user_id", [("state", "in", OPEN_ALERT)], ARCHIVE_OF
    ),
}
KINDS = [
    ("activity", "Activities"),
    ("step", "Agreed next steps"),
    ("service", "Planned services"),
    ("opportunity", "Opportunities"),
    ("application", "Applications for insurance"),
    ("claim", "Open claims"),
    ("feedback", "Complaints and requests"),
    ("churn", "Warnings of leaving"),
]


class InsuranceHandoverWork(models.Model):
    """How much open work of a kind passes with the clients."""

    _name = "insurance.handover.work"
    _description = "Open work handed over"
    _order = "handover_id, id"

    handover_id = fields.Many2one(
        "insurance.handover", required=True, index=True, ondelete="cascade"
    )
    kind = fields.Selection(KINDS, required=True, readonly=True)
    count = fields.Integer(readonly=True)

    def action_open(self):
        """Open what is counted, in the user's own sight."""
        self.ensure_one()
        work = WORK[self.kind]
        return {
            "type": "ir.actions.act_window",
            "name": dict(self._fields["kind"]._description_selection(self.env))[
                self.kind
            ],
            "res_model": work.model,
            "view_mode": "list,form",
            # the list may hold more than the user may open; the rules say what shows
            "domain": [("id", "in", self._work_ids())],
        }

    def _work_ids(self):
        self.ensure_one()
        self.handover_id.check_access("read")
        if self.handover_id.state == "draft" or not WORK[self.kind].user:
            rows = self.handover_id._work_rows(self.kind)
            return [work_id for work_id, *_line in rows]
        moves = self.env["insurance.handover.move"].search(
            [("handover_id", "=", self.handover_id.id), ("kind", "=", self.kind)]
        )
        return moves.mapped("res_id")


class InsuranceHandover(models.Model):
    """What is open for the clients of a handover: one statement a kind."""

    _inherit = "insurance.handover"

    def _work_domain(self, kind):
        """Return what is open of this kind and in the hands of who gives away."""
        work = WORK[kind]
        domain = Domain(work.domain)
        return (
            domain & Domain(work.user, "=", self.agent_id.id) if work.user else domain
        )

    def _work_rows(self, kind):
        """Return (work, line) ids of open work of the clients on the list."""
        self.ensure_one()
        work = WORK[kind]
        # superuser: ids alone, of work that passes to others or is counted
        model = self.env[work.model].sudo()
        query = model._search(self._work_domain(kind))
        query.order = None
        self.env.flush_all()
        return self.env.execute_query(
            SQL(
                """
                SELECT work.id, line.id
                FROM insurance_handover_line line
                JOIN %(table)s work ON %(client)s
                WHERE line.handover_id = %(handover)s AND work.id IN %(open)s
                ORDER BY work.id
                """,
                table=SQL.identifier(model._table),
                client=work.client,
                handover=self.id,
                open=query.subselect(),
            )
        )

    def _count_work(self):
        """Count the open work, by kind and by client."""
        self.ensure_one()
        per_line, rows = {}, []
        for kind, _label in KINDS:
            found = self._work_rows(kind)
            for _work, line in found:
                per_line[line] = per_line.get(line, 0) + 1
            if found:
                rows.append({"handover_id": self.id, "kind": kind, "count": len(found)})
        # superuser: figures that nobody enters
        handover = self.sudo()
        handover.work_ids.unlink()
        handover.env["insurance.handover.work"].create(rows)
        self._set_line_counts("work_count", per_line)

    def _set_line_counts(self, name, counts):
        """Write figures of many lines in one statement."""
        if not counts:
            return
        self.env.execute_query(
            SQL(
                """
                UPDATE insurance_handover_line line SET %(name)s = counted.number
                FROM unnest(%(ids)s, %(numbers)s) AS counted(id, number)
                WHERE line.id = counted.id RETURNING line.id
                """,
                name=SQL.identifier(name),
                ids=list(counts),
                numbers=list(counts.values()),
            )
        )
        self.line_ids.invalidate_recordset([name], flush=False)
