from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from odoo.addons.insurance_client_archive.flag_domain import flag_domain

from .insurance_destruction import ARCHIVIST


class InsurancePaperFile(models.Model):
    """A volume of paper of one archive: where it lies, or who has it."""

    _name = "insurance.paper.file"
    _description = "Paper file"
    _order = "box, archive_id, volume, id"

    archive_id = fields.Many2one(
        "insurance.archive",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('number', '!=', False)]",
    )
    number = fields.Char(string="Archive number", compute="_compute_number")
    company_id = fields.Many2one(related="archive_id.company_id", store=True)
    volume = fields.Integer(default=1, aggregator=None)
    pages = fields.Integer()
    room = fields.Char()
    cabinet = fields.Char()
    box = fields.Char(index=True, help="What stands on the box, such as A-014.")
    state = fields.Selection(
        [("there", "In its place"), ("lent", "Borrowed"), ("missing", "Missing")],
        required=True,
        default="there",
        readonly=True,
        copy=False,
        index=True,
    )
    loan_ids = fields.One2many("insurance.paper.loan", "file_id", string="Loans")
    borrower_id = fields.Many2one(
        "res.users",
        string="Borrowed by",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    back_by = fields.Date(
        string="Back by", readonly=True, copy=False, index="btree_not_null"
    )
    overdue = fields.Boolean(compute="_compute_overdue", search="_search_overdue")
    active = fields.Boolean(default=True)

    _volume_unique = models.UniqueIndex(
        "(archive_id, volume)", "The archive has this volume already."
    )
    _volume_positive = models.Constraint(
        "CHECK(volume > 0 AND pages >= 0)", "Volumes are counted from 1."
    )

    @api.depends("archive_id")
    def _compute_number(self):
        # superuser: the number alone says nothing about the client
        for file in self.sudo():
            file.number = file.archive_id.number

    @api.depends("number", "volume")
    def _compute_display_name(self):
        for file in self:
            file.display_name = f"{file.number or '/'} · {file.volume}"

    @api.depends("state", "back_by")
    def _compute_overdue(self):
        today = fields.Date.context_today(self)
        for file in self:
            file.overdue = file.state == "lent" and file.back_by < today

    def _search_overdue(self, operator, value):
        late = Domain("state", "=", "lent") & Domain("back_by", "<", "today")
        return flag_domain(operator, value, late)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._refuse_state(vals)
        files = super().create(vals_list)
        files.archive_id.check_access("read")
        return files

    def write(self, vals):
        self._refuse_state(vals)
        if "archive_id" in vals:
            self._check_not_held()
        result = super().write(vals)
        if "archive_id" in vals:
            self.archive_id.check_access("read")
        return result

    def _refuse_state(self, vals):
        if not self.env.su and {"state", "borrower_id", "back_by"} & vals.keys():
            raise UserError(self.env._("Lend it and take it back by the buttons."))

    def _check_not_held(self):
        """Refuse to lose sight of paper of an archive under hold."""
        self.sudo().archive_id._check_not_held()  # only whether they are held

    @api.ondelete(at_uninstall=False)
    def _unlink_except_held(self):
        self._check_not_held()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_lent(self):
        if any(file.loan_ids for file in self):
            raise UserError(
                self.env._("A volume that was lent stays on the list; archive it.")
            )

    def _check_archivist(self):
        self.check_access("write")
        if not self.env.user.has_group(ARCHIVIST):
            raise AccessError(self.env._("Archivists lend paper files."))

    def action_lend(self):
        """Ask who borrows it, why and until when."""
        self.ensure_one()
        self._check_archivist()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Lend a paper file"),
            "res_model": "insurance.paper.loan",
            "view_mode": "form",
            "views": [
                (
                    self.env.ref(
                        "insurance_compliance.insurance_paper_loan_view_form_lend"
                    ).id,
                    "form",
                )
            ],
            "target": "new",
            "context": {"default_file_id": self.id},
        }

    def action_return(self):
        """Take the volume back."""
        self._check_archivist()
        if any(file.state == "there" for file in self):
            raise UserError(self.env._("It is in its place."))
        open_loans = self.loan_ids.filtered(lambda loan: not loan.returned_at)
        # superuser: loans and state are written by these buttons alone
        open_loans.sudo().write(
            {"returned_at": fields.Datetime.now(), "taken_by_id": self.env.uid}
        )
        self.sudo().write({"state": "there", "borrower_id": False, "back_by": False})
        return True

    def action_missing(self):
        """Note that the volume is not where it should be."""
        self._check_archivist()
        # superuser: state is written by these buttons alone
        self.sudo().write({"state": "missing"})
        return True
