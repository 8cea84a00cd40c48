import json

from odoo import api, fields, models
from odoo.tools import SQL


class InsuranceUseLog(models.Model):
    """A record of every use of client data, written in a transaction of its own."""

    _name = "insurance.use.log"
    _description = "Use of client data"
    _log_access = False
    _order = "id desc"
    _rec_name = "action"

    date = fields.Datetime(required=True, readonly=True)
    user_id = fields.Integer(required=True, readonly=True)
    action = fields.Char(required=True, readonly=True)
    archive_ids = fields.Json(readonly=True)
    content = fields.Json(readonly=True)
    purpose = fields.Char(readonly=True)
    purpose_text = fields.Text(readonly=True)
    result = fields.Char(required=True, readonly=True)
    grant_id = fields.Integer(readonly=True)
    count = fields.Integer(readonly=True)

    @api.model
    def _record(
        self,
        action,
        archives=None,
        content=(),
        purpose="",
        purpose_text="",
        result="done",
        grant_id=0,
        count=None,
        wait=True,
    ):
        """Write one event; return its id when it is committed."""
        ids = archives.ids if archives else []
        query = SQL(
            """
            INSERT INTO insurance_use_log (
                date, user_id, action, archive_ids, content, purpose, purpose_text,
                result, grant_id, count
            ) VALUES (
                clock_timestamp() AT TIME ZONE 'UTC', %s, %s, %s, %s, %s, %s, %s, %s, %s
            ) RETURNING id
            """,
            self.env.uid,
            action,
            json.dumps(ids),
            json.dumps(list(content)),
            purpose,
            purpose_text,
            result,
            grant_id,
            len(ids) if count is None else count,
        )
        if not wait:
            return self.env.execute_query(query)[0][0]
        with self.env.registry.cursor() as cr:
            cr.execute(query)
            return cr.fetchone()[0]


class InsuranceArchive(models.Model):
    _inherit = "insurance.archive"

    def _log_use(self, action, **event):
        """Record a use of these archives; see ``insurance.use.log._record``."""
        # whoever uses data may not be able to read the log
        return (
            self.env["insurance.use.log"].sudo()._record(action, archives=self, **event)
        )
