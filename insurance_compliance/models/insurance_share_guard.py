from odoo import api, models
from odoo.exceptions import AccessError, UserError

#: what the person who asks decides, as long as nobody else has looked at it
CONTENT = frozenset(
    {
        "kind",
        "archive_id",
        "recipient_id",
        "recipient_user_id",
        "purpose_id",
        "purpose_text",
        "part_ids",
        "basis",
        "basis_article",
        "consent_ids",
        "agreement_id",
        "date_to",
        "download_limit",
        "file_format",
        "signature",
    }
)


class InsuranceShare(models.Model):
    """Who writes what by hand: the content of one's own draft, and nothing else."""

    _inherit = "insurance.share"

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            # what the steps set is nobody's to enter, and defaults come from callers
            blank = dict.fromkeys(self._stamps(), False)
            vals_list = [
                {**vals, **blank, "requester_id": self.env.uid, "download_count": 0}
                for vals in vals_list
            ]
        vals_list = [
            {**vals, "number": self.env["ir.sequence"].next_by_code(self._name)}
            for vals in vals_list
        ]
        return super().create(vals_list)

    def write(self, vals):
        content = CONTENT & vals.keys()
        if content and "state" in vals and not self.env.su:
            # the step looks at what is shared then, and not at what was before
            self.write({name: vals[name] for name in content})
            vals = {name: vals[name] for name in vals.keys() - content}
        if not self.env.su:
            self._check_written(vals.keys() - {"state", "state_reason"})
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        if any(share.state != "draft" for share in self):
            raise UserError(
                self.env._("A share stays on the register. Take it back instead.")
            )

    @api.model
    def _stamps(self):
        """Return the stored fields that only the steps of a share set."""
        return {
            name
            for name, field in self._fields.items()
            if field.store
            and field.readonly
            and not field.compute
            and name not in models.MAGIC_COLUMNS
            and name not in ("state", "state_reason", "state_date", "number")
            and field.type != "one2many"
        } - {"requester_id", "download_count"}

    def _check_written(self, names):
        """Refuse changes of anything but the content of one's own draft."""
        if not names:
            return
        if names - CONTENT:
            raise AccessError(self.env._("The steps themselves say who took them."))
        for share in self:
            if share.requester_id != self.env.user:
                raise AccessError(
                    self.env._("Only the person who shares can change the share.")
                )
            if share.state != "draft":
                raise UserError(
                    self.env._(
                        "“%s” is decided on or waits for it. Take it back first.",
                        share.display_name,
                    )
                )
