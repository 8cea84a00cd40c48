import hashlib

from odoo import api, fields, models
from odoo.exceptions import UserError


class InsuranceShareUndertaking(models.Model):
    """The text by which a recipient undertakes to keep a packet confidential."""

    _name = "insurance.share.undertaking"
    _description = "Confidentiality undertaking"
    _order = "version desc"
    _rec_name = "version"

    version = fields.Integer(readonly=True, copy=False, aggregator=None)
    text = fields.Text(required=True, translate=True)
    is_current = fields.Boolean(
        string="In use", compute="_compute_is_current", search="_search_is_current"
    )
    acceptance_count = fields.Integer(
        string="Accepted", compute="_compute_acceptance_count", compute_sudo=True
    )

    _version_unique = models.UniqueIndex("(version)", "There is one such version.")

    @api.depends("version")
    def _compute_is_current(self):
        current = self._current()
        for undertaking in self:
            undertaking.is_current = undertaking == current

    def _search_is_current(self, operator, value):
        if operator != "in":
            return NotImplemented
        current = [("id", "in" if True in value else "not in", self._current().ids)]
        return current

    def _compute_acceptance_count(self):
        counts = dict(
            self.env["insurance.share"]._read_group(
                [("undertaking_id", "in", self.ids)], ["undertaking_id"], ["__count"]
            )
        )
        for undertaking in self:
            undertaking.acceptance_count = counts.get(undertaking, 0)

    @api.model_create_multi
    def create(self, vals_list):
        latest = self._current().version
        for place, vals in enumerate(vals_list, start=1):
            vals["version"] = latest + place
        return super().create(vals_list)

    def write(self, vals):
        if "version" in vals or ("text" in vals and self._accepted()):
            raise UserError(
                self.env._(
                    "Recipients have accepted this text, so it stays as it is. Create "
                    "a new version."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_accepted(self):
        if self._accepted():
            raise UserError(
                self.env._("Recipients have accepted this text, so it stays.")
            )

    def _accepted(self):
        return any(undertaking.acceptance_count for undertaking in self)

    @api.model
    def _current(self):
        """Return the version that recipients are shown."""
        # superuser: the text is meant for those outside
        return self.sudo().search([], limit=1)

    def _digest(self):
        """Return the hash of the text as the reader sees it."""
        self.ensure_one()
        return hashlib.sha256(f"{self.version}\n{self.text}".encode()).hexdigest()
