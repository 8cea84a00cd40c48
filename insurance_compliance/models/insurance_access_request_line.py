from odoo import api, fields, models
from odoo.exceptions import UserError

#: reference by which a client was named, besides an archive that one may open
NAMED = ("number", "contact_id")


class InsuranceAccessRequestLine(models.Model):
    """One client of an application, as the applicant names it.

    Somebody without access learns nothing here: which archive is meant is worked out
    by the server, kept where no user can read it, and shown to those who decide.
    """

    _name = "insurance.access.request.line"
    _description = "Client of an application for access"
    _order = "id"

    request_id = fields.Many2one(
        "insurance.access.request",
        required=True,
        index=True,
        ondelete="cascade",
    )
    archive_id = fields.Many2one(
        "insurance.archive",
        string="One of my clients",
        index="btree_not_null",
        ondelete="set null",
        context={"show_client_name": True},
    )
    number = fields.Char(string="or archive number", help="The whole number.")
    contact_id = fields.Many2one(
        "res.partner",
        string="or contact",
        index="btree_not_null",
        ondelete="set null",
    )
    identifier = fields.Char(
        string="Found by",
        readonly=True,
        help="The kind of number by which the client was looked for.",
    )
    target_id = fields.Many2one(
        "insurance.archive",
        string="Archive that is meant",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        groups=fields.NO_ACCESS,
    )
    client = fields.Char(
        compute="_compute_client",
        compute_sudo=True,
        help="As much as the current user may know.",
    )

    _named = models.Constraint(
        "CHECK(num_nonnulls(archive_id, number, contact_id, identifier) <= 1)",
        "Name a client in one way: from your list, by archive number or as a contact.",
    )

    @api.depends("archive_id", "number", "contact_id", "identifier")
    @api.depends_context("uid", "lang")
    def _compute_client(self):
        deciders = self.request_id._known_to_user()
        for line in self:
            target = line.target_id
            if target and target.sudo(False).has_access("read"):
                known = (target.name, target.number)
                line.client = " · ".join(filter(None, known))
            elif line.request_id not in deciders:
                line.client = line._as_named()
            elif target:
                line.client = target.number or self.env._("Archive %s", target.id)
            else:
                line.client = self.env._("%s: no client", line._as_named())

    def _is_named(self):
        return bool(
            self.archive_id
            or (self.number or "").strip()
            or self.contact_id
            or self.identifier
        )

    def _as_named(self):
        """Return the applicant's own words, without the name of a client."""
        archive = self.archive_id
        # a form that is not saved may name any archive: only one that can be opened
        if archive and (self.id or archive.sudo(False).has_access("read")):
            # as superuser: whoever applied has chosen it; the number is no secret
            number = archive.sudo().number
            return number or self.env._("Archive %s", archive.id)
        return (
            self.number
            or self.contact_id.display_name
            or self.identifier
            or self.env._("Client archive")
        )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._refuse_hidden(vals)
        lines = super().create(vals_list)
        lines.request_id._check_changeable()
        lines._resolve()
        return lines

    def write(self, vals):
        self._refuse_hidden(vals)
        self.request_id._check_changeable()
        result = super().write(vals)
        self.request_id._check_changeable()
        if not {"archive_id", *NAMED}.isdisjoint(vals):
            self._resolve()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_submitted(self):
        self.request_id._check_changeable()

    def _refuse_hidden(self, vals):
        if not vals.keys().isdisjoint(("target_id", "identifier")):
            raise UserError(
                self.env._("Name the client by archive number or as a contact.")
            )

    def _resolve(self):
        """Find out which archives are meant; tell nobody."""
        for line in self:
            target = line.archive_id
            if target:
                # an archive can be chosen by those who may open it
                target.check_access("read")
            else:
                target = line._named_archive()
            line._keep_target(target)

    def _named_archive(self):
        # superuser: the answer is kept from the applicant
        archives = self.env["insurance.archive"].sudo()
        company = [("company_id", "=", self.request_id.company_id.id)]
        if number := (self.number or "").strip():
            return archives.search([("number", "=", number), *company], limit=1)
        if self.contact_id:
            contact = [("partner_id", "=", self.contact_id.id)]
            return archives.search([*contact, *company], limit=1)
        return archives

    def _keep_target(self, target, identifier=False):
        vals = {"target_id": target.id}
        if identifier:
            vals["identifier"] = identifier
        # superuser: nobody else may read or write which archive is meant
        # pylint: disable-next=super-method-mismatch
        return super(InsuranceAccessRequestLine, self.sudo()).write(vals)
