from odoo import api, fields, models


class InsuranceArchiveChild(models.AbstractModel):
    """A record that hangs under an archive and opens exactly when the archive does.

    Give the inheriting model the two record rules on ``archive_id.accessible`` and
    ``archive_id.editable``.
    """

    _name = "insurance.archive.child"
    _description = "Record of a client archive"
    _check_company_auto = True

    #: the slices of content (``basic``, ``health``, …) that one needs to see a record,
    #: for an addon that opens by slices; what says nothing needs all of them
    _access_slices = ()

    archive_id = fields.Many2one(
        "insurance.archive",
        required=True,
        index=True,
        ondelete="restrict",
        context={"show_client_name": True},
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Client",
        compute="_compute_client",
        store=True,
        index=True,
        compute_sudo=True,
    )
    company_id = fields.Many2one(
        "res.company",
        compute="_compute_client",
        store=True,
        compute_sudo=True,
    )
    currency_id = fields.Many2one(
        "res.currency", related="company_id.currency_id", string="Currency"
    )

    @api.depends("archive_id")
    def _compute_client(self):
        for record in self:
            archive = record.archive_id
            # a form that is not saved yet may name any archive: show the client
            # only to somebody who may open it
            if not record.id and not archive.sudo(False).has_access("read"):
                archive = archive.browse()
            record.partner_id = archive.partner_id
            record.company_id = archive.company_id

    @api.depends_context("uid", "lang")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        name = self._fields.get(self._rec_name)
        if name is not None and name.type == "selection":
            # the word people read, not its key
            labels = dict(name._description_selection(self.env))
            for record in self:
                record.display_name = labels.get(record[name.name], "")
        # a many2one shows its label as superuser, also where a form that is not
        # saved yet names any record: label only what the user may open
        saved = self.filtered("id")
        for record in saved - saved.sudo(False)._filtered_access("read"):
            record.display_name = self.env._("Record %s", record.id)
        return result

    def _lead_with_client(self):
        """Begin the labels with the client; for records that the user may open."""
        for record in self:
            record.display_name = (
                f"{record.partner_id.display_name}: {record.display_name}"
            )

    @api.constrains("archive_id")
    def _check_archive_access(self):
        # constraints run as superuser: ask again as the user who links
        self.archive_id.sudo(False).check_access("write")
