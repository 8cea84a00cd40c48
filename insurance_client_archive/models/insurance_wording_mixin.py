from odoo import api, fields, models
from odoo.exceptions import ValidationError


class InsuranceWordingMixin(models.AbstractModel):
    """Texts that are held against the words not to be used with clients.

    What a client is going to read is refused. What was said already is a record of
    what happened: refusing it would only make people write down something else.
    """

    _name = "insurance.wording.mixin"
    _description = "Texts with controlled wording"

    #: fields that a client is going to read
    _wording_shown = ()
    #: fields that keep what was said
    _wording_told = ()

    wording_warning = fields.Text(
        string="Wording",
        compute="_compute_wording_warning",
        compute_sudo=False,
        help="Words that are not to be used with clients, and why.",
    )

    @api.depends(lambda self: (*self._wording_shown, *self._wording_told))
    @api.depends_context("lang")
    def _compute_wording_warning(self):
        for record in self:
            names = (*self._wording_shown, *self._wording_told)
            found = dict(record._wording_found(names))
            record.wording_warning = "\n".join(
                entry._explain(words) for entry, words in found.items()
            )

    @api.constrains(lambda self: self._wording_shown)
    def _check_wording(self):
        for record in self:
            # as whoever writes: in the language in which the text was written
            refused = [
                entry._explain(words)
                for entry, words in record._wording_found(record._wording_shown)
                if entry.severity == "forbidden"
            ]
            if refused:
                raise ValidationError(
                    "\n".join(
                        [
                            self.env._("Clients must not read this:"),
                            *dict.fromkeys(refused),
                        ]
                    )
                )

    def _wording_found(self, names):
        """Return [(entry of the list, words)] found in these fields."""
        self.ensure_one()
        Wording = self.env["insurance.wording"]
        return [found for name in names for found in Wording._found_in(self[name])]
