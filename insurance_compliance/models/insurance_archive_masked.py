from odoo import models

from .. import masked


class InsuranceArchive(models.Model):
    """What of the archive may be closed to those who may open it."""

    _inherit = "insurance.archive"

    phone = masked.Char()
    email = masked.Char()
    street = masked.Char()
    street2 = masked.Char()
    zip = masked.Char()
    city = masked.Char()
    state_id = masked.Many2one()
    country_id = masked.Many2one()
    income_band = masked.Selection()
    asset_band = masked.Selection()
    health_grade = masked.Selection()
    class_explanation = masked.Json()


class InsuranceClientFeature(models.Model):
    _inherit = "insurance.client.feature"

    income_band = masked.Selection()
    asset_band = masked.Selection()
    health_grade = masked.Selection()
    claims_36m = masked.Integer()
    claims_paid_36m = masked.Monetary()
    claims_refused_36m = masked.Integer()


class InsuranceClientClassChange(models.Model):
    _inherit = "insurance.client.class.change"

    factors = masked.Json()
    factor_text = masked.Char()


class InsuranceInteraction(models.Model):
    _inherit = "insurance.interaction"

    phone = masked.Char()


class InsuranceRelatedPerson(models.Model):
    _inherit = "insurance.related.person"

    phone = masked.Char()
