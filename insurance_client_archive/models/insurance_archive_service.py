from odoo import api, fields, models
from odoo.fields import Domain

from .insurance_archive_freshness import CLOSED_STATES
from .insurance_archive_policies import GROUPS


class InsuranceArchive(models.Model):
    """The plan by which the client is looked after."""

    _inherit = "insurance.archive"

    service_plan_id = fields.Many2one(
        "insurance.service.plan",
        string="Service plan",
        index="btree_not_null",
        ondelete="set null",
        copy=False,
        help="Found every night by the filters of the plans, unless you choose one.",
    )
    service_plan_fixed = fields.Boolean(
        string="Plan chosen by hand",
        copy=False,
        help="The plan stays whatever the filters say.",
    )
    service_item_ids = fields.One2many(
        "insurance.service.item", "archive_id", string="Services", groups=GROUPS
    )
    service_late_count = fields.Integer(
        string="Services late", compute="_compute_service_late", compute_sudo=False
    )

    @api.depends("service_item_ids.state", "service_item_ids.due_date")
    @api.depends_context("uid")
    def _compute_service_late(self):
        late = Domain("archive_id", "in", self.ids) & Domain("late", "=", True)
        counts = self._count_by("insurance.service.item", late, "archive_id")
        for archive in self:
            archive.service_late_count = counts.get(archive._origin, 0)

    @api.onchange("service_plan_id")
    def _onchange_service_plan_id(self):
        self.service_plan_fixed = bool(self.service_plan_id)

    def write(self, vals):
        result = super().write(vals)
        if not {"agent_id", "manager_id"}.isdisjoint(vals):
            self._open_services()._hand_over()
        return result

    def _on_state(self, before):
        result = super()._on_state(before)
        closed = self.filtered(lambda archive: archive.state in CLOSED_STATES)
        closed._open_services().write(
            {
                "state": "skipped",
                "state_reason": self.env._("The archive is no longer worked on."),
            }
        )
        return result

    def action_open_services(self):
        self.ensure_one()
        return self._open_children("insurance_service_item_action")

    def _open_services(self):
        # superuser: whoever hands a client over may no longer open the archive
        return (
            self.env["insurance.service.item"]
            .sudo()
            .search([("archive_id", "in", self.ids), ("state", "=", "planned")])
        )


class InsuranceInteraction(models.Model):
    """A talk does the services that are due."""

    _inherit = "insurance.interaction"

    @api.model_create_multi
    def create(self, vals_list):
        interactions = super().create(vals_list)
        interactions._do_services()
        return interactions

    def _do_services(self):
        """Tick off what is due around the day of the talk and done by its channel."""
        talks = self.filtered(lambda talk: talk.outcome != "not_reached")
        if not talks:
            return
        days = self.env["insurance.parameter"]._get("service_early_days")
        items = self.env["insurance.service.item"].search(
            [
                ("archive_id", "in", talks.archive_id.ids),
                ("state", "=", "planned"),
            ]
        )
        by_archive = items.grouped("archive_id")
        for talk in talks.sorted("date"):
            day = talk.date.date()
            done = by_archive.get(talk.archive_id, items[:0]).filtered(
                lambda item, talk=talk, day=day: (
                    item.state == "planned"
                    and item.due_date <= fields.Date.add(day, days=days)
                    # a visit is a visit; everything else is done by any talk
                    and (item.kind != "visit" or talk.channel == "face_to_face")
                )
            )
            done.write({"state": "done", "done_on": day, "interaction_id": talk.id})
