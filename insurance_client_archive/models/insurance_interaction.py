import textwrap

from odoo import api, fields, models
from odoo.exceptions import ValidationError

SUBJECT_WIDTH = 80

CHANNELS = [
    ("phone", "Phone"),
    ("mail", "E-mail"),
    ("message", "Instant message"),
    ("online", "Online meeting"),
    ("face_to_face", "Face to face"),
    ("letter", "Letter"),
    ("other", "Other"),
]


class InsuranceInteraction(models.Model):
    """One contact with a client: what was said, by whom, and what follows."""

    _name = "insurance.interaction"
    _inherit = ["insurance.archive.child", "insurance.history.mixin"]
    _description = "Interaction with a client"
    _order = "date desc, id desc"
    _history_ignored = frozenset({"reminder_id"})

    name = fields.Char(
        string="Subject",
        compute="_compute_name",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    date = fields.Datetime(
        required=True, default=fields.Datetime.now, index=True, copy=False
    )
    channel = fields.Selection(CHANNELS, required=True, default="phone")
    direction = fields.Selection(
        [("out", "We contacted the client"), ("in", "The client contacted us")],
        required=True,
        default="out",
    )
    purpose = fields.Selection(
        [
            ("first_contact", "First contact"),
            ("needs", "Needs and risk"),
            ("presentation", "Product presentation"),
            ("policy_service", "Policy service"),
            ("claim", "Claim"),
            ("renewal", "Renewal"),
            ("care", "Care"),
            ("review", "Data verification"),
            ("complaint", "Complaint"),
            ("other", "Other"),
        ],
        required=True,
        default="care",
    )
    duration = fields.Float(help="In hours.")
    client_words = fields.Text(string="What the client said")
    our_words = fields.Text(string="What we said")
    outcome = fields.Selection(
        [
            ("reached", "Reached"),
            ("interested", "Interested"),
            ("agreed", "Agreed"),
            ("later", "Call back later"),
            ("declined", "Not interested"),
            ("not_reached", "Not reached"),
        ],
        required=True,
        default="reached",
    )
    next_step = fields.Char(string="Next step")
    next_date = fields.Date(string="Next step on", index="btree_not_null")
    user_id = fields.Many2one(
        "res.users",
        string="Done by",
        required=True,
        index=True,
        default=lambda self: self.env.user,
    )
    lead_id = fields.Many2one(
        "crm.lead", string="Opportunity", index="btree_not_null", ondelete="set null"
    )

    @api.depends("purpose", "client_words", "our_words")
    def _compute_name(self):
        purposes = dict(self._fields["purpose"]._description_selection(self.env))
        for interaction in self:
            if interaction.name and interaction.name not in purposes.values():
                continue
            words = (interaction.client_words or interaction.our_words or "").strip()
            first_line = words.split("\n", 1)[0]
            interaction.name = textwrap.shorten(
                first_line, SUBJECT_WIDTH, placeholder="…"
            ) or purposes.get(interaction.purpose)

    @api.constrains("date")
    def _check_date(self):
        now = fields.Datetime.add(fields.Datetime.now(), minutes=5)
        if any(interaction.date > now for interaction in self):
            raise ValidationError(
                self.env._(
                    "An interaction has happened already. "
                    "Plan what is to come as the next step."
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        interactions = super().create(vals_list)
        interactions._update_last_contact(interactions.archive_id)
        return interactions

    def write(self, vals):
        archives = self.archive_id
        result = super().write(vals)
        if {"date", "outcome", "archive_id"} & vals.keys():
            self._update_last_contact(archives | self.archive_id)
        return result

    def unlink(self):
        archives = self.archive_id
        result = super().unlink()
        self._update_last_contact(archives)
        return result

    @api.model
    def _update_last_contact(self, archives):
        """Set the archives' last contact: the latest time the client was reached."""
        # as superuser: a figure about the archive, whoever wrote the interaction
        latest = dict(
            self.sudo()._read_group(
                [("archive_id", "in", archives.ids), ("outcome", "!=", "not_reached")],
                ["archive_id"],
                ["date:max"],
            )
        )
        for archive in archives.sudo():
            if archive.last_contact_date != latest.get(archive, False):
                archive.last_contact_date = latest.get(archive, False)
