from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .insurance_handover import ARCHIVE
from .insurance_handover_run import QUIETLY
from .insurance_handover_work import WORK


class InsuranceHandover(models.Model):
    """Give clients back while nothing has happened."""

    _inherit = "insurance.handover"

    def _check_returnable(self):
        self.ensure_one()
        # superuser: the clients may have left the sight of who handed them over
        handover = self.sudo()
        if self.env.uid not in (1, handover.user_id.id):
            raise UserError(
                self.env._(
                    "Only %s, who handed these clients over, gives them back.",
                    handover.user_id.name,
                )
            )
        agent = handover.agent_id
        if not agent.active or not agent.has_group(f"{ARCHIVE}.group_agent"):
            raise UserError(
                self.env._(
                    "%s doesn't have the role of an agent any more. Ask your "
                    "administrator to give it back first.",
                    agent.name,
                )
            )
        happened = handover._what_happened()
        if happened:
            raise UserError(
                self.env._(
                    "Too late to give the clients back: %s. Hand them over anew.",
                    ", ".join(happened),
                )
            )

    def _what_happened(self):
        """Return in words what has been done since the handover."""
        self.ensure_one()
        self.env.flush_all()
        happened = []
        told = len(
            self.line_ids.filtered(lambda one: one.state in ("sent", "confirmed"))
        )
        if told:
            happened.append(self.env._("%s clients were told", told))
        passed_on = self.line_ids.filtered(
            lambda line: line.archive_id.agent_id != line.to_agent_id
        )
        if passed_on:
            happened.append(
                self.env._("%s clients went on to somebody else", len(passed_on))
            )
        talks = self.env["insurance.interaction"].search_count(
            [
                ("archive_id", "in", self.line_ids.archive_id.ids),
                ("create_date", ">", self.done_on),
                ("user_id", "in", self.line_ids.to_agent_id.ids),
            ]
        )
        if talks:
            happened.append(self.env._("%s talks took place", talks))
        worked_on = sum(
            self._moved_on(kind) for kind, work in WORK.items() if work.user
        )
        if worked_on:
            happened.append(
                self.env._("%s pieces of work were gone on with", worked_on)
            )
        return happened

    def _moved_on(self, kind):
        """Count the work that is in other hands by now, or no longer open."""
        work = WORK[kind]
        model = self.env[work.model]
        query = model._search(work.domain)
        query.order = None
        [(count,)] = self.env.execute_query(
            SQL(
                """
                SELECT COUNT(*) FROM insurance_handover_move move
                LEFT JOIN %(table)s work ON work.id = move.res_id
                     AND work.id IN %(open)s
                WHERE move.handover_id = %(handover)s AND move.kind = %(kind)s
                  AND work.%(user)s IS DISTINCT FROM move.to_id
                """,
                table=SQL.identifier(model._table),
                open=query.subselect(),
                handover=self.id,
                kind=kind,
                user=SQL.identifier(work.user),
            )
        )
        return count

    def _give_back(self):
        """Undo the moves; rights that have ended stay ended."""
        # superuser: the step asked who may (``_check_returnable``)
        handover = self.sudo().with_context(**QUIETLY)
        for team, lines in handover.line_ids.grouped("from_team_id").items():
            lines.archive_id.write(
                {"agent_id": handover.agent_id.id, "team_id": team.id}
            )
        managed = handover.env["insurance.handover.managed"].search(
            [("handover_id", "=", handover.id)]
        )
        managed.archive_id.write({"manager_id": handover.agent_id.id})
        handover._move_work(back=True)
        handover.line_ids.write({"state": "none", "due_date": False})
        handover.write({"notice_due": False})
        handover.line_ids.archive_id._forget_access()
