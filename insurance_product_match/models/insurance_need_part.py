from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

#: what a part multiplies, and the column of the statement that knows it
BASES = [
    ("income", "Yearly income of the family"),
    ("assets", "Assets of the family"),
    ("debts", "Debts"),
    ("savings", "Savings"),
    ("child", "Each child in the household"),
    ("dependant", "Each dependant"),
    ("person", "Each person"),
    ("head", "Each employee or member"),
]
#: without these the need is unknown; all others are 0 where nothing is known
ESSENTIAL = ("income", "assets", "head")


class InsuranceNeedPart(models.Model):
    """A part of what is needed of a kind of cover: a base times a parameter.

    The parts of a kind are added up: income × 10 + debts × 100 % − savings × 50 %.
    """

    _name = "insurance.need.part"
    _description = "Part of a need"
    _order = "client_kind desc, cover_kind_id, sequence, id"
    _rec_name = "cover_kind_id"

    sequence = fields.Integer(default=10)
    cover_kind_id = fields.Many2one(
        "insurance.cover.kind", string="Cover", required=True, ondelete="restrict"
    )
    client_kind = fields.Selection(
        [("individual", "Individuals"), ("organisation", "Enterprises and groups")],
        string="Of",
        required=True,
        default="individual",
    )
    base = fields.Selection(BASES, string="What", required=True, default="person")
    parameter_id = fields.Many2one(
        "insurance.parameter",
        string="Times",
        required=True,
        ondelete="restrict",
        help="Its value is changed under Configuration ▸ Parameters.",
    )
    value = fields.Char(
        related="parameter_id.value", string="Value", related_sudo=False
    )
    unit = fields.Char(related="parameter_id.unit", string="Unit", related_sudo=False)
    subtract = fields.Boolean(help="What there is already makes the need smaller.")
    active = fields.Boolean(default=True)

    _part_unique = models.UniqueIndex(
        "(cover_kind_id, client_kind, base, subtract) WHERE active",
        "This need has such a part already.",
    )

    @api.constrains("parameter_id")
    def _check_number(self):
        for part in self:
            if part.parameter_id.value_type not in ("integer", "float", "percentage"):
                raise ValidationError(
                    self.env._(
                        "“%s” is no number. Choose a parameter that is one.",
                        part.parameter_id.name,
                    )
                )

    @api.model
    def _needs_sql(self, clients, closed=()):
        """Return the SELECT of (archive_id, cover_kind_id, need) of some clients.

        :param clients: name of a table with ``archive_id``, ``organisation`` and a
            column for each base
        :param closed: bases that are not to be looked at: needs that rest on them are
            unknown
        """
        bases = SQL(" ").join(
            SQL("WHEN %s THEN %s", name, SQL.identifier("client", name))
            for name, _label in BASES
        )
        return SQL(
            """
            SELECT client.archive_id, part.cover_kind_id,
                   CASE WHEN NOT bool_or(
                       part.base = ANY(%(closed)s)
                       OR part.base = ANY(%(essential)s) AND known.amount IS NULL
                   ) THEN GREATEST(0, sum(
                       COALESCE(known.amount, 0) * parameter.value::numeric
                       * CASE parameter.value_type
                             WHEN 'percentage' THEN 0.01 ELSE 1 END
                       * CASE WHEN part.subtract THEN -1 ELSE 1 END
                   )) END AS need
            FROM %(clients)s AS client
            JOIN insurance_need_part AS part
                ON part.active
                AND (part.client_kind = 'organisation') = client.organisation
            JOIN insurance_parameter AS parameter ON parameter.id = part.parameter_id
            CROSS JOIN LATERAL (
                SELECT (CASE part.base %(bases)s END)::numeric AS amount
            ) AS known
            GROUP BY client.archive_id, part.cover_kind_id
            """,
            clients=SQL.identifier(clients),
            bases=bases,
            closed=list(closed),
            essential=list(ESSENTIAL),
        )
