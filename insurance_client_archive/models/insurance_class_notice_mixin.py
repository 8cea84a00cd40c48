from odoo import api, fields, models

from .insurance_client_segment import DIMENSION_NAMES


class InsuranceClassNoticeMixin(models.AbstractModel):
    """A screen that shows what the class of its client means."""

    _name = "insurance.class.notice.mixin"
    _description = "Notices by class of client"

    #: see OCCASIONS
    _notice_occasion = ""
    #: path to the archive, "" for the archive itself; and to the product category
    _notice_archive_path = "archive_id"
    _notice_category_path = ""

    class_warning = fields.Text(
        string="Warnings by class",
        compute="_compute_class_notices",
        compute_sudo=False,
    )
    class_hint = fields.Text(
        string="Hints by class", compute="_compute_class_notices", compute_sudo=False
    )

    @api.depends(lambda self: self._notice_depends())
    @api.depends_context("uid", "lang")
    def _compute_class_notices(self):
        notices = self.env["insurance.class.notice"]._shown_on(self._notice_occasion)
        # a form that is not saved yet may name any archive
        visible = self._notice_archives()._filtered_access("read")
        for record in self:
            archive = record._notice_archives() & visible
            found = notices.browse()
            if archive and notices:
                found = notices._concerning(archive, record._notice_category())
            for field, level in (("class_warning", "warning"), ("class_hint", "hint")):
                record[field] = "\n".join(
                    self.env._(
                        "%(notice)s: %(text)s", notice=notice.name, text=notice.text
                    )
                    for notice in found
                    if notice.level == level
                )

    @api.model
    def _notice_depends(self):
        archive = self._notice_archive_path
        paths = [f"{archive}.{name}" if archive else name for name in DIMENSION_NAMES]
        return (*paths, *filter(None, [self._notice_category_path]))

    def _notice_archives(self):
        path = self._notice_archive_path
        return self.mapped(path) if path else self

    def _notice_category(self):
        path = self._notice_category_path
        return self.mapped(path) if path else None
