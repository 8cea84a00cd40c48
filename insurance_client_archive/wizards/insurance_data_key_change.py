from odoo import fields, models
from odoo.exceptions import UserError


class InsuranceDataKeyChange(models.TransientModel):
    """Ask for new data keys, without a look at the client."""

    _name = "insurance.data.key.change"
    _description = "Change of data keys"

    reach = fields.Selection(
        [("one", "One archive"), ("all", "All archives")],
        string="Change the keys of",
        default="one",
        required=True,
    )
    number = fields.Char(
        string="Archive number",
        help="Of an archive that has no number yet, the number behind its name.",
    )

    def action_change(self):
        """Let the server change the keys, and show how far it is."""
        self.ensure_one()
        archives = self.env["insurance.archive"]
        # what may be started is asked first: the number tells nobody else anything
        self.env["insurance.sweep"]._check_kind("rotate_data_key")
        if self.reach == "all":
            return archives._rotate_all_data_keys().action_open()
        archive = self._find((self.number or "").strip().removeprefix("#"))
        if not archive:
            raise UserError(
                self.env._("There is no archive with this number. Enter all of it.")
            )
        return archive._rotate_data_key().action_open()

    def _find(self, number):
        """Return the archive with a number, or new ones by the id in their name."""
        # the administrator opens no archive: a number is all that is looked for
        archives = self.env["insurance.archive"].sudo()
        company = [("company_id", "in", self.env.companies.ids)]
        found = archives.search([("number", "=", number), *company])
        if not found and number.isascii() and number.isdecimal():
            fresh = [("id", "=", int(number[:9])), ("number", "=", False)]
            found = archives.search([*fresh, *company])
        return found.sudo(False)
