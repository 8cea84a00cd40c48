"""The search of the attack suite finds a canary however it is written down."""

import base64
import gzip
import io
import urllib.parse
import zipfile

import canary

from odoo.tests import BaseCase, tagged


@tagged("post_install", "-at_install")
class TestCanary(BaseCase):
    def assertFound(self, content, names=canary.MARKS):
        self.assertEqual({field for field, _spelling in canary.find(content)}, {*names})

    def test_every_spelling_is_found(self):
        text = "; ".join(canary.values(7).values())
        wide = text.encode("utf-16-le")
        for content in (
            text,
            text.upper(),
            wide,
            text.encode("utf-16-be"),
            text.encode().hex(),
            wide.hex().upper(),
            "".join(f"%{byte:02X}" for byte in text.encode()),
            urllib.parse.quote(text),
            gzip.compress(text.encode()),
        ):
            with self.subTest(content=content[:40]):
                self.assertFound(content)

    def test_base64_is_found_wherever_it_begins(self):
        text = "; ".join(canary.values(7).values())
        for before in range(3):
            self.assertFound(base64.b64encode(b"x" * before + text.encode()))

    def test_files_in_files_are_found(self):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as book:
            book.writestr("sheet1.xml", "; ".join(canary.values(7).values()))
        self.assertFound(packed.getvalue())

    def test_grouped_amounts_are_found(self):
        for name in ("annual_income", "total_assets"):
            amount = int(canary.values(7)[name])
            self.assertFound(f"CNY {amount:,}.00", [name])

    def test_other_numbers_are_no_canaries(self):
        others = "••••••0071; 11010519491231002X; 350,000.00; 86753; kestrel"
        self.assertFound(others, [])
