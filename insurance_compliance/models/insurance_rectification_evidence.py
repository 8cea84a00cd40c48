import hashlib
from base64 import b64decode

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..person import check_person


class InsuranceRectificationEvidence(models.Model):
    """What shows that a finding is mended: a note, a reference, or a file.

    A file must hold nothing about clients: it is not sealed, and outlives them.
    """

    _name = "insurance.rectification.evidence"
    _description = "Evidence of a rectification"
    _order = "id"

    rectification_id = fields.Many2one(
        "insurance.rectification",
        required=True,
        index=True,
        ondelete="restrict",
    )
    name = fields.Char(
        string="What it shows",
        required=True,
        help="No names and no data of clients.",
    )
    reference = fields.Char(
        string="Where it is",
        help="Number of a record, a ticket or a paper, where the proof itself is kept.",
    )
    file = fields.Binary(attachment=True)
    file_name = fields.Char()
    no_client_data = fields.Boolean(
        string="No client data",
        help="I have looked through the file: no client can be recognised in it.",
    )
    digest = fields.Char(
        string="SHA-256",
        compute="_compute_digest",
        store=True,
        help="Shows that the file is the one that was handed in.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Added by",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )
    date = fields.Datetime(
        string="Added on", required=True, readonly=True, default=fields.Datetime.now
    )
    round = fields.Integer(readonly=True, aggregator=None)

    @api.depends("file")
    def _compute_digest(self):
        for evidence in self.with_context(bin_size=False):
            content = evidence.file and b64decode(evidence.file)
            evidence.digest = content and hashlib.sha256(content).hexdigest()

    @api.constrains("file", "no_client_data")
    def _check_no_client_data(self):
        for evidence in self:
            if evidence.file and not evidence.no_client_data:
                raise ValidationError(
                    self.env._(
                        "Look through “%s” and confirm that no client can be "
                        "recognised in it. Papers of clients belong to their archives: "
                        "write down the reference instead.",
                        evidence.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if not self.env.su and {"user_id", "date", "digest", "round"} & set(vals):
                raise UserError(self.env._("The server fills this in by itself."))
            # defaults, too, come from the caller
            vals.update({"user_id": self.env.uid, "date": fields.Datetime.now()})
        check_person(self.env)
        evidences = super().create(vals_list)
        for evidence in evidences:
            evidence._check_open()
            # superuser: counted by the server
            evidence.sudo().round = evidence.rectification_id.reopen_count
        return evidences

    def write(self, vals):
        if self.env.su:
            return super().write(vals)
        if {"user_id", "date", "digest", "round", "rectification_id"} & set(vals):
            raise UserError(self.env._("The server fills this in by itself."))
        self._check_own()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_handed_in(self):
        self._check_own()

    def _check_own(self):
        """Evidence is changed by whoever added it, until the work is reported done."""
        for evidence in self:
            evidence._check_open()
            if evidence.user_id != self.env.user or (
                evidence.round != evidence.rectification_id.reopen_count
            ):
                raise UserError(
                    self.env._("Evidence of somebody else, or of before, stays.")
                )

    def _check_open(self):
        if self.rectification_id.state != "progress":
            raise UserError(
                self.env._(
                    "Evidence is added while the finding is being mended: begin first, "
                    "or let it be returned."
                )
            )
