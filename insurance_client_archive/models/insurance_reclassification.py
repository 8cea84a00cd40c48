from odoo import api, fields, models
from odoo.exceptions import UserError

CAUSES = [
    ("need", "Needs of clients have changed"),
    ("product", "Product policy has changed"),
    ("market", "The market has changed"),
    ("law", "Law or rules have changed"),
]
#: entered by the start, by nobody
NOTED = frozenset({"user_id", "started_on", "sweep_id", "first_change_id"})


class InsuranceReclassification(models.Model):
    """Classify all clients anew for a cause, and keep what came of it."""

    _name = "insurance.reclassification"
    _description = "Round of classification"
    _order = "id desc"

    name = fields.Char(string="Occasion", required=True)
    cause = fields.Selection(CAUSES, required=True, default="market", index=True)
    reason = fields.Text(
        string="What has changed",
        required=True,
        help="And why it concerns the classes of clients.",
    )
    user_id = fields.Many2one("res.users", string="Started by", readonly=True)
    started_on = fields.Datetime(string="Started on", readonly=True, copy=False)
    sweep_id = fields.Many2one(
        "insurance.sweep", string="Bulk work", readonly=True, copy=False
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("running", "Running"),
            ("done", "Completed"),
            ("stopped", "Stopped"),
        ],
        compute="_compute_state",
        compute_sudo=True,
    )
    progress = fields.Float(compute="_compute_state", compute_sudo=True)
    first_change_id = fields.Integer(
        string="Change before", readonly=True, copy=False, aggregator=None
    )
    moved_count = fields.Integer(
        string="Moves between classes",
        compute="_compute_moved_count",
        compute_sudo=True,
        help="Of all clients, since the start and until the work was completed.",
    )
    conclusion = fields.Text(
        help="What the house does about it: plans, notices, scorecards."
    )

    @api.depends("sweep_id.state")
    def _compute_state(self):
        states = {"done": "done", "cancelled": "stopped", "failed": "stopped"}
        for item in self:
            sweep = item.sweep_id
            item.progress = sweep.progress
            item.state = sweep and states.get(sweep.state, "running") or "draft"

    @api.depends("sweep_id.state", "first_change_id")
    def _compute_moved_count(self):
        Change = self.env["insurance.client.class.change"]
        for item in self:
            item.moved_count = item.sweep_id and Change.search_count(
                item._moves_domain()
            )

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            for vals in vals_list:
                # not left out: a default of the caller would take the place
                vals.update(dict.fromkeys(NOTED, False))
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            started = any(item.sweep_id for item in self)
            if not NOTED.isdisjoint(vals) or (started and set(vals) - {"conclusion"}):
                raise UserError(
                    self.env._(
                        "What was started stays on record. Only the conclusion is "
                        "written afterwards."
                    )
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_started(self):
        if any(item.sweep_id for item in self):
            raise UserError(self.env._("What was started stays on record."))

    def action_start(self):
        """Refresh figures and classes of all clients, for this cause."""
        self.ensure_one()
        if self.sweep_id:
            raise UserError(self.env._("This round was started already."))
        self.check_access("write")
        last = self.env.execute_query(
            self.env["insurance.client.class.change"]
            # superuser: the running number of the history is no content
            .sudo()
            ._search([], order="id desc", limit=1)
            .select("id")
        )
        sweep = self.env["insurance.client.class"]._start_sweep(
            "segment_refresh", self.name
        )
        # superuser: when it was started, and by what, is not entered by hand
        self.sudo().write(
            {
                "sweep_id": sweep.id,
                "user_id": self.env.uid,
                "started_on": fields.Datetime.now(),
                "first_change_id": last[0][0] if last else 0,
            }
        )
        return True

    def action_open_moves(self):
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "insurance_client_archive.insurance_client_class_change_action"
            ),
            "domain": self._moves_domain(),
            "context": {},
        }

    def action_open_sweep(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "insurance.sweep",
            "res_id": self.sweep_id.id,
            "view_mode": "form",
        }

    def _moves_domain(self):
        """Return the moves that the round has made, as far as they can be told."""
        domain = [("id", ">", self.first_change_id), ("reason", "=", "score")]
        # superuser: when the work began and ended is no content
        sweep = self.sudo().sweep_id
        if sweep.date_end:
            # what it moves bears the day on which it began, in the zone of its starter
            domain.append(("day", "=", sweep.scope["day"]))
        return domain
