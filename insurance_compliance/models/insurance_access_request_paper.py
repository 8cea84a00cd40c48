from odoo import SUPERUSER_ID, fields, models


class InsuranceAccessRequest(models.Model):
    """After the use the application is filed among the papers of the client.

    A filed archive then waits to be filed again, as for any new paper.
    """

    _inherit = "insurance.access.request"

    def _close(self, use_text, copies, copies_text):
        result = super()._close(use_text, copies, copies_text)
        self._file_paper()
        return result

    def _file_paper(self):
        """Enter the application among the papers of each client that it named."""
        self.ensure_one()
        kind = self.env.ref("insurance_compliance.document_type_use_application")
        # superuser: applicants read alone; the server files, and nothing but the number
        clients = self.sudo().line_ids.archive_id
        clients = clients.filtered(lambda archive: archive.state != "destroyed")
        today = fields.Date.context_today(self)
        # in the zone of who closes: there it may be tomorrow already
        system = self.with_user(SUPERUSER_ID).with_context(tz=str(self.env.tz))
        system.env["insurance.document"].create(
            [
                {
                    "archive_id": archive.id,
                    "type_id": kind.id,
                    "form": "scan",
                    "document_date": today,
                    "received_on": today,
                    "reference": self.number,
                }
                for archive in clients
            ]
        )
