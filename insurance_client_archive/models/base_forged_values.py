from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import UserError

#: models of this product
OURS = "insurance."


class Base(models.AbstractModel):
    """What the server works out is not for callers to say, by whatever way.

    The ORM takes any value for a computed field that is stored, takes any default out
    of the caller's context or of a default that users keep for themselves, and writes
    translations past ``write``. Here all of them lead to where the others lead.
    """

    _inherit = "base"

    #: read-only fields that an action of the product fills in by a default
    _defaults_of_actions = frozenset()

    @api.model_create_multi
    def create(self, vals_list):
        if self._has_callers():
            vals_list = [self._without_reckoned(vals) for vals in vals_list]
        return super().create(vals_list)

    def write(self, vals):
        if self._has_callers():
            vals = self._without_reckoned(vals)
        return super().write(vals)

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        for name in self._defaults_of_caller(values):
            del values[name]
            field = self._fields[name]
            if field.default:
                value = field.convert_to_cache(
                    field.default(self), self, validate=False
                )
                values[name] = field.convert_to_write(value, self)
        return values

    def _update_field_translations(
        self, field_name, translations, digest=None, source_lang=""
    ):
        """Let the words in each language meet the same checks as the words."""
        if not self._checks_translations(field_name):
            return super()._update_field_translations(
                field_name, translations, digest=digest, source_lang=source_lang
            )
        known = {code for code, _name in self.env["res.lang"].get_installed()}
        if translations.keys() - known - {"en_US"}:
            raise UserError(self.env._("This language is not in use here."))
        void = {}
        # English first: the others read it where they have no words of their own
        for lang in sorted(translations, key=lambda lang: lang != "en_US"):
            words = translations[lang]
            if not words and words != "":
                void[lang] = False
                words = self.with_context(lang="en_US")[field_name]
            self.with_context(lang=lang).write({field_name: words})
        if void:
            # checked above; from now on they follow the English words
            super()._update_field_translations(field_name, void)
        return True

    def _checks_translations(self, field_name):
        """Tell whether words in another language have to meet the checks of `write`."""
        field = self._fields.get(field_name)
        return bool(field) and field.translate is True and self._has_callers()

    @api.model
    def _has_callers(self):
        """Tell whether values may come from somebody else than the product."""
        return not self.env.su and self._name.startswith(OURS) and not self._transient

    def _without_reckoned(self, vals):
        """Return the values without those that are worked out: they follow anyway."""
        reckoned = {name for name in vals if self._is_reckoned(name)}
        if not reckoned:
            return vals
        return {name: vals[name] for name in vals if name not in reckoned}

    @api.model
    def _is_reckoned(self, name):
        field = self._fields.get(name)
        return bool(
            field
            and field.store
            and field.compute
            and field.readonly
            and not field.inverse
        )

    @api.model
    def _defaults_of_caller(self, names):
        """Return which of these defaults the server alone gives, and a caller gave.

        Superuser mode makes no difference: what the product creates in the course of a
        call still has the caller's context, and the defaults that the user keeps.
        """
        # uid: nobody calls as the system itself
        if self.env.uid == SUPERUSER_ID or self._transient:
            return []
        if not self._name.startswith(OURS):
            return []
        kept = self.env["ir.default"]._get_model_defaults(self._name)
        # who may create none has nothing to say of what the product creates
        own = self.sudo(False).has_access("create")
        return [
            name
            for name in names
            if (f"default_{name}" in self.env.context or name in kept)
            and (field := self._fields.get(name))
            and field.store
            and (field.readonly or not own)
            and name not in self._defaults_of_actions
        ]
