from odoo import api, fields, models
from odoo.exceptions import UserError

from ..check_open import open_record
from ..person import check_person

ANSWERED = frozenset({"answer", "note", "evidence"})


class InsuranceCheckAnswer(models.Model):
    """One question of an inspection, and what the inspector found."""

    _name = "insurance.check.answer"
    _description = "Answer of an inspection"
    _order = "run_id desc, id"
    _rec_name = "item_id"
    _log_access = False

    run_id = fields.Many2one(
        "insurance.check.run",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    result_id = fields.Many2one(
        "insurance.check.result",
        string="Check",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    item_id = fields.Many2one(
        "insurance.check.item",
        string="Point to check",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    guidance = fields.Text(related="item_id.guidance")
    archive_id = fields.Many2one(
        "insurance.archive", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    number = fields.Char(string="Archive number", compute="_compute_number")
    company_id = fields.Many2one("res.company", readonly=True)
    severity = fields.Selection(related="result_id.severity")
    run_state = fields.Selection(related="run_id.state", string="State of the run")
    answer = fields.Selection(
        [
            ("open", "Not answered yet"),
            ("pass", "Fulfilled"),
            ("fail", "Not fulfilled"),
            ("na", "Does not apply"),
        ],
        default="open",
        required=True,
    )
    note = fields.Char(
        string="Finding", help="What is wrong. No client data: others read the report."
    )
    evidence = fields.Char(
        help="Where the proof is: number of a document, shelf, screenshot."
    )
    user_id = fields.Many2one("res.users", string="Answered by", readonly=True)
    date = fields.Datetime(string="Answered on", readonly=True)

    _failure_is_explained = models.Constraint(
        "CHECK(answer <> 'fail' OR btrim(coalesce(note, '')) <> '')",
        "Say what is wrong where a demand is not fulfilled.",
    )

    @api.depends("archive_id")
    def _compute_number(self):
        # superuser: the number alone says nothing about the client
        for answer in self.sudo():
            archive = answer.archive_id
            unfiled = archive and self.env._("Not filed: %s", archive.id)
            answer.number = archive.number or unfiled or False

    def write(self, vals):
        if self.env.su:
            return super().write(vals)
        if vals.keys() - ANSWERED:
            raise UserError(self.env._("Only the answer itself can be written."))
        check_person(self.env)
        result = super().write(vals)
        # superuser: who has answered is known, not said
        self.sudo().write({"user_id": self.env.uid, "date": fields.Datetime.now()})
        return result

    def action_pass(self):
        """Answer that the demand is fulfilled."""
        return self.write({"answer": "pass"})

    def action_not_applicable(self):
        """Answer that the demand does not apply."""
        return self.write({"answer": "na"})

    def action_open_archive(self):
        """Open the archive, for those who may."""
        self.ensure_one()
        return open_record(self.archive_id)
