from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

MODULE = "insurance_client_archive"
COMPLIANCE = f"{MODULE}.group_compliance"
KINDS = [
    ("access", "Access to the data"),
    ("copy", "Copy of the data"),
    ("correction", "Correction or completion"),
    ("deletion", "Deletion"),
    ("restriction", "Restriction"),
    ("portability", "Transfer to another handler"),
    ("explanation", "Explanation of a decision"),
]
#: requests that are answered by a copy of the data
COPIED = ("access", "copy", "portability", "explanation")
#: requests that need a second person
GRAVE = ("deletion", "restriction")
#: what is entered by hand; all else follows from the steps
ENTERED = frozenset(
    {
        "kind",
        "description",
        "requester",
        "requester_name",
        "proof",
        "channel",
        "received_on",
        "identity_method",
        "handler_id",
        "answer",
        "delivery",
        "extension_reason",
    }
)
#: what stays as it came in
RECEIVED = frozenset(
    {
        "archive_id",
        "kind",
        "received_on",
        "channel",
        "requester",
        "requester_name",
        "proof",
        "description",
    }
)


class InsuranceClientRequest(models.Model):
    """What a person asks about the own data, until it is answered (PIPL 44-50)."""

    _name = "insurance.client.request"
    _inherit = ["insurance.archive.child"]
    _description = "Request of a client"
    _order = "deadline, id"

    partner_id = fields.Many2one(readonly=False)
    number = fields.Char(readonly=True, copy=False, default="/")
    kind = fields.Selection(KINDS, string="Asks for", required=True, index=True)
    description = fields.Text(string="In the client's words")
    requester = fields.Selection(
        [
            ("client", "The client"),
            ("guardian", "The guardian"),
            ("relative", "Near relative of a client who has died"),
            ("agent", "Somebody with power of attorney"),
        ],
        string="Who asks",
        required=True,
        default="client",
    )
    requester_name = fields.Char(string="Name of the person")
    proof = fields.Char(
        string="Proof of the right to ask",
        help="Guardianship, kinship and death certificate, power of attorney. Never an "
        "ID number.",
    )
    channel = fields.Selection(
        [
            ("portal", "Portal"),
            ("person", "In person"),
            ("phone", "By phone"),
            ("letter", "By letter or e-mail"),
        ],
        string="Received by",
        required=True,
        default="person",
    )
    received_on = fields.Date(
        required=True, default=fields.Date.context_today, index=True
    )
    portal_user_id = fields.Many2one(
        "res.users",
        string="Handed in by",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Taken down by",
        readonly=True,
        default=lambda self: self.env.user,
    )
    handler_id = fields.Many2one(
        "res.users",
        string="Handled by",
        index="btree_not_null",
        domain=lambda self: [("all_group_ids", "in", self.env.ref(COMPLIANCE).id)],
    )
    identity_method = fields.Selection(
        [
            ("portal", "Login on the portal"),
            ("card", "Identity card seen"),
            ("callback", "Called back on the number on file"),
            ("power", "Power of attorney and identity card seen"),
        ],
        string="How the identity was checked",
    )
    identity_checked_by_id = fields.Many2one(
        "res.users", string="Identity checked by", readonly=True, copy=False
    )
    identity_checked_on = fields.Datetime(readonly=True, copy=False)
    answer = fields.Text(
        string="Answer and reasons",
        copy=False,
        help="Read by the client. A refusal says why, and that a court can be asked.",
    )
    decided_by_id = fields.Many2one(
        "res.users", string="Answered by", readonly=True, copy=False
    )
    approved_by_id = fields.Many2one(
        "res.users", string="Second person", readonly=True, copy=False
    )
    answered_on = fields.Date(readonly=True, copy=False)
    delivery = fields.Selection(
        [("portal", "On the portal, after login"), ("person", "Handed over in person")],
        default="portal",
    )
    delivered_on = fields.Datetime(string="Fetched on", readonly=True, copy=False)
    grave = fields.Boolean(compute="_compute_grave")
    copied = fields.Boolean(compute="_compute_grave")

    _number_unique = models.UniqueIndex(
        "(number) WHERE number <> '/'", "Another request has this number."
    )

    @api.depends("kind")
    def _compute_grave(self):
        for asked in self:
            asked.grave = asked.kind in GRAVE
            asked.copied = asked.kind in COPIED

    @api.depends("number", "kind")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        visible = self.sudo(False)._filtered_access("read")
        for asked in self.browse(visible.ids):
            asked.display_name = f"{asked.number} {kinds.get(asked.kind, '')}"
        return result

    @api.constrains("requester", "requester_name", "proof")
    def _check_requester(self):
        for asked in self:
            if asked.requester != "client" and not (
                (asked.requester_name or "").strip() and (asked.proof or "").strip()
            ):
                raise ValidationError(
                    self.env._(
                        "Enter who asks for the client, and what proves the right to."
                    )
                )

    @api.constrains("received_on")
    def _check_received(self):
        today = fields.Date.context_today(self)
        if any(asked.received_on > today for asked in self):
            raise ValidationError(
                self.env._("A request can't be received in the future.")
            )

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [self._with_archive(vals) for vals in vals_list]
        for vals in vals_list:
            if not self.env.su:
                self._check_entered(vals.keys() - {"archive_id", "user_id", "state"})
                vals["user_id"] = self.env.uid
                if vals.get("channel") == "portal":
                    raise UserError(self.env._("Clients use the portal themselves."))
        asked = super().create(vals_list)
        for one in asked:
            # superuser: the number follows from the id
            one.sudo().number = f"RQ{one.id:06d}"
        return asked

    def write(self, vals):
        if not self.env.su:
            self._check_entered(vals.keys() - {"state", "state_reason"})
            if vals.keys() & RECEIVED:
                raise UserError(
                    self.env._(
                        "What was asked and when stays as it came in. Take the request "
                        "back with a reason and take down another."
                    )
                )
            if vals.keys() & {"answer"} and any(
                asked.state not in ("new", "identified") for asked in self
            ):
                raise UserError(self.env._("The answer has been given already."))
            for asked in self:
                asked._check_still_open(vals)
        return super().write(vals)

    def _check_still_open(self, vals):
        """Refuse what would change afterwards on what a step was based."""
        if "identity_method" in vals and self.state != "new":
            raise UserError(
                self.env._("The identity was checked already: how stays as it was.")
            )
        if "handler_id" in vals and self.state == "second":
            raise UserError(
                self.env._("A second person decides now: who has handled it stays.")
            )
        if "extension_reason" in vals and self.extended_on:
            raise UserError(self.env._("The client was told this reason already."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise UserError(self.env._("Requests are answered, not deleted."))

    @api.model
    def _with_archive(self, vals):
        """Let compliance name a contact: it can't choose among archives."""
        vals = dict(vals)
        partner_id = vals.pop("partner_id", None)
        if vals.get("archive_id") or not partner_id:
            return vals
        if not self.env.user.has_group(COMPLIANCE):
            raise UserError(self.env._("Choose the client."))
        # superuser: only which archive belongs to the contact
        archive = (
            self.env["insurance.archive"]
            .sudo()
            .search([("partner_id", "=", partner_id), ("state", "!=", "destroyed")])
        )
        if not archive:
            raise UserError(self.env._("We keep no archive on this contact."))
        return {**vals, "archive_id": archive.id}

    def _check_entered(self, names):
        if names - ENTERED:
            raise UserError(self.env._("Take the steps by the buttons."))

    def _check_archive_access(self):
        # compliance takes down requests of clients whose archives it can't open
        user = self.env.user
        for asked in self:
            archive = asked.archive_id.sudo(False)
            if user.has_group(COMPLIANCE) or archive.has_access("read"):
                continue
            raise AccessError(
                self.env._("You may not take down requests of this client.")
            )

    def action_open_archive(self):
        self.ensure_one()
        self.archive_id.check_access("read")
        return self.archive_id._form_action()
