from odoo.tests import tagged

from odoo.addons.insurance_client_archive.sealed import Sealed

from .. import access_map
from ..access_basic import BASIC_FIELDS
from ..access_slice import BASIC, SENSITIVE
from ..masked import Masked
from .common_access import AccessCase

#: under the archive, but with rules of their own or closed to everybody
OWN_RULES = {
    "insurance.client.event",
    "insurance.client.event.failure",
    "insurance.decoy",
    "insurance.use.log",
    "insurance.vault.index",
    "insurance.vault.key",
    "insurance.vault.value",
}
ARCHIVE_ADDON = "insurance_client_archive"


@tagged("post_install", "-at_install")
class TestAccessMap(AccessCase):
    """Nothing under an archive is without a slice."""

    def _children(self):
        """Return the models whose records belong to an archive: not those beside it.

        Nor those of other addons, which say their slices themselves.
        """
        child = self.registry["insurance.archive.child"]
        return {
            name
            for name, model in self.registry.models.items()
            if not model._abstract
            and not model._transient
            and (field := model._fields.get("archive_id")) is not None
            and field.comodel_name == access_map.ARCHIVE
            and not getattr(model, "_access_slices", ())
            and (issubclass(model, child) or model._original_module == ARCHIVE_ADDON)
        }

    def test_each_model_under_the_archive_has_its_slice(self):
        mapped = set().union(*access_map.MODELS.values()) - {access_map.ARCHIVE}
        self.assertEqual(self._children() - OWN_RULES, mapped)

    def test_each_field_of_the_archive_has_its_slice(self):
        """A new field of the archive must be put somewhere before this passes."""
        of_archive = {
            name
            for name, field in self.registry[access_map.ARCHIVE]._fields.items()
            if getattr(field, "access_slice", None) != BASIC
        }
        mapped = [
            BASIC_FIELDS,
            access_map.BY_RECORD,
            access_map.NO_CONTENT,
            access_map.FIELDS[access_map.ARCHIVE].keys(),
        ]
        self.assertEqual(of_archive, set().union(*mapped))
        self.assertEqual(sum(map(len, mapped)), len(of_archive), "mapped twice")

    def test_each_field_of_a_slice_is_withheld_by_its_class(self):
        for model, fields in access_map.FIELDS.items():
            for name in fields:
                field = self.registry[model]._fields[name]
                with self.subTest(field=str(field)):
                    self.assertIsInstance(field, Masked | Sealed)

    def test_each_field_with_the_class_is_in_the_table(self):
        for model in self.registry.models.values():
            for name, field in model._fields.items():
                if isinstance(field, Masked) and not model._abstract:
                    self.assertIn(name, access_map.FIELDS[model._name])

    def test_what_nobody_has_mapped_needs_everything(self):
        everything = {BASIC, *SENSITIVE}
        self.assertEqual(access_map.slices_of_model("insurance.unheard"), everything)
        sealed = access_map.slices_of_field("insurance.claim", "diagnosis", sealed=True)
        self.assertEqual(sealed, set(SENSITIVE))

    def test_values_that_follow_a_masked_field_are_kept_for_each_user(self):
        """Else the value that one user may see would be served to the next."""
        for model in self.registry.models.values():
            for field in model._fields.values():
                if field.related and not field.store and self._follows_masked(field):
                    with self.subTest(field=str(field)):
                        contexts = self.registry.field_depends_context[field]
                        self.assertIn("uid", contexts)
                        self.assertFalse(field.compute_sudo)

    def _follows_masked(self, field):
        model = self.registry[field.model_name]
        for name in field.related.split("."):
            followed = model._fields[name]
            model = followed.comodel_name and self.registry[followed.comodel_name]
        return isinstance(followed, Masked)

    def test_no_stored_field_copies_a_masked_one(self):
        for model in self.registry.models.values():
            for field in model._fields.values():
                if field.related and field.store:
                    self.assertFalse(self._follows_masked(field), field)
