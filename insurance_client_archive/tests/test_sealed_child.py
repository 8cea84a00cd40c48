from odoo import models
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .. import vault_store
from ..sealed import MASK, Sealed
from .common_vault import OTHER_ID_NUMBER, VaultCase

MODEL = "insurance.related.person"


@tagged("post_install", "-at_install")
class TestSealedChild(VaultCase):
    """Sealed fields of a model of another addon that hangs under the archive."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._extend_model()
        cls.person, cls.other = cls.env[MODEL].create(
            [
                {
                    "archive_id": cls.archive.id,
                    "name": name,
                    "relation": "spouse",
                    "passport": passport,
                    "diagnosis": diagnosis,
                }
                for name, passport, diagnosis in (
                    ("王芳", "E12345678", "Asthma"),
                    ("李娜", OTHER_ID_NUMBER, "Migraine"),
                )
            ]
        )

    @classmethod
    def _extend_model(cls):
        from odoo.orm.model_classes import add_to_registry

        class InsuranceRelatedPerson(models.Model):
            _module = None
            _name = MODEL
            _inherit = [MODEL, "insurance.sealed.mixin"]
            passport = Sealed(kind="identity", exact=True, tail=4)
            diagnosis = Sealed(step_up=True)

        model_class = cls.registry[MODEL]
        cls.addClassCleanup(cls.registry._setup_models__, cls.env.cr, [MODEL])
        cls.addClassCleanup(
            setattr, model_class, "_base_classes__", model_class._base_classes__
        )
        add_to_registry(cls.registry, InsuranceRelatedPerson)
        cls.registry._setup_models__(cls.env.cr, [MODEL])
        context = {"module": "insurance_client_archive"}
        cls.registry.init_models(cls.env.cr, [MODEL], context, install=False)

    def open(self, person, *names, user=None):
        method = f"{MODEL}.reveal"
        with self.calling(user or self.agent, method) as env:
            return person.with_env(env).reveal(list(names), "claim")

    def test_values_are_masked_and_opened_by_who_may_open_the_archive(self):
        with self.calling(self.agent) as env:
            person = self.person.with_env(env)
            self.assertEqual(person.passport, MASK + "5678")
            self.assertEqual(person.diagnosis, MASK)
        opened = self.open(self.person, "passport", "diagnosis")
        self.assertEqual(opened, {"passport": "E12345678", "diagnosis": "Asthma"})
        [use] = self.uses
        self.assertEqual(use["ids"], self.archive.ids)
        with self.assertRaises(AccessError):
            self.open(self.person, "diagnosis", user=self.agent2)

    def test_values_are_under_the_key_of_the_archive(self):
        self.env.cr.execute(
            "SELECT count(*) FROM insurance_vault_key WHERE archive_id = %s",
            (self.archive.id,),
        )
        self.assertEqual(self.env.cr.fetchone()[0], 1)

    def test_values_of_two_records_swapped(self):
        slots = [
            f"{MODEL}:{person.sudo().uuid}:diagnosis"
            for person in (self.person, self.other)
        ]
        self.sql(
            "UPDATE insurance_vault_value mine SET sealed = theirs.sealed"
            " FROM insurance_vault_value theirs"
            " WHERE mine.slot = %s AND theirs.slot = %s",
            *slots,
        )
        with self.assertRaisesRegex(UserError, "can't be opened"):
            self.open(self.person, "diagnosis")

    def test_records_are_found_exactly_and_by_presence(self):
        with self.calling(self.agent, "x.search") as env:
            People = env[MODEL]
            found = People.search([("passport", "=", "e 1234 5678")])
            self.assertEqual(found.ids, self.person.ids)
            self.other.diagnosis = False
            mine = [("archive_id", "=", self.archive.id)]
            noted = People.search([*mine, ("diagnosis", "!=", False)])
            self.assertEqual(noted.ids, self.person.ids)

    def test_deleting_a_record_deletes_its_values(self):
        before = len(vault_store.kept_cells(self.env, self.archive.ids))
        self.person.unlink()
        after = vault_store.kept_cells(self.env, self.archive.ids)
        self.assertEqual(len(after), before - 3)
        self.assertEqual(self.open(self.other, "diagnosis"), {"diagnosis": "Migraine"})
