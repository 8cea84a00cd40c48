from odoo import api, fields, models
from odoo.exceptions import UserError

from .insurance_client_segment import DIMENSION_NAMES

CLASS_FIELDS = frozenset(DIMENSION_NAMES)


class InsuranceArchive(models.Model):
    """The classes of a client: where scorecards, or a person, have put it."""

    _inherit = "insurance.archive"

    client_type = fields.Selection(
        [
            ("ordinary", "Ordinary"),
            ("high_net_worth", "High net worth"),
            ("enterprise", "Enterprise"),
            ("group", "Group"),
            ("long_term", "Long-term"),
            ("potential", "Potential"),
        ],
        string="Client type",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    lifecycle_stage = fields.Selection(
        [
            ("prospect", "Prospect"),
            ("new", "New client"),
            ("growing", "Growing"),
            ("mature", "Mature"),
            ("declining", "Declining"),
        ],
        string="Life-cycle stage",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    protection_need = fields.Selection(
        [("high", "High need"), ("medium", "Medium need"), ("low", "Low need")],
        string="Protection need",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    behaviour = fields.Selection(
        [
            ("frequent", "Buys often"),
            ("steady", "Steady"),
            ("occasional", "Occasional"),
            ("dormant", "Dormant"),
            ("dissatisfied", "Dissatisfied"),
            ("changing", "Changing needs"),
        ],
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    value_tier = fields.Selection(
        [("high", "High value"), ("medium", "Medium value"), ("low", "Low value")],
        string="Client value",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )

    @api.model_create_multi
    def create(self, vals_list):
        # defaults come from whoever calls: they are refused like values
        given = [key.removeprefix("default_") for key in self.env.context]
        for vals in vals_list:
            self._refuse_class_values({*vals, *given})
        return super().create(vals_list)

    def write(self, vals):
        self._refuse_class_values(vals)
        return super().write(vals)

    @api.model
    def _refuse_class_values(self, names):
        """Classes come from scorecards; a person overrides them with a reason."""
        if not self.env.su and not CLASS_FIELDS.isdisjoint(names):
            raise UserError(
                self.env._(
                    "The classes follow from scorecards. To set one by hand, use "
                    "“Set class by hand” and say why."
                )
            )
