from odoo import api, models

from odoo.addons.base_import.models.base_import import FIELDS_RECURSION_LIMIT

from ..sealed import Sealed, SealedRelated
from ..tools import resident_id


class Base_ImportImport(models.TransientModel):
    _inherit = "base_import.import"

    @api.model
    def get_fields_tree(self, model, depth=FIELDS_RECURSION_LIMIT):
        """Offer no sealed field as the target of a column: ``load`` refuses it."""
        known = self.env[model]._fields
        return [
            field
            for field in super().get_fields_tree(model, depth)
            if not isinstance(known.get(field["name"]), Sealed | SealedRelated)
        ]

    def parse_preview(self, options, count=10):
        """Refuse a file with sealed data, and forget it: it lies here unsealed."""
        result = super().parse_preview(options, count)
        columns = self._sealed_columns(
            result.get("headers") or [], result.get("preview") or []
        )
        if not columns:
            return result
        # no exception: that would bring the file back
        self.file = False
        refusal = self.env["insurance.archive"]._sealed_import_refusal(columns)
        return {"error": refusal, "preview": ""}

    def _sealed_columns(self, headers, examples):
        """Return the columns that are called like a sealed field or hold ID numbers.

        :param examples: for each column some of its values
        """
        model = self.env.get(self.res_model)
        sealed = [
            field
            for field in (model._fields.values() if model is not None else ())
            if isinstance(field, Sealed | SealedRelated)
        ]
        if not sealed:
            return []
        names = {field.name for field in sealed}
        # a file may come from a colleague with another language
        for language, _name in self.env["res.lang"].get_installed():
            translated = self.with_context(lang=language).env
            for field in sealed:
                label = field.get_description(translated, ["string"])["string"]
                names.add(label.strip().lower())
        titled = [
            header for header in headers if str(header or "").strip().lower() in names
        ]
        telling = [
            str(headers[number] if number < len(headers) else number + 1)
            for number, values in enumerate(examples)
            if any(_is_resident_id(value) for value in values)
        ]
        return list(dict.fromkeys(titled + telling))


def _is_resident_id(value):
    try:
        return len(resident_id.parse(str(value)).number) == len(str(value).strip())
    except resident_id.ResidentIdError:
        return False
