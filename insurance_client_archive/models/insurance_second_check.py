import random

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..flag_domain import flag_domain
from .insurance_archive_freshness import CLOSED_STATES
from .insurance_state_mixin import Transition

KINDS = [
    ("interview", "Satisfaction asked in an interview"),
    ("statement", "Statement of the client"),
    ("feedback", "Feedback taken down"),
    ("band", "Band or grade entered by hand"),
]
#: moved by people; all else is kept by the system
FREE_FIELDS = frozenset({"state", "state_reason", "state_date"})
#: which of the entries are drawn can't be foreseen by whoever enters them
CHANCE = random.SystemRandom()


class InsuranceSecondCheck(models.Model):
    """Something a person has entered from an interview or a paper, to be checked.

    A second person compares it with the paper or asks the client: never the author.
    How many of the entries are drawn is a parameter.
    """

    _name = "insurance.second.check"
    _inherit = ["insurance.archive.child", "insurance.state.mixin"]
    _description = "Second check of what was entered by hand"
    _order = "id desc"
    _rec_name = "kind"

    _initial_states = ("open",)
    _transitions = {
        "open": {
            "right": Transition(check="_check_second_person"),
            "wrong": Transition(reason=True, check="_check_second_person"),
        }
    }

    archive_id = fields.Many2one(ondelete="cascade", readonly=True)
    kind = fields.Selection(
        KINDS, string="What", required=True, readonly=True, index=True
    )
    res_model = fields.Char(required=True, readonly=True)
    res_id = fields.Many2oneReference(
        string="Record", model_field="res_model", required=True, readonly=True
    )
    field_name = fields.Char(string="Field name", readonly=True)
    entered = fields.Char(
        string="Was entered", compute="_compute_entered", compute_sudo=False
    )
    author_id = fields.Many2one(
        "res.users", string="Entered by", required=True, readonly=True, index=True
    )
    entered_on = fields.Datetime(
        string="Entered on", readonly=True, default=fields.Datetime.now
    )
    state = fields.Selection(
        [("open", "To be checked"), ("right", "Right"), ("wrong", "Wrong")],
        required=True,
        readonly=True,
        default="open",
        index=True,
    )
    state_reason = fields.Text(string="What was wrong")
    corrected = fields.Char(
        string="Should have been", readonly=True, help="As the second person found it."
    )
    checked_by_id = fields.Many2one("res.users", string="Checked by", readonly=True)
    checked_on = fields.Datetime(string="Checked on", readonly=True, index=True)
    error_rate = fields.Float(
        string="Errors (%)",
        digits=(5, 1),
        compute="_compute_error_rate",
        store=True,
        aggregator="avg",
        help="Of the checked entries, so many were wrong.",
    )
    checkable = fields.Boolean(compute="_compute_checkable", search="_search_checkable")

    _open_unique = models.UniqueIndex(
        "(res_model, res_id, COALESCE(field_name, '')) WHERE state = 'open'",
        "This entry is in the queue already.",
    )
    _queue = models.Index("(author_id) WHERE state = 'open'")

    @api.depends("state")
    def _compute_error_rate(self):
        for check in self:
            check.error_rate = 100 if check.state == "wrong" else 0

    @api.depends_context("uid", "lang")
    def _compute_entered(self):
        for check in self:
            check.entered = check._in_words()

    def _in_words(self):
        """Return what was entered, as far as the user may read it."""
        model = self.env.get(self.res_model)
        record = model is not None and model.browse(self.res_id).exists()
        if not record or not record.has_access("read"):
            return False
        name = self.field_name or {
            "interview": "score",
            "statement": "client_words",
            "feedback": "description",
        }.get(self.kind)
        if name not in record._fields:
            return False
        value = record[name]
        if record._fields[name].type == "selection":
            choices = dict(record._fields[name]._description_selection(self.env))
            label = record.fields_get([name], ["string"])[name]["string"]
            return f"{label}: {choices.get(value, '')}"
        return f"{value:g}" if isinstance(value, float) else value

    @api.depends("state", "author_id")
    @api.depends_context("uid")
    def _compute_checkable(self):
        for check in self:
            mine = check.author_id == self.env.user
            check.checkable = check.state == "open" and not mine

    def _search_checkable(self, operator, value):
        open_ones = fields.Domain("state", "=", "open")
        checkable = open_ones & fields.Domain("author_id", "!=", self.env.uid)
        return flag_domain(operator, value, checkable)

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise UserError(self.env._("Entries are drawn for the check by chance."))
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and not FREE_FIELDS.issuperset(vals):
            raise UserError(self.env._("Give your result by the buttons."))
        return super().write(vals)

    def _on_state(self, before):
        result = super()._on_state(before)
        # as superuser: who checked, and when, is not entered by hand
        self.sudo().write(
            {"checked_by_id": self.env.uid, "checked_on": fields.Datetime.now()}
        )
        return result

    def action_right(self):
        """Say that what was entered is right."""
        self.write({"state": "right"})

    def action_wrong(self):
        """Ask what is right, and correct it."""
        self.ensure_one()
        self._check_second_person()
        wizard = self.env["insurance.second.check.correct"].create(
            {"check_id": self.id}
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Correct what was entered"),
            "res_model": wizard._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_open_record(self):
        """Open what was entered."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "view_mode": "form",
        }

    def _check_second_person(self):
        for check in self:
            if check.author_id.id == self.env.uid:
                raise UserError(
                    self.env._(
                        "You have entered this yourself. A colleague who may open the "
                        "client checks it."
                    )
                )

    @api.model
    def _draw(self, kind, records, author=None, field_name=False):
        """Put some of what was just entered into the queue, by chance.

        :param author: who has entered it; by default the current user
        """
        percent = self.env["insurance.parameter"]._get("second_check_percent")
        drawn = [record for record in records if CHANCE.random() * 100 < percent]
        if not drawn:
            return self.browse()
        author = author or self.env.user
        # as superuser: nobody draws for himself what is checked
        queue = self.sudo()
        waiting = queue.search(
            [
                ("state", "=", "open"),
                ("res_model", "=", records._name),
                ("res_id", "in", [record.id for record in drawn]),
                ("field_name", "=", field_name),
            ]
        )
        # entered anew before anybody has looked: what stands now is checked
        waiting.write({"author_id": author.id, "entered_on": fields.Datetime.now()})
        known = set(waiting.mapped("res_id"))
        return queue.create(
            [
                {
                    "archive_id": archive.id,
                    "kind": kind,
                    "res_model": record._name,
                    "res_id": record.id,
                    "field_name": field_name,
                    "author_id": author.id,
                }
                for record in drawn
                if record.id not in known
                and (archive := self._archive_of(record)).state not in CLOSED_STATES
            ]
        )

    @api.model
    def _archive_of(self, record):
        return record if record._name == "insurance.archive" else record.archive_id
