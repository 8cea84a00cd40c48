import json

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .. import filing_sources


class InsuranceFiling(models.Model):
    """That an archive, or what had come to it, was filed: when, by whom, how much."""

    _name = "insurance.filing"
    _description = "Filing"
    _order = "filed_at desc, id desc"
    _log_access = False

    archive_id = fields.Many2one(
        "insurance.archive",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    number = fields.Char(string="Archive number", compute="_compute_number")
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    agent_id = fields.Many2one("res.users", readonly=True, index="btree_not_null")
    manager_id = fields.Many2one(
        "res.users", string="Account manager", readonly=True, index="btree_not_null"
    )
    team_id = fields.Many2one("crm.team", readonly=True, index="btree_not_null")
    kind = fields.Selection(
        [("first", "The archive"), ("again", "What had come to it")],
        string="What was filed",
        required=True,
        readonly=True,
    )
    filed_at = fields.Datetime(string="Filed at", required=True, readonly=True)
    filed_by = fields.Many2one(
        "res.users", string="Filed by", readonly=True, ondelete="restrict"
    )
    due_on = fields.Date(string="To be filed by", readonly=True)
    late = fields.Boolean(string="Filed late", readonly=True)
    policy_count = fields.Integer(string="Policies", readonly=True)
    claim_count = fields.Integer(string="Claims", readonly=True)
    paper_count = fields.Integer(string="Papers", readonly=True)
    talk_count = fields.Integer(string="Interactions", readonly=True)
    feedback_count = fields.Integer(string="Complaints and feedback", readonly=True)

    @api.depends("archive_id")
    def _compute_number(self):
        # superuser: the number alone says nothing about the client
        for filing in self.sudo():
            archive = filing.archive_id
            filing.number = archive.number or self.env._("Not filed: %s", archive.id)

    @api.depends("number", "filed_at")
    def _compute_display_name(self):
        for filing in self:
            day = fields.Date.to_string(filing.filed_at) or ""
            filing.display_name = f"{filing.number} · {day}"

    def write(self, vals):
        if self:
            raise UserError(self.env._("The record of a filing stays as it is."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise UserError(self.env._("The record of a filing stays as it is."))

    def action_open_archive(self):
        """Open the archive; refused to those who may not."""
        self.ensure_one()
        self.archive_id.check_access("read")
        return self.archive_id._form_action()

    @api.model
    def _record(self, archives, kind, due):
        """Note that all that is there of these archives is filed now.

        :param dict due: {archive id: day by which it was to be filed}
        """
        self.env.flush_all()
        ids = archives.ids
        columns = SQL(", ").join(map(SQL.identifier, filing_sources.SOURCES))
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO insurance_filing (
                    archive_id, company_id, agent_id, manager_id, team_id, kind,
                    filed_at, filed_by, due_on, late, %(columns)s)
                SELECT archive.id, archive.company_id, archive.agent_id,
                       archive.manager_id, archive.team_id, %(kind)s, %(now)s,
                       %(user)s, due.day, coalesce(due.day < %(today)s, false),
                       %(counts)s
                  FROM insurance_archive archive
                  LEFT JOIN (
                      SELECT key::integer AS archive_id, value::date AS day
                        FROM jsonb_each_text(%(due)s::jsonb)
                  ) due ON due.archive_id = archive.id
                  LEFT JOIN (%(came)s) came ON came.archive_id = archive.id
                 WHERE archive.id = ANY(%(ids)s)
                """,
                columns=columns,
                kind=kind,
                now=self.env.cr.now(),
                # the day of the server: no time zone of a caller makes it earlier
                today=fields.Date.today(),
                user=self.env.uid,
                due=json.dumps(
                    {key: fields.Date.to_string(day) for key, day in due.items() if day}
                ),
                counts=SQL(", ").join(
                    SQL("coalesce(came.%s, 0)", SQL.identifier(name))
                    for name in filing_sources.SOURCES
                ),
                came=filing_sources.counts(
                    self.env, lambda column: SQL("%s = ANY(%s)", column, ids)
                ),
                ids=ids,
            )
        )
        self.env.cr.execute(
            SQL(
                "UPDATE insurance_archive SET filed_through = %s,"
                " filing_since = NULL, filing_due_date = NULL WHERE id = ANY(%s)",
                self.env.cr.now(),
                ids,
            )
        )
        archives._forget_filing()
        self.invalidate_model(flush=False)

    @api.model
    def _adopt(self):
        """Give archives that were filed before this addon came their record."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO insurance_filing (
                    archive_id, company_id, agent_id, manager_id, team_id, kind,
                    filed_at, filed_by, late, policy_count, claim_count, paper_count,
                    talk_count, feedback_count)
                SELECT id, company_id, agent_id, manager_id, team_id, 'first',
                       coalesce(state_date, filed_on), filed_by, false, 0, 0, 0, 0, 0
                  FROM insurance_archive archive
                 WHERE number IS NOT NULL AND state <> 'destroyed'
                   AND filed_on IS NOT NULL
                   AND NOT EXISTS (
                       SELECT FROM insurance_filing WHERE archive_id = archive.id)
                """
            )
        )
        if not self.env.cr.rowcount:
            return
        self.env.cr.execute(
            SQL(
                """
                UPDATE insurance_archive archive SET filed_through = filing.filed_at
                  FROM insurance_filing filing
                 WHERE filing.archive_id = archive.id
                   AND archive.filed_through IS NULL
                """
            )
        )
        self.env["insurance.archive"]._refresh_filing(lambda _column: SQL("true"))
