from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class InsurancePaperLoan(models.Model):
    """Who had a paper file, from when to when, and why; rows stay."""

    _name = "insurance.paper.loan"
    _description = "Loan of a paper file"
    _order = "id desc"
    _rec_name = "file_id"

    file_id = fields.Many2one(
        "insurance.paper.file",
        string="Paper file",
        required=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(related="file_id.company_id", store=True)
    borrower_id = fields.Many2one(
        "res.users",
        string="Borrowed by",
        required=True,
        domain="[('share', '=', False)]",
    )
    purpose = fields.Char(required=True, help="Why, without naming the client.")
    lent_at = fields.Datetime(string="Lent at", readonly=True)
    lent_by_id = fields.Many2one("res.users", string="Handed out by", readonly=True)
    back_by = fields.Date(
        string="Back by",
        required=True,
        default=lambda self: fields.Date.add(
            fields.Date.context_today(self),
            days=self.env["insurance.parameter"]._get("paper_loan_days"),
        ),
    )
    returned_at = fields.Datetime(string="Back at", readonly=True)
    taken_by_id = fields.Many2one("res.users", string="Taken back by", readonly=True)

    _one_open = models.UniqueIndex(
        "(file_id) WHERE returned_at IS NULL", "Somebody has borrowed it already."
    )

    @api.constrains("back_by")
    def _check_back_by(self):
        today = fields.Date.context_today(self)
        for loan in self:
            if not loan.returned_at and loan.back_by < today:
                raise ValidationError(self.env._("It comes back on a day to come."))

    @api.model_create_multi
    def create(self, vals_list):
        said = {"file_id", "borrower_id", "purpose", "back_by"}
        rows = [
            {
                **{name: vals[name] for name in said & vals.keys()},
                "lent_at": fields.Datetime.now(),
                "lent_by_id": self.env.uid,
            }
            for vals in vals_list
        ]
        files = self.env["insurance.paper.file"].browse(
            row["file_id"] for row in rows if row.get("file_id")
        )
        files._check_archivist()
        if any(file.state != "there" for file in files):
            raise UserError(self.env._("It is not in its place."))
        # what was just taken back is back in the table, too
        self.flush_model(["returned_at"])
        loans = super().create(rows)
        for loan in loans:
            # superuser: who may lend was asked; only the state of the volume
            loan.file_id.sudo().write(
                {
                    "state": "lent",
                    "borrower_id": loan.borrower_id.id,
                    "back_by": loan.back_by,
                }
            )
        archives = loans.file_id.archive_id
        archives._log_use("share", content=[self._name], wait=False)
        return loans

    def write(self, vals):
        if self and not self.env.su:
            raise UserError(self.env._("A loan stays as it was noted."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise UserError(self.env._("A loan stays as it was noted."))
