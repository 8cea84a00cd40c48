from odoo import api, models
from odoo.exceptions import UserError


class InsuranceServerValueMixin(models.AbstractModel):
    """Values that only the server works out: who sends others is refused."""

    _name = "insurance.server.value.mixin"
    _description = "Values of the server alone"

    #: names of fields that no caller may give, computed or not
    _server_values = frozenset()
    #: names of fields that come with a new record, and stay
    _kept_values = frozenset()

    @api.model_create_multi
    def create(self, vals_list):
        self._refuse_server_values(set().union(*vals_list))
        # defaults, too, come from the caller
        given = {f"default_{name}" for name in self._server_values}
        if not self.env.su and given & self.env.context.keys():
            context = {
                key: value
                for key, value in self.env.context.items()
                if key not in given
            }
            self = self.with_env(self.env(context=context))
        return super().create(vals_list)

    def write(self, vals):
        self._refuse_server_values(vals)
        self._refuse_kept_values(vals)
        return super().write(vals)

    def _refuse_kept_values(self, vals):
        kept = self._kept_values.intersection(vals)
        if self.env.su or not kept:
            return
        # what is only said again, as imports do, changes nothing
        changed = sorted(
            name
            for name in kept
            if any(
                self._fields[name].convert_to_write(record[name], record) != vals[name]
                for record in self
            )
        )
        if changed:
            labels = [
                self._fields[name]._description_string(self.env) for name in changed
            ]
            raise UserError(
                self.env._(
                    "This stays as it was when the record was made: %s. Leave it out.",
                    ", ".join(labels),
                )
            )

    @api.model
    def _refuse_server_values(self, names):
        forged = sorted(self._server_values.intersection(names))
        if self.env.su or not forged:
            return
        labels = [self._fields[name]._description_string(self.env) for name in forged]
        raise UserError(
            self.env._(
                "The system works this out itself: %s. Leave it out.",
                ", ".join(labels),
            )
        )
