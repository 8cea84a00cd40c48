from odoo import api, fields, models


class InsuranceNoticeLine(models.Model):
    """A row of the list: what for, how, which data, how long, for whom."""

    _name = "insurance.notice.line"
    _description = "Purpose in a notice"
    _order = "notice_id, sequence, id"
    _rec_name = "processing_id"

    notice_id = fields.Many2one(
        "insurance.notice", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    processing_id = fields.Many2one(
        "insurance.processing", string="Purpose", required=True, ondelete="restrict"
    )
    manner = fields.Text(
        required=True, translate=True, help="What is done with the data, and how."
    )
    category_ids = fields.Many2many(
        "insurance.data.category",
        "insurance_notice_line_category_rel",
        "line_id",
        "category_id",
        string="Kinds of data",
        compute="_compute_category_ids",
        store=True,
        readonly=False,
    )
    storage = fields.Char(
        string="Stored for", translate=True, help="Empty: as said for all."
    )
    recipient = fields.Char(
        string="Recipients",
        translate=True,
        help="Name and contact, or the kind of recipients; each is named again when "
        "a separate consent is asked.",
    )

    _processing_unique = models.UniqueIndex(
        "(notice_id, processing_id)", "The notice names this purpose already."
    )

    @api.depends("processing_id")
    def _compute_category_ids(self):
        for line in self:
            line.category_ids = line.processing_id.category_ids

    @api.model_create_multi
    def create(self, vals_list):
        notices = self.env["insurance.notice"].browse(
            vals["notice_id"] for vals in vals_list if vals.get("notice_id")
        )
        notices._check_draft()
        return super().create(vals_list)

    def write(self, vals):
        self.notice_id._check_draft()
        return super().write(vals)

    def update_field_translations(self, field_name, translations, source_lang=""):
        self.notice_id._check_draft()
        return super().update_field_translations(field_name, translations, source_lang)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_shown(self):
        self.notice_id._check_draft()

    def _substance(self):
        """Return what may not change without asking clients anew."""
        return {
            (line.processing_id.id, frozenset(line.category_ids.ids)) for line in self
        }
