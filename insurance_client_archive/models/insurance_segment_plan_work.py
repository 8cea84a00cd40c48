from odoo import api, fields, models
from odoo.fields import Domain

from ..sweep_kind import NOTHING, Chunk, Kind


class InsuranceSweep(models.Model):
    _inherit = "insurance.sweep"

    @api.model
    def _kinds(self):
        return super()._kinds() | {
            "segment_plan": Kind(
                self.env._("Activities for the clients of a segment"),
                "insurance.segment",
                "insurance_client_archive.group_agent",
                as_user=True,
                limit=200,
            )
        }


class InsuranceSegment(models.Model):
    """Activities for all clients of a segment, with the rights of who plans them."""

    _inherit = "insurance.segment"

    @api.model
    def _sweep_segment_plan_extent(self, sweep):
        segment = self.browse(sweep.scope["segment"]).exists()
        if not segment:
            return NOTHING
        return sweep.with_user(self.env.user)._extent_of(
            "insurance.archive", segment._archives_domain()
        )

    @api.model
    def _sweep_segment_plan_chunk(self, sweep, after, until, limit):
        segment = self.browse(sweep.scope["segment"]).exists()
        if not segment:
            return Chunk(0, until)
        part = Domain("id", ">", after) & Domain("id", "<=", until)
        archives = self.env["insurance.archive"].search(
            segment._archives_domain() & part, order="id", limit=limit
        )
        segment._plan_activities(archives, sweep.scope)
        full = len(archives) == limit
        return Chunk(len(archives), archives[-1].id if full else until)

    def _plan_activities(self, archives, scope):
        """Plan one activity a contact, where none of the kind is open; return how many.

        Text and kind come from the kind of activity: they must not tell anything.
        """
        # as superuser: what kinds of activities there are is no secret
        kind = self.env["mail.activity.type"].sudo().browse(scope["type"]).exists()
        contact_model = self.env["ir.model"]._get_id("res.partner")
        # as superuser: an open activity counts, whoever it is assigned to
        Activity = self.env["mail.activity"].sudo()
        busy = Activity.search(
            [
                ("res_model", "=", "res.partner"),
                ("res_id", "in", archives.partner_id.ids),
                ("activity_type_id", "=", kind.id),
            ]
        ).mapped("res_id")
        free = archives.filtered(lambda archive: archive.partner_id.id not in busy)
        Activity.with_context(mail_activity_quick_update=True).create(
            [
                {
                    "res_model_id": contact_model,
                    "res_id": archive.partner_id.id,
                    "activity_type_id": kind.id,
                    "summary": kind.with_context(lang=user.lang).summary or False,
                    "note": False,
                    "user_id": user.id,
                    "date_deadline": fields.Date.to_date(scope["date"]),
                }
                for archive in free
                for user in [self._assignee(archive, scope)]
            ]
        )
        return len(free)

    def _assignee(self, archive, scope):
        # as superuser: only who is to be reminded
        agent = archive.agent_id.sudo()
        return agent if scope["assignee"] == "agent" and agent.active else self.env.user
