from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..access_slice import SLICES, column

MODULE = "insurance_client_archive"
WAYS = [
    ("agent", "Agent of clients"),
    ("manager", "Account manager of clients"),
    ("team", "Leads a team"),
    ("portfolio", "Grant on the own portfolio"),
    ("grant", "Grant for named archives"),
    ("share", "Share"),
    ("archivist", "Keeps the records"),
]
#: rows of one way never share a number with those of another
ROOM = 10**12
OPEN_STATES = SQL("archive.state NOT IN ('restricted', 'destroyed')")
LIVE_GRANT = SQL(
    "access.state = 'active'"
    " AND access.date_to > (statement_timestamp() AT TIME ZONE 'UTC')"
)
#: what counts as using client data
USES = ("view", "list", "search_hit", "reveal", "copy", "export", "print", "download")


class InsuranceAccessReview(models.Model):
    """Who can open what, and why: one row for each person and way, as of now."""

    _name = "insurance.access.review"
    _inherit = "insurance.access.slices"
    _description = "Access in force"
    _auto = False
    _log_access = False
    _order = "user_id, way, id"

    user_id = fields.Many2one("res.users", readonly=True)
    team_id = fields.Many2one("crm.team", readonly=True)
    leader_id = fields.Many2one("res.users", string="Supervisor", readonly=True)
    way = fields.Selection(WAYS, string="Why", readonly=True)
    grant_id = fields.Many2one("insurance.access.grant", readonly=True)
    share_id = fields.Many2one("insurance.share", readonly=True)
    led_team_id = fields.Many2one("crm.team", string="Led team", readonly=True)
    purpose_id = fields.Many2one("insurance.purpose", readonly=True)
    archive_count = fields.Integer(
        string="Archives", readonly=True, help="How many archives it opens now."
    )
    date_from = fields.Datetime(string="From", readonly=True)
    date_to = fields.Datetime(string="Until", readonly=True)
    last_use = fields.Datetime(
        string="Last used",
        readonly=True,
        help="When this person last used client data.",
    )
    unused = fields.Boolean(
        readonly=True, help="No use of client data for longer than the parameter says."
    )

    @property
    def _table_query(self):
        rows = SQL(" UNION ALL ").join(
            [
                *self._owner_rows(),
                self._team_rows(),
                *self._grant_rows(),
                self._share_rows(),
                self._archivist_rows(),
            ]
        )
        return SQL(
            """
            SELECT rows.*, member.team_id, leader.user_id AS leader_id,
                   last.date AS last_use,
                   COALESCE(last.date < now() AT TIME ZONE 'UTC'
                            - make_interval(days => %(days)s), TRUE) AS unused
            FROM (%(rows)s) rows
            LEFT JOIN LATERAL (
                SELECT MIN(crm_team_id) AS team_id FROM crm_team_member
                WHERE crm_team_member.user_id = rows.user_id AND active
            ) member ON TRUE
            LEFT JOIN crm_team leader ON leader.id = member.team_id
            LEFT JOIN LATERAL (
                SELECT log.date FROM insurance_use_log log
                WHERE log.user_id = rows.user_id AND log.action IN %(uses)s
                  AND log.result = 'done'
                ORDER BY log.date DESC LIMIT 1
            ) last ON TRUE
            WHERE rows.archive_count > 0
            """,
            rows=rows,
            days=self.env["insurance.parameter"]._get("access_unused_days"),
            uses=USES,
        )

    # --- the ways, each with the same columns

    def _row(self, number, way, user, **columns):
        """Return the columns of one way; what is not named is empty."""
        plain = {
            "grant_id": SQL("NULL::integer"),
            "share_id": SQL("NULL::integer"),
            "led_team_id": SQL("NULL::integer"),
            "purpose_id": SQL("NULL::integer"),
            "archive_count": SQL("0"),
            "date_from": SQL("NULL::timestamp"),
            "date_to": SQL("NULL::timestamp"),
            **{column(name): SQL("FALSE") for name in SLICES},
            **columns,
        }
        place = [key for key, _label in WAYS].index(way) + 1
        return SQL(
            "%(room)s::bigint + %(number)s AS id, %(user)s AS user_id,"
            " %(way)s::varchar AS way, %(rest)s",
            room=place * ROOM,
            number=number,
            user=user,
            way=way,
            rest=SQL(", ").join(
                SQL("%s AS %s", value, SQL.identifier(name))
                for name, value in plain.items()
            ),
        )

    def _own_slices(self):
        """Return what responsibility opens by itself, as columns of ``policy``."""
        if self.env["insurance.archive"]._access_strict():
            return {column(name): SQL("FALSE") for name in SLICES}
        return {
            column(name): SQL(
                "COALESCE(%s, FALSE)", SQL.identifier("policy", f"own_{name}")
            )
            for name in SLICES
        }

    def _owner_rows(self):
        for way, owner in (("agent", "agent_id"), ("manager", "manager_id")):
            yield SQL(
                """
                SELECT %(row)s FROM (
                    SELECT %(owner)s AS user_id, COUNT(*) AS number
                    FROM insurance_archive archive
                    WHERE %(owner)s IS NOT NULL AND %(open)s GROUP BY %(owner)s
                ) own
                JOIN res_users person ON person.id = own.user_id AND person.active
                LEFT JOIN insurance_access_policy policy ON policy.level = %(way)s
                WHERE own.user_id IN %(holders)s
                """,
                row=self._row(
                    SQL("own.user_id"),
                    way,
                    SQL("own.user_id"),
                    archive_count=SQL("own.number::integer"),
                    **self._own_slices(),
                ),
                owner=SQL.identifier("archive", owner),
                open=OPEN_STATES,
                way=way,
                holders=self._holders(f"group_{way}"),
            )

    def _team_rows(self):
        return SQL(
            """
            SELECT %(row)s FROM (
                SELECT team_id, COUNT(*) AS number FROM insurance_archive archive
                WHERE team_id IS NOT NULL AND %(open)s GROUP BY team_id
            ) own
            JOIN crm_team led ON led.id = own.team_id
            JOIN res_users person ON person.id = led.user_id AND person.active
            LEFT JOIN insurance_access_policy policy ON policy.level = 'manager'
            WHERE led.user_id IN %(holders)s
            """,
            row=self._row(
                SQL("led.id"),
                "team",
                SQL("led.user_id"),
                led_team_id=SQL("led.id"),
                archive_count=SQL("own.number::integer"),
                **self._own_slices(),
            ),
            open=OPEN_STATES,
            holders=self._holders("group_supervisor"),
        )

    def _grant_rows(self):
        granted = {
            column(name): SQL.identifier("access", column(name)) for name in SLICES
        }
        counts = {
            "grant": SQL(
                "(SELECT COUNT(*) FROM insurance_access_grant_archive line"
                " WHERE line.grant_id = access.id AND line.ended_on IS NULL)::integer"
            ),
            "portfolio": SQL(
                "(SELECT COUNT(*) FROM insurance_archive archive"
                " WHERE (archive.agent_id = access.user_id"
                " OR archive.manager_id = access.user_id) AND %s)::integer",
                OPEN_STATES,
            ),
        }
        for way, scope in (("grant", "archives"), ("portfolio", "portfolio")):
            yield SQL(
                """
                SELECT %(row)s FROM insurance_access_grant access
                JOIN res_users person ON person.id = access.user_id AND person.active
                WHERE access.scope = %(scope)s AND %(live)s
                  -- what outsiders get stands under their shares
                  AND access.level <> 'external'
                """,
                row=self._row(
                    SQL("access.id"),
                    way,
                    SQL("access.user_id"),
                    grant_id=SQL("access.id"),
                    purpose_id=SQL("access.purpose_id"),
                    archive_count=counts[way],
                    date_from=SQL("access.date_from"),
                    date_to=SQL("access.date_to"),
                    **granted,
                ),
                scope=scope,
                live=LIVE_GRANT,
            )

    def _share_rows(self):
        return SQL(
            """
            SELECT %(row)s FROM insurance_share packet
            JOIN res_users person ON person.id = packet.recipient_user_id
            WHERE packet.state = 'delivered'
              AND packet.date_to > (statement_timestamp() AT TIME ZONE 'UTC')
            """,
            row=self._row(
                SQL("packet.id"),
                "share",
                SQL("packet.recipient_user_id"),
                share_id=SQL("packet.id"),
                purpose_id=SQL("packet.purpose_id"),
                archive_count=SQL("1"),
                date_to=SQL("packet.date_to"),
            ),
        )

    def _archivist_rows(self):
        return SQL(
            """
            SELECT %(row)s FROM res_users person
            WHERE person.active AND person.id IN %(holders)s
            """,
            row=self._row(
                SQL("person.id"),
                "archivist",
                SQL("person.id"),
                archive_count=SQL(
                    "(SELECT COUNT(*) FROM insurance_archive archive"
                    " WHERE archive.state <> 'collecting')::integer"
                ),
            ),
            holders=self._holders("group_archivist"),
        )

    def _holders(self, group):
        """Return the sub-select of who has a role, also through another role."""
        return SQL(
            """(
                WITH RECURSIVE role(id) AS (
                    SELECT %(group)s
                    UNION
                    SELECT implied.gid FROM res_groups_implied_rel implied
                    JOIN role ON role.id = implied.hid
                )
                SELECT member.uid FROM res_groups_users_rel member
                JOIN role ON role.id = member.gid
            )""",
            group=self.env["ir.model.data"]._xmlid_to_res_id(f"{MODULE}.{group}"),
        )

    @api.depends("share_id")
    def _compute_slices_text(self):
        result = super()._compute_slices_text()
        for access in self.filtered("share_id"):
            # superuser: the kinds of content alone
            access.slices_text = access.share_id.sudo().slices
        return result

    @api.depends("user_id", "way")
    def _compute_display_name(self):
        ways = dict(self._fields["way"]._description_selection(self.env))
        for access in self:
            access.display_name = f"{access.user_id.name}: {ways.get(access.way, '')}"

    def action_open_archives(self):
        """Open the archives that are counted, as far as the user may open them."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                f"{MODULE}.insurance_archive_action"
            ),
            "domain": list(self._archive_domain()),
            "context": {},
        }

    def action_open_uses(self):
        """Open what this person did with client data."""
        self.ensure_one()
        domain = [("user_id", "=", self.user_id.id)]
        if self.grant_id:
            domain.append(("grant_id", "=", self.grant_id.id))
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                f"{MODULE}.insurance_use_log_action"
            ),
            "domain": domain,
            "context": {},
        }

    def action_open_reason(self):
        """Open the grant or the share that gives the access."""
        self.ensure_one()
        source = self.grant_id or self.share_id
        if not source:
            # who may open no client sees what was done instead
            agent = self.env.user.has_group(f"{MODULE}.group_agent")
            return self.action_open_archives() if agent else self.action_open_uses()
        return {
            "type": "ir.actions.act_window",
            "res_model": source._name,
            "res_id": source.id,
            "view_mode": "form",
        }

    def _archive_domain(self):
        self.ensure_one()
        state = Domain("state", "not in", ("restricted", "destroyed"))
        user = self.user_id.id
        if self.way == "grant":
            # superuser: which archives a grant in the user's sight names
            lines = self.grant_id.sudo().archive_line_ids
            named = lines.filtered(lambda line: not line.ended_on).archive_id
            return Domain("id", "in", named.ids)
        return {
            "agent": Domain("agent_id", "=", user) & state,
            "manager": Domain("manager_id", "=", user) & state,
            "team": Domain("team_id", "=", self.led_team_id.id) & state,
            "portfolio": (
                (Domain("agent_id", "=", user) | Domain("manager_id", "=", user))
                & state
            ),
            # superuser: the number alone; the list shows what the user may open
            "share": Domain("id", "=", self.share_id.sudo().archive_id.id),
            "archivist": Domain("state", "!=", "collecting"),
        }[self.way]
