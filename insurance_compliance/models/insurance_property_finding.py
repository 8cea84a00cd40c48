from odoo import api, fields, models
from odoo.tools import SQL

from ..property_tests import PROPERTIES, TESTS

CODES = [
    ("number", "Number in its series"),
    ("origin", "Known who has made it"),
    ("filing", "Record of the filing"),
    ("evidence", "Consents have their evidence"),
    ("use_log", "Records of use are unchanged"),
    ("complete", "All required data and papers are there"),
    ("paper_place", "Originals have a place"),
    ("linked", "Records name the client of the archive"),
    ("file_there", "Files are there"),
    ("file_hash", "Files are unchanged"),
    ("named", "Client has a name and an active contact"),
    ("place", "Place of the paper file is known"),
    ("format", "Files are of lasting formats"),
    ("file_opens", "Files open without a password"),
    ("key", "Sealed values have their key"),
    ("plain_number", "No ID number in texts"),
    ("file_name", "No program disguised as a document"),
    ("public", "No file is open by a link"),
    ("follower", "Nobody follows the archive"),
    ("access", "Nobody who has left has access"),
]


class InsurancePropertyFinding(models.Model):
    """What failed in the latest test of each archive: one row a test that failed."""

    _name = "insurance.property.finding"
    _description = "Failed test of an archive"
    _auto = False
    _log_access = False
    _order = "test_id desc, id"
    _rec_name = "code"

    test_id = fields.Many2one("insurance.property.test", readonly=True)
    archive_id = fields.Many2one("insurance.archive", readonly=True)
    number = fields.Char(string="Archive number", compute="_compute_number")
    company_id = fields.Many2one("res.company", readonly=True)
    agent_id = fields.Many2one("res.users", readonly=True)
    date = fields.Datetime(string="Tested at", readonly=True)
    kind = fields.Selection(
        lambda self: self.env["insurance.property.test"]._fields["kind"].selection,
        string="Occasion",
        readonly=True,
    )
    area = fields.Selection(PROPERTIES, string="Property", readonly=True)
    code = fields.Selection(CODES, string="Demand", readonly=True)
    count = fields.Integer(string="Things that break it", readonly=True)

    @property
    def _table_query(self):
        codes = SQL(", ").join(
            SQL("(%s, %s, %s)", place, code, TESTS[code].area)
            for place, (code, _label) in enumerate(CODES)
        )
        return SQL(
            """
            SELECT test.id * 100::bigint + known.place AS id, test.id AS test_id,
                   test.archive_id, test.company_id, test.agent_id, test.date,
                   test.kind, known.area, known.code, hit.value::integer AS count
              FROM insurance_property_test test
             CROSS JOIN LATERAL jsonb_each_text(test.failures) hit
              JOIN (VALUES %s) AS known (place, code, area) ON known.code = hit.key
             WHERE test.result = 'failed' AND NOT EXISTS (
                   SELECT FROM insurance_property_test later
                    WHERE later.archive_id = test.archive_id AND later.id > test.id)
            """,
            codes,
        )

    @api.depends("archive_id")
    def _compute_number(self):
        for finding in self:
            finding.number = finding.test_id.number

    def action_open_test(self):
        """Open the test in which it was found."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "insurance.property.test",
            "view_mode": "form",
            "res_id": self.test_id.id,
        }
