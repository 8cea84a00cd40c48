from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

STEP_FIELDS = frozenset({"state", "state_reason", "state_date"})


class InsuranceVersionMixin(models.AbstractModel):
    """Versions of something: some people write a draft, somebody else approves it.

    The states ``draft`` and ``approved`` are among those of the model. Content is
    written in drafts alone; who wrote and who approved is kept by the server.
    """

    _name = "insurance.version.mixin"
    _inherit = "insurance.state.mixin"
    _description = "Version that somebody else approves"

    #: fields that the server alone fills in, beside those of the mixin
    _kept_fields = frozenset()
    #: fields that people may write after the approval
    _free_fields = frozenset()

    version = fields.Integer(readonly=True, default=1, copy=False, aggregator=None)
    author_ids = fields.Many2many(
        "res.users",
        string="Written by",
        readonly=True,
        copy=False,
        help="They can't approve what they wrote.",
    )
    approved_by_id = fields.Many2one(
        "res.users", string="Approved by", readonly=True, copy=False
    )
    approved_on = fields.Datetime(string="Approved on", readonly=True, copy=False)

    @api.model_create_multi
    def create(self, vals_list):
        kept = dict.fromkeys(self._all_kept_fields() - {"author_ids"}, False)
        for vals in vals_list:
            # not left out: a default of the caller would take the place
            vals.update(kept, version=1, author_ids=[])
            vals["state"] = vals.get("state") or "draft"
        self._number_versions(vals_list)
        versions = super().create(vals_list)
        versions._note_author(self._fields.keys())
        return versions

    def write(self, vals):
        kept = self._all_kept_fields()
        if not self.env.su and not kept.isdisjoint(vals):
            raise UserError(
                self.env._("Who wrote and approved a version is kept by the system.")
            )
        content = vals.keys() - kept - self._free_fields - STEP_FIELDS
        if content and "state" in vals and not self.env.su:
            # what is written along with a step has an author, too, and is looked at
            self.write({name: vals[name] for name in content})
            return self.write({name: vals[name] for name in vals.keys() - content})
        if content:
            self._check_draft()
        result = super().write(vals)
        if content:
            self._note_author(content)
        return result

    def update_field_translations(self, field_name, translations, source_lang=""):
        if field_name in self._free_fields:
            return super().update_field_translations(
                field_name, translations, source_lang
            )
        self._check_draft()
        result = super().update_field_translations(
            field_name, translations, source_lang
        )
        self._note_author({field_name})
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        self._check_draft()

    def _on_state(self, before):
        result = super()._on_state(before)
        # superuser: who approved, and when, is not entered by hand
        versions = self.sudo()
        versions.filtered(lambda one: one.state == "approved").write(
            {"approved_by_id": self.env.uid, "approved_on": fields.Datetime.now()}
        )
        versions.filtered(lambda one: one.state == "draft").write(
            {"approved_by_id": False, "approved_on": False}
        )
        return result

    def _number_versions(self, vals_list):
        """Override to number new records otherwise than with 1."""

    def _note_author(self, names):
        """Keep that the user wrote; override to act on the fields of these names."""
        # superuser: the list of authors is not entered by hand
        for one in self.sudo():
            one.author_ids = [fields.Command.link(self.env.uid)]

    def _check_draft(self):
        if any(one.state != "draft" for one in self):
            raise UserError(
                self.env._("What was approved is not changed. Make a new version.")
            )

    def _check_not_author(self):
        """Refuse who wrote it: somebody else decides."""
        for one in self:
            if self.env.user in one.author_ids and not self.env.su:
                raise AccessError(
                    self.env._(
                        "You have written “%s” yourself. Ask a colleague to decide "
                        "on it.",
                        one.display_name,
                    )
                )

    @api.model
    def _all_kept_fields(self):
        own = {"version", "author_ids", "approved_by_id", "approved_on"}
        return self._kept_fields | own
