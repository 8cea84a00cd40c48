import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..tools import resident_id

#: longest runs of letters and figures that could be an ID number
WORD = re.compile(r"[0-9]{15,17}[0-9Xx]?")


class InsuranceDocument(models.Model):
    """One paper of a client: what it is, since when it is here, where it lies."""

    _name = "insurance.document"
    _inherit = ["insurance.archive.child", "insurance.history.mixin"]
    _description = "Paper of a client"
    _order = "archive_id, type_id, received_on desc, id desc"
    _rec_name = "type_id"

    type_id = fields.Many2one(
        "insurance.document.type",
        string="Kind of paper",
        required=True,
        index=True,
        ondelete="restrict",
    )
    document_date = fields.Date(string="Dated", help="The date on the paper itself.")
    received_on = fields.Date(
        string="Received on", required=True, default=fields.Date.context_today
    )
    valid_until = fields.Date(
        string="Valid until",
        index="btree_not_null",
        help="Empty: the paper does not expire.",
    )
    form = fields.Selection(
        [("original", "Original"), ("copy", "Copy"), ("scan", "Electronic")],
        string="Original or copy",
        required=True,
        default="copy",
    )
    pages = fields.Integer(default=1)
    storage_place = fields.Char(
        string="Storage place", help="Cabinet, folder, box: where to find the paper."
    )
    reference = fields.Char(
        help="A number printed on the paper, such as the application number. "
        "Never an ID number."
    )
    checked_by_id = fields.Many2one("res.users", string="Checked by", readonly=True)
    checked_on = fields.Date(string="Checked on", readonly=True)
    validity = fields.Selection(
        [("valid", "Valid"), ("expiring", "Expires soon"), ("expired", "Expired")],
        compute="_compute_validity",
        search="_search_validity",
    )

    _pages_positive = models.Constraint(
        "CHECK(pages > 0)",
        "A paper has at least one page.",
    )
    _dates_ordered = models.Constraint(
        "CHECK(valid_until IS NULL OR document_date IS NULL"
        " OR valid_until >= document_date)",
        "A paper can't expire before its own date.",
    )

    @api.depends("valid_until")
    def _compute_validity(self):
        today, soon = self._expiry_limits()
        for document in self:
            until = document.valid_until
            if not until or until > soon:
                document.validity = "valid"
            else:
                document.validity = "expiring" if until >= today else "expired"

    def _search_validity(self, operator, value):
        if operator != "in":
            return NotImplemented
        today, soon = self._expiry_limits()
        until = Domain("valid_until", "<=", soon)
        ways = {
            "valid": Domain("valid_until", "=", False) | ~until,
            "expiring": until & Domain("valid_until", ">=", today),
            "expired": Domain("valid_until", "<", today),
        }
        return Domain.OR(ways[key] for key in value if key in ways)

    @api.model
    def _expiry_limits(self):
        """Return today and the last day that counts as soon."""
        today = fields.Date.context_today(self)
        days = self.env["insurance.parameter"]._get("review_lead_days")
        return today, fields.Date.add(today, days=days)

    @api.constrains("document_date", "received_on")
    def _check_dates(self):
        today = fields.Date.context_today(self)
        for document in self:
            if max(document.received_on, document.document_date or today) > today:
                raise ValidationError(
                    self.env._("A paper can't be dated or received in the future.")
                )

    @api.constrains("reference", "storage_place")
    def _check_no_id_number(self):
        for document in self:
            text = f"{document.reference or ''} {document.storage_place or ''}"
            if any(map(resident_id.is_valid, WORD.findall(text))):
                raise ValidationError(
                    self.env._(
                        "Don't write ID numbers into the register of papers. "
                        "Give the application number or leave the reference empty."
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._drop_check(vals)
        return super().create(vals_list)

    def write(self, vals):
        return super().write(self._drop_check(dict(vals)))

    def action_check(self):
        """Note that the user has compared the paper with what is on file."""
        self.check_access("write")
        values = {
            "checked_by_id": self.env.uid,
            "checked_on": fields.Date.context_today(self),
        }
        # as superuser: nobody enters by hand who checked a paper
        self.sudo().write(values)

    def _drop_check(self, vals):
        """Take out who checked when: only ``action_check`` says so."""
        if not self.env.su:
            vals.pop("checked_by_id", None)
            vals.pop("checked_on", None)
        return vals
