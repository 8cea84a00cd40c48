import csv
import io

from odoo.tests import tagged
from odoo.tools import file_open

from .common_import import ImportCase


@tagged("post_install", "-at_install")
class TestImportTemplates(ImportCase):
    """Each template maps by itself and its example comes in, in both languages."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")
        # the Chinese templates need the Chinese words, whatever language is loaded
        modules = cls.env["ir.module.module"]
        modules._load_module_terms(["insurance_client_archive"], ["zh_CN"])
        cls.env.cr.cache.clear()

    def _importer(self, model, template, user):
        with file_open(template.removeprefix("/"), "rb") as file:
            content = file.read()
        return (
            self.env["base_import.import"]
            .with_user(user)
            .with_context(lang=user.lang)
            .create(
                {
                    "res_model": model,
                    "file": content,
                    "file_name": template.rpartition("/")[2],
                    "file_type": "application/vnd.openxmlformats-officedocument"
                    ".spreadsheetml.sheet",
                }
            )
        )

    def _import_template(self, model, template, user, **fill):
        importer = self._importer(model, template, user)
        preview = importer.parse_preview({"has_headers": True, "quoting": '"'})
        matches = preview["matches"]
        self.assertEqual(len(matches), len(preview["headers"]), template)
        columns = [matches[i][0] for i in range(len(matches))]
        self.assertEqual(len(set(columns)), len(columns))
        options = {"quoting": '"', **preview["options"], "has_headers": True}
        if fill:
            _length, rows = importer._read_file(options)
            for field, value in fill.items():
                rows[1][columns.index(field)] = value
            text = io.StringIO()
            csv.writer(text).writerows(rows)
            importer.write({"file": text.getvalue().encode(), "file_type": "text/csv"})
            options["separator"] = ","
        return importer.execute_import(columns, columns, options)

    def test_client_templates_come_in(self):
        Archive = self.env["insurance.archive"]
        for lang in ("en_US", "zh_CN"):
            self.agent.lang = lang
            templates = Archive.with_user(self.agent).with_context(lang=lang)
            kinds = []
            for template in templates.get_import_templates():
                with self.subTest(**template):
                    result = self._import_template(
                        "insurance.archive", template["template"], self.agent
                    )
                    self.assertFalse(result["messages"])
                    kinds.append(Archive.browse(result["ids"]).client_kind)
            self.assertEqual(kinds, ["individual", "enterprise", "group"])

    def test_policy_templates_come_in(self):
        product = self._product()
        Policy = self.env["insurance.policy"]
        for lang in ("en_US", "zh_CN"):
            self.agent.lang = lang
            policies = Policy.with_user(self.agent).with_context(lang=lang)
            [template] = policies.get_import_templates()
            with self.subTest(**template):
                result = self._import_template(
                    "insurance.policy",
                    template["template"],
                    self.agent,
                    archive_id=self.archive.phone,
                    product_id=product.name,
                    number=f"TEST-{lang}",
                )
                self.assertFalse(result["messages"])
                policy = Policy.browse(result["ids"])
                self.assertEqual(policy.archive_id, self.archive)
                self.assertEqual(policy.payment_mode, "yearly")
