from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL, ormcache

from .. import match_conditions


class Compiled(NamedTuple):
    """The rules in force: plain values, and their conditions as two SQL arrays."""

    ids: tuple
    effects: tuple
    points: tuple
    clients: SQL
    products: SQL


class InsuranceMatchRule(models.Model):
    """The rules in force, made into SQL once for all that ask."""

    _inherit = "insurance.match.rule"

    @api.model
    def _compiled(self):
        """Return the rules in force in the order of their priority."""
        # what a condition compares with does not depend on who asks
        return self.sudo()._compile_active()

    @ormcache()
    def _compile_active(self):
        rules = self.search([("state", "=", "active")], order="priority, id")
        return rules._compile()

    def _compile(self):
        sides = self._sides()
        client, product = (
            SQL(
                "ARRAY[%s]::boolean[]",
                SQL(", ").join(
                    match_conditions.to_sql(self.env, side, rule[name]) for rule in self
                ),
            )
            for name, side in sides.items()
        )
        return Compiled(
            tuple(self.ids),
            tuple(rule.effect for rule in self),
            tuple(rule.points for rule in self),
            client,
            product,
        )
