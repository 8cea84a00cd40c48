from odoo import models


class InsuranceArchive(models.Model):
    _name = "insurance.archive"
    _inherit = ["insurance.archive", "insurance.class.notice.mixin"]

    _notice_occasion = "client"
    _notice_archive_path = ""


class InsurancePolicy(models.Model):
    _name = "insurance.policy"
    _inherit = ["insurance.policy", "insurance.class.notice.mixin"]

    _notice_occasion = "policy"
    _notice_category_path = "product_id.insurance_category_id"


class CrmLead(models.Model):
    _name = "crm.lead"
    _inherit = ["crm.lead", "insurance.class.notice.mixin"]

    _notice_occasion = "lead"
    _notice_archive_path = "insurance_archive_id"
