from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..access_map import ARCHIVE, slices_of_field, slices_of_model
from ..access_slice import BASIC, CONTACT
from ..incident_sql import USES

#: what says which client it was, or leads to clients
BY_CARD = {ARCHIVE, "res.partner", "crm.lead"}


class InsuranceIncident(models.Model):
    """Which archives and kinds of data are affected: out of the use log."""

    _inherit = "insurance.incident"

    affected_ids = fields.One2many("insurance.incident.archive", "incident_id")
    affected_count = fields.Integer(
        string="Affected clients", compute="_compute_affected"
    )
    other_count = fields.Integer(
        string="Other persons in these archives",
        compute="_compute_affected",
        help="Insured, beneficiaries and relatives who are named in them, at most.",
    )
    listed_count = fields.Integer(
        string="Rows of lists",
        readonly=True,
        help="The log keeps how many clients a list showed, and not which: count them "
        "as possibly affected.",
    )
    affected_on = fields.Datetime(string="Worked out on", readonly=True)
    category_ids = fields.Many2many(
        "insurance.data.category",
        string="Kinds of data affected",
        compute="_compute_affected",
    )

    @api.depends("affected_ids.removed", "affected_ids.category_ids")
    def _compute_affected(self):
        self.env.flush_all()
        query = SQL(
            """
            SELECT line.incident_id, count(*), coalesce(sum(other.count), 0)::integer
              FROM insurance_incident_archive line
              LEFT JOIN LATERAL (
                   SELECT count(*) FROM insurance_related_person person
                    WHERE person.archive_id = line.archive_id
              ) other ON true
             WHERE line.incident_id = ANY(%s) AND line.removed IS NOT TRUE
             GROUP BY line.incident_id
            """,
            list(self._origin.ids),
        )
        counts = {row[0]: row[1:] for row in self.env.execute_query(query)}
        query = SQL(
            """
            SELECT DISTINCT line.incident_id, rel.category_id
              FROM insurance_incident_archive line
              JOIN insurance_incident_archive_category_rel rel ON rel.line_id = line.id
             WHERE line.incident_id = ANY(%s) AND line.removed IS NOT TRUE
            """,
            list(self._origin.ids),
        )
        categories = {}
        for incident_id, category_id in self.env.execute_query(query):
            categories.setdefault(incident_id, []).append(category_id)
        Category = self.env["insurance.data.category"]
        for incident in self:
            incident_id = incident._origin.id
            count, others = counts.get(incident_id, (0, 0))
            incident.affected_count = count
            incident.other_count = others
            found = Category.browse(categories.get(incident_id, []))
            incident.category_ids = found.sorted("sequence")

    def _affected_archives(self):
        # superuser: ids, which compliance can't open
        lines = self.sudo().affected_ids.filtered(lambda line: not line.removed)
        return lines.archive_id

    def action_compute_affected(self):
        """Work out from the use log what the person has used in that time.

        Both ends of the time count. Repeating it adds what is new and brings the counts
        up to date; what somebody has decided on single archives stays.

        :raise UserError: the incident is over, or person or time is not known
        """
        self.ensure_one()
        self._check_lead()
        if not self.is_open:
            raise UserError(self.env._("The incident is over. Open it again first."))
        if not (self.suspect_id and self.occurred_from and self.occurred_to):
            raise UserError(
                self.env._(
                    "Say whose uses they are, and from when until when; or add "
                    "archives by their numbers."
                )
            )
        self._lock_row()
        scope = self._scope()
        added = self._insert_affected(scope)
        self._insert_categories(scope)
        # superuser: what the server has counted
        self.sudo().write(
            {
                "listed_count": self._count_listed(),
                "affected_on": fields.Datetime.now(),
            }
        )
        self.env.invalidate_all()
        self._note("affected", self.env._("%s archives out of the use log", added))
        return True

    def _scope(self):
        return SQL(
            """
            SELECT log.id, log.date, log.content,
                   unnest(coalesce(log.archive_ids, ARRAY[log.archive_id]))
                       AS archive_id
              FROM insurance_use_log log
             WHERE log.user_id = %s AND log.date >= %s AND log.date < %s
               AND log.action IN %s AND log.result = 'done'
            """,
            self.suspect_id.id,
            self.occurred_from,
            # the log is finer than what people enter
            fields.Datetime.add(self.occurred_to, seconds=1),
            USES,
        )

    def _insert_affected(self, scope):
        query = SQL(
            """
            INSERT INTO insurance_incident_archive AS line
                   (incident_id, archive_id, use_count, first_use, last_use, source,
                    removed)
            SELECT %(incident)s, used.archive_id, count(DISTINCT used.id),
                   min(used.date), max(used.date), 'log', false
              FROM (%(scope)s) used
              JOIN insurance_archive archive ON archive.id = used.archive_id
              LEFT JOIN insurance_decoy decoy ON decoy.archive_id = used.archive_id
             WHERE decoy.id IS NULL
             GROUP BY used.archive_id
                ON CONFLICT (incident_id, archive_id) DO UPDATE
               SET use_count = EXCLUDED.use_count, first_use = EXCLUDED.first_use,
                   last_use = EXCLUDED.last_use
            RETURNING line.id
            """,
            incident=self.id,
            scope=scope,
        )
        return len(self.env.execute_query(query))

    def _insert_categories(self, scope):
        """Say which kinds of data they were: what names stand for, for all at once."""
        tokens = self.env.execute_query(
            SQL(
                "SELECT DISTINCT unnest(string_to_array(used.content, ','))"
                " FROM (%s) used",
                scope,
            )
        )
        # superuser: kinds of data are no secret
        Category = self.env["insurance.data.category"].sudo()
        by_code = {category.code: category.id for category in Category.search([])}
        pairs = [
            SQL("(%s, %s)", token, by_code[code])
            for (token,) in tokens
            for code in self._codes_of(token)
            if code in by_code
        ]
        if pairs:
            self.env.cr.execute(
                SQL(
                    """
                    INSERT INTO insurance_incident_archive_category_rel
                           (line_id, category_id)
                    SELECT DISTINCT line.id, named.category_id
                      FROM (%(scope)s) used
                      JOIN insurance_incident_archive line
                        ON line.archive_id = used.archive_id
                       AND line.incident_id = %(incident)s
                      JOIN (VALUES %(pairs)s) AS named (token, category_id)
                        ON named.token = ANY(string_to_array(used.content, ','))
                        ON CONFLICT DO NOTHING
                    """,
                    scope=scope,
                    incident=self.id,
                    pairs=SQL(", ").join(pairs),
                )
            )
        self._insert_minors(by_code.get("minors"))

    def _insert_minors(self, category_id):
        if not category_id:
            return
        age = self.env["insurance.parameter"]._get("minor_age")
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO insurance_incident_archive_category_rel
                       (line_id, category_id)
                SELECT line.id, %s
                  FROM insurance_incident_archive line
                  JOIN insurance_archive archive ON archive.id = line.archive_id
                 WHERE line.incident_id = %s
                   AND archive.birth_date > CURRENT_DATE - make_interval(years => %s)
                    ON CONFLICT DO NOTHING
                """,
                category_id,
                self.id,
                age,
            )
        )

    @api.model
    def _codes_of(self, token):
        """Return the kinds of data that a name in the log stands for."""
        if token in BY_CARD:
            return {BASIC, CONTACT}
        if token in self.env:
            return slices_of_model(token)
        codes, model = set(), self.env[ARCHIVE]
        for part in token.split("/"):
            name = part.removeprefix("insurance_")
            field = model._fields.get(name)
            if field is None:
                break
            codes |= slices_of_field(model._name, name)
            if not field.relational:
                break
            model = self.env[field.comodel_name]
        return codes or {BASIC}

    def _count_listed(self):
        query = SQL(
            "SELECT coalesce(sum(count), 0)::integer FROM insurance_use_log"
            " WHERE user_id = %s AND date >= %s AND date < %s AND action = 'list'"
            " AND result = 'done'",
            self.suspect_id.id,
            self.occurred_from,
            fields.Datetime.add(self.occurred_to, seconds=1),
        )
        return self.env.execute_query(query)[0][0]

    def action_add_archives(self):
        """Ask for the numbers of archives that the log does not know of."""
        self._check_lead()
        return self._ask("add", self.env._("Add archives"))

    def _add_archives(self, numbers, reason):
        self.ensure_one()
        self._check_lead()
        reason = self.env["insurance.access.suspension"]._check_reason(reason)
        wanted = set((numbers or "").split())
        # superuser: by number; nothing of them is shown
        archives = (
            self.env[ARCHIVE]
            .sudo()
            .search(
                [
                    ("number", "in", sorted(wanted)),
                    ("company_id", "=", self.company_id.id),
                ]
            )
        )
        if unknown := wanted - set(archives.mapped("number")):
            raise UserError(
                self.env._("No archive has the number %s.", ", ".join(sorted(unknown)))
            )
        # superuser: nobody writes these rows by hand
        lines = self.sudo().affected_ids
        known = lines.archive_id
        lines.create(
            [
                {
                    "incident_id": self.id,
                    "archive_id": archive.id,
                    "source": "added",
                    "reason": reason,
                    "edited_by_id": self.env.uid,
                    "category_ids": self._basic_category().ids,
                }
                for archive in archives - known
            ]
        )
        self._note("affected", f"+ {len(archives - known)}: {reason}")

    def _basic_category(self):
        # superuser: kinds of data are no secret
        Category = self.env["insurance.data.category"].sudo()
        return Category.search([("code", "=", BASIC)])

    def action_open_affected(self):
        """List the affected archives: numbers and kinds of data, no names."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "insurance_compliance.insurance_incident_archive_action"
            ),
            "domain": [("incident_id", "=", self.id)],
            "context": {"search_default_affected": 1},
        }
