"""No field gives protected data away by following it in superuser mode.

The ORM follows related fields, and computes stored ones, as superuser: whoever reads
the model at the beginning of the path sees what stands at its end. This walks all
fields of all models, so that a field of an addon that comes later fails here.
"""

import archive_tree

from odoo.fields import NO_ACCESS
from odoo.tests import TransactionCase, tagged

from odoo.addons.insurance_client_archive.sealed import Sealed, SealedRelated


@tagged("post_install", "-at_install")
class TestProtectedFields(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tree = set(archive_tree.tree_models(cls.env))

    def shortcuts(self):
        """Return the fields that lead to protected data as superuser."""
        return {
            str(field)
            for model in self.registry.models.values()
            if not model._abstract
            for field in model._fields.values()
            if not field.inherited
            and (field.compute_sudo or field.store)
            and any(self._is_protected(field, step) for step in self._steps(field))
        }

    def _steps(self, field):
        """Yield the fields that a related or computed field is made of."""
        paths = [field.related] if field.related else ()
        if field.compute and not field.related:
            paths = self.registry.field_depends.get(field, ())
        for path in paths:
            model = field.model_name
            for name in path.split("."):
                step = self.registry[model]._fields.get(name) if model else None
                if step is None:
                    break
                yield step
                model = step.comodel_name

    def _is_protected(self, field, step):
        """Tell whether *field* must not follow *step* as superuser.

        Sealed and closed fields: never. What belongs to a client: not from outside,
        as whoever reads one model of the archive may read the others.
        """
        if isinstance(step, Sealed | SealedRelated) or step.groups == NO_ACCESS:
            return True
        outside = field.model_name not in self.tree
        return outside and step.model_name in self.tree and step.name != "id"

    def test_no_field_follows_protected_data_as_superuser(self):
        self.assertFalse(
            self.shortcuts(),
            "Follow them as the user: related_sudo=False, or compute_sudo=False.",
        )

    def unguarded_searches(self):
        """Return the fields for some groups that a search method finds for all.

        The ORM asks such a method before it looks at the groups of the field.
        """
        return {
            str(field)
            for model in self.registry.models.values()
            for field in model._fields.values()
            if field.groups
            and field.search
            and not field.store
            and (model._name in self.tree or field.name.startswith("insurance_"))
        }

    def test_no_search_method_answers_who_may_not_read_the_field(self):
        self.assertFalse(self.unguarded_searches(), "Check the right in the method.")
        # and it would be seen
        self.patch(
            self.env["res.partner"]._fields["insurance_archive_id"],
            "groups",
            "base.group_system",
        )
        self.assertIn("res.partner.insurance_archive_id", self.unguarded_searches())

    def test_a_field_that_somebody_adds_is_found(self):
        self.addCleanup(self.registry.reset_changes)
        partner = self.env["ir.model"]._get("res.partner")
        interaction = self.env["ir.model"]._get("insurance.interaction")
        for name, model, values in (
            ("x_number", partner, {"related": "insurance_archive_id.id_number"}),
            ("x_employer", partner, {"related": "insurance_archive_id.employer"}),
            ("x_health", interaction, {"related": "archive_id.health_notice"}),
            ("x_uuid", interaction, {"related": "archive_id.uuid", "store": True}),
            (
                "x_computed",
                partner,
                {
                    "depends": "insurance_archive_id.employer",
                    "compute": "for record in self: record['x_computed'] = ''",
                    "store": True,
                },
            ),
        ):
            with self.subTest(name):
                self.env["ir.model.fields"].create(
                    {
                        "name": name,
                        "model_id": model.id,
                        "field_description": "Added",
                        "ttype": "char",
                        **values,
                    }
                )
                self.assertIn(f"{model.model}.{name}", self.shortcuts())
