from odoo import api, fields, models
from odoo.exceptions import UserError


class InsuranceMatch(models.Model):
    """Which products suit a client on a day, and why: written once, by the engine.

    What the engine knew of the client is kept apart (``insurance.match.input``): it
    tells of means and health. A person may always decide otherwise, and says so here.
    """

    _name = "insurance.match"
    _inherit = ["insurance.archive.child"]
    _description = "Product match"
    _order = "create_date desc, id desc"
    _access_slices = ("basic",)

    day = fields.Date(readonly=True, required=True, index=True)
    user_id = fields.Many2one("res.users", string="Asked by", readonly=True)
    source = fields.Selection(
        [("client", "For one client"), ("sweep", "Bulk work")],
        required=True,
        readonly=True,
        default="client",
    )
    personalised = fields.Boolean(
        readonly=True,
        default=True,
        help="Otherwise nothing of the client was used but what the products ask for: "
        "kind of client, age and sex.",
    )
    engine_version = fields.Char(readonly=True)
    rules_version = fields.Char(
        string="Rules as of", readonly=True, help="Which matching rules were in force."
    )
    exact = fields.Boolean(
        string="Best combination proven",
        readonly=True,
        help="All combinations were compared. Otherwise it is the best that was found.",
    )
    combination_premium = fields.Monetary(readonly=True, aggregator=None)
    line_ids = fields.One2many(
        "insurance.match.line", "match_id", string="Products", readonly=True
    )
    kept_ids = fields.One2many(
        "insurance.match.line",
        "match_id",
        string="Suitable products",
        domain=[("verdict", "=", "kept")],
        readonly=True,
    )
    dropped_ids = fields.One2many(
        "insurance.match.line",
        "match_id",
        string="Not suitable, and why",
        domain=[("verdict", "=", "dropped")],
        readonly=True,
    )
    input_ids = fields.One2many("insurance.match.input", "match_id", readonly=True)
    kept_count = fields.Integer(string="Suitable", readonly=True, aggregator=None)
    dropped_count = fields.Integer(
        string="Not suitable", readonly=True, aggregator=None
    )
    human_state = fields.Selection(
        [("none", "By the engine"), ("asked", "Asked for"), ("given", "By a person")],
        string="Decision",
        default="none",
        required=True,
        readonly=True,
        help="A client may ask that a person decides, and not the engine alone.",
    )
    human_decision = fields.Text(
        string="What was decided", help="What the person recommends instead, and why."
    )
    human_user_id = fields.Many2one("res.users", string="Decided by", readonly=True)

    @api.depends("day")
    @api.depends_context("lang", "uid")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        for match in self.filtered("day"):
            day = fields.Date.to_string(match.day)
            match.display_name = self.env._("Match of %s", day)
        return result

    def write(self, vals):
        if not self.env.su and set(vals) - {"human_decision"}:
            raise UserError(
                self.env._(
                    "What the engine found is not changed. Match again, or say what a "
                    "person decides."
                )
            )
        return super().write(vals)

    def action_ask_human(self):
        """Note that the client wants a person to decide."""
        self.check_access("write")
        # superuser: exactly this field, of matches that the user may change
        self.sudo().write({"human_state": "asked"})
        return True

    def action_decide(self):
        """Note that a person has decided, and what."""
        self.check_access("write")
        for match in self:
            if not (match.human_decision or "").strip():
                raise UserError(
                    self.env._("Enter what was decided and why, and save it.")
                )
        # superuser: exactly these fields, of matches that the user may change
        self.sudo().write({"human_state": "given", "human_user_id": self.env.uid})
        return True

    def action_match_again(self):
        """Match anew by what is known today."""
        self.ensure_one()
        return self.archive_id.action_find_products()
