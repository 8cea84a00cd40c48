from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from .insurance_archive_life import ARCHIVIST

TESTS = ("authenticity", "integrity", "usability", "security")
RESULTS = [("passed", "Passed"), ("failed", "Failed"), ("open", "Not checked")]


def _test(label, help_text):
    return fields.Selection(
        RESULTS, string=label, required=True, default="open", help=help_text
    )


class InsuranceInspection(models.Model):
    """An archivist's look at one archive: is it genuine, whole, usable, safe."""

    _name = "insurance.inspection"
    _inherit = ["insurance.archive.child", "insurance.history.mixin"]
    _description = "Inspection of an archive"
    _order = "date desc, id desc"

    date = fields.Date(required=True, default=fields.Date.context_today, index=True)
    inspector_id = fields.Many2one(
        "res.users",
        required=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
    )
    kind = fields.Selection(
        [
            ("filing", "On filing"),
            ("periodic", "Periodic"),
            ("yearly", "Yearly inspection"),
        ],
        required=True,
        default="periodic",
    )
    authenticity = _test("Authentic", "The archive is what it claims to be.")
    integrity = _test("Complete", "Nothing was added, changed or lost.")
    usability = _test("Usable", "It can be found, opened and understood.")
    security = _test("Safe", "Nobody unauthorised has had access; copies are safe.")
    readable = _test("Readable", "Scans and prints can be read.")
    numbered = _test("Numbered correctly", "Number, box and place agree.")
    result = fields.Selection(
        [("passed", "Passed"), ("failed", "Failed")],
        compute="_compute_result",
        store=True,
        index=True,
    )
    findings = fields.Text(help="What is wrong, and what is to be done about it.")
    due_date = fields.Date(string="To be put right by")
    resolved = fields.Boolean(help="What was found is put right.")
    resolved_on = fields.Date(
        string="Resolved on",
        compute="_compute_resolved_on",
        store=True,
        help="When it was put right.",
    )
    archive_number = fields.Char(
        related="archive_id.number", related_sudo=False, string="Archive number"
    )
    agent_id = fields.Many2one(related="archive_id.agent_id", related_sudo=False)

    @api.depends(lambda self: self._test_fields())
    def _compute_result(self):
        for inspection in self:
            results = [inspection[name] for name in self._test_fields()]
            inspection.result = "failed" if "failed" in results else "passed"
            if "passed" not in results and inspection.result == "passed":
                inspection.result = False

    @api.depends("archive_number", "date")
    def _compute_display_name(self):
        for inspection in self:
            day = fields.Date.to_string(inspection.date) or ""
            number = inspection.archive_number or self.env._("New archive")
            inspection.display_name = f"{number} · {day}"

    @api.depends("resolved")
    def _compute_resolved_on(self):
        for inspection in self:
            if not inspection.resolved:
                inspection.resolved_on = False
            elif not inspection.resolved_on:
                inspection.resolved_on = fields.Date.context_today(inspection)

    @api.constrains("archive_id")
    def _check_archive_access(self):
        # constraints run as superuser: ask again as the user who inspects. Archivists
        # may not write archives, so inspecting has a rule of its own
        user = self.env.user
        if user.id != SUPERUSER_ID and not user.has_group(ARCHIVIST):
            raise AccessError(self.env._("Only archivists inspect archives."))
        self.archive_id.sudo(False).check_access("read")
        if any(archive.state == "collecting" for archive in self.archive_id):
            raise UserError(
                self.env._("An archive is inspected once its data are entered.")
            )

    @api.constrains("date", "result", "findings", "resolved", *TESTS)
    def _check_findings(self):
        for inspection in self:
            if not inspection.result:
                raise ValidationError(
                    self.env._("Say for one property at least what was found.")
                )
            if (
                inspection.result == "failed"
                and not (inspection.findings or "").strip()
            ):
                raise ValidationError(
                    self.env._("The inspection failed. Write down what was found.")
                )
            if inspection.date > fields.Date.context_today(inspection):
                raise ValidationError(
                    self.env._("The day of the inspection lies in the future.")
                )

    def action_resolve(self):
        """Note that what was found is put right."""
        self.write({"resolved": True})

    @api.model
    def _test_fields(self):
        """Override to add a property that an inspection tests."""
        return [*TESTS, "readable", "numbered"]
