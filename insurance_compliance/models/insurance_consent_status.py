from collections.abc import Collection

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .insurance_processing import KINDS

#: archive and purpose make the id of a row
FACTOR = 1000


class InsuranceConsentStatus(models.Model):
    """Who has said what about which purpose, those who were never asked included."""

    _name = "insurance.consent.status"
    _description = "State of consents"
    _auto = False
    _log_access = False
    # not by the order of archives, which would join and sort them all
    _order = "archive_id.id desc, processing_id"
    _rec_name = "processing_id"

    archive_id = fields.Many2one(
        "insurance.archive", readonly=True, context={"show_client_name": True}
    )
    partner_id = fields.Many2one("res.partner", string="Client", readonly=True)
    agent_id = fields.Many2one("res.users", readonly=True)
    team_id = fields.Many2one("crm.team", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    processing_id = fields.Many2one(
        "insurance.processing", string="Purpose", readonly=True
    )
    kind = fields.Selection(KINDS, string="Kind of consent", readonly=True)
    required = fields.Boolean(string="Needed for entering", readonly=True)
    consent_id = fields.Many2one("insurance.consent", readonly=True)
    decided_on = fields.Datetime(readonly=True)
    renew_by = fields.Date(readonly=True)
    status = fields.Selection(
        [
            ("given", "Given"),
            ("to_renew", "To renew"),
            ("refused", "Refused"),
            ("withdrawn", "Withdrawn"),
            ("expired", "Expired"),
            ("replaced", "Replaced"),
            ("waiting", "Not asked yet"),
            ("missing", "Missing"),
        ],
        readonly=True,
    )

    @property
    def _table_query(self):
        """Return each client with each purpose, and the latest answer."""
        return SQL(
            """
            SELECT archive.id::bigint * %(factor)s + purpose.id AS id,
                   archive.id AS archive_id, archive.partner_id, archive.agent_id,
                   archive.team_id, archive.company_id,
                   purpose.id AS processing_id, purpose.kind,
                   purpose.at_entry AS required,
                   answer.id AS consent_id, answer.decided_on, answer.renew_by,
                   CASE WHEN answer.state = 'given' AND answer.valid_until < %(today)s
                        THEN 'expired'
                        WHEN answer.state = 'given' AND answer.renew_by IS NOT NULL
                        THEN 'to_renew'
                        WHEN answer.state IS NOT NULL THEN answer.state
                        WHEN archive.create_date < purpose.applies_from
                         AND %(now)s < purpose.applies_from + make_interval(
                             days => %(days)s)
                        THEN 'waiting' ELSE 'missing' END AS status
              FROM insurance_archive archive
              JOIN insurance_processing purpose
                ON purpose.active AND NOT COALESCE(purpose.per_recipient, FALSE)
               AND (purpose.kind <> 'notice' OR purpose.at_entry)
               AND (NOT COALESCE(purpose.minors, FALSE)
                    OR archive.birth_date > %(adult)s)
              LEFT JOIN (
                SELECT said.* FROM insurance_consent said
                 WHERE said.state <> 'replaced' AND NOT EXISTS (
                   SELECT FROM insurance_consent later
                    WHERE later.archive_id = said.archive_id
                      AND later.processing_id = said.processing_id
                      AND later.state <> 'replaced' AND later.id > said.id
                 )
              ) answer ON answer.archive_id = archive.id
                      AND answer.processing_id = purpose.id
             WHERE archive.client_kind = 'individual'
               AND archive.state NOT IN ('restricted', 'destroyed')
            """,
            factor=FACTOR,
            **self._query_values(),
        )

    def _query_values(self):
        """Flush what the statement reads; return what it compares with."""
        for name in ("consent", "archive", "processing"):
            self.env[f"insurance.{name}"].flush_model()
        today = fields.Date.context_today(self)
        parameter = self.env["insurance.parameter"]
        return {
            "today": today,
            "now": fields.Datetime.now(),
            "days": parameter._get("consent_grace_days"),
            "adult": fields.Date.subtract(today, years=parameter._get("minor_age")),
        }

    @api.model
    def _search(self, domain, *args, **kwargs):
        """Look for rows among those of their clients: an id has no index."""
        domain = Domain(domain).map_conditions(_of_clients)
        return super()._search(domain, *args, **kwargs)

    @api.depends("processing_id")
    def _compute_display_name(self):
        for row in self:
            row.display_name = row.processing_id.display_name

    def action_open_client(self):
        """Open the client, where the user may."""
        self.ensure_one()
        archive = self.env["insurance.archive"].browse(self.id // FACTOR)
        archive.check_access("read")
        return archive._form_action()

    def action_ask(self):
        """Open the notice and the questions for this client."""
        self.ensure_one()
        archive = self.env["insurance.archive"].browse(self.id // FACTOR)
        return archive.action_notice_and_consent()


def _of_clients(condition):
    if condition.field_expr != "id" or condition.operator != "in":
        return condition
    if not isinstance(condition.value, Collection):
        return condition
    clients = {row_id // FACTOR for row_id in condition.value if row_id}
    return condition & Domain("archive_id", "in", clients)
