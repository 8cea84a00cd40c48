"""Rows as somebody would put them into the database past all buttons."""

from datetime import timedelta

from odoo import fields
from odoo.tools import SQL

from ..check_catalogue import CHECKS
from .common_consent import ConsentCase

TODAY = fields.Date.today


def day(days):
    """Return the day so many days from now."""
    return fields.Date.add(TODAY(), days=days)


def moment(**delta):
    return fields.Datetime.now() + timedelta(**delta)


class CheckCase(ConsentCase):
    """Seed by SQL what no button lets through, ask a check, mend it again."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.since = moment(days=-1)

    # --- rows

    def row(self, model, /, **values):
        """Insert a row; what a column demands and nobody says is made up."""
        target = self.env[model]
        values = {**self._demanded(target), **values}
        query = SQL(
            "INSERT INTO %s (%s) VALUES (%s) RETURNING id",
            SQL.identifier(target._table),
            SQL(", ").join(map(SQL.identifier, values)),
            SQL(", ").join(map(SQL, ["%s"] * len(values), values.values())),
        )
        self.env.flush_all()
        new_id = self.env.execute_query(query)[0][0]
        self.env.invalidate_all()
        return new_id

    def _demanded(self, target):
        query = SQL(
            "SELECT attname, atttypid::regtype::text FROM pg_attribute"
            " WHERE attrelid = %s::regclass AND attnum > 0 AND attnotnull"
            " AND NOT attisdropped AND NOT atthasdef",
            target._table,
        )
        found = {
            name: self._made_up(target._fields.get(name), kind)
            for name, kind in self.env.execute_query(query)
            if name != "id"
        }
        columns = target._fields
        if "company_id" in columns and columns["company_id"].store:
            found.setdefault("company_id", self.env.company.id)
        return found

    def _made_up(self, field, kind):
        if field is not None and field.type == "many2one":
            return self._some(field.comodel_name)
        if field is not None and field.type == "selection":
            return field.get_values(self.env)[0]
        if kind in ("integer", "bigint", "numeric", "double precision"):
            return next(self.numbers)
        if kind == "boolean":
            return False
        if kind == "date":
            return TODAY()
        if kind.startswith("timestamp"):
            return moment()
        if kind == "jsonb":
            return '{"en_US": "x"}'
        return b"x" if kind == "bytea" else f"x{next(self.numbers)}"

    def _some(self, model):
        known = {
            "insurance.archive": self.archive,
            "res.users": self.agent,
            "res.company": self.env.company,
        }
        if model in known:
            return known[model].id
        records = self.env[model].with_context(active_test=False)
        return records.search([], limit=1).id or self.row(model)

    def put(self, model, row_id, /, **values):
        """Write columns by SQL alone."""
        self.env.flush_all()
        pairs = [
            SQL("%s = %s", SQL.identifier(name), value)
            for name, value in values.items()
        ]
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET %s WHERE id = %s",
                SQL.identifier(self.env[model]._table),
                SQL(", ").join(pairs),
                row_id,
            )
        )
        self.env.invalidate_all()

    def drop(self, model, row_id):
        self.env.flush_all()
        table = SQL.identifier(self.env[model]._table)
        self.env.cr.execute(SQL("DELETE FROM %s WHERE id = %s", table, row_id))
        self.env.invalidate_all()

    def use(self, **values):
        """Write a record into the log, as if a writer had done it."""
        return self.row(
            "insurance.use.log",
            **{
                "date": moment(minutes=-5),
                "user_id": self.agent.id,
                "archive_id": self.archive.id,
                "action": "reveal",
                "result": "done",
                "purpose": "claim",
                **values,
            },
        )

    def ended(self, **values):
        """Return a destroyed archive, as it would come in by an import."""
        partner = self.env["res.partner"].create({"name": "Gone"})
        return self.row(
            "insurance.archive",
            partner_id=partner.id,
            uuid=f"gone-{partner.id}",
            client_kind="individual",
            state="destroyed",
            **values,
        )

    def entered(self, archive=None, state="entered", **values):
        archive = archive or self.archive
        self.put("insurance.archive", archive.id, state=state, **values)
        return archive

    # --- asking

    def ask(self, code):
        """Return the population and what is found: ids, or sentences."""
        self.env.flush_all()
        self.env.invalidate_all()
        found = CHECKS[code](self.env, self.since)
        if found is None:
            return 0, set()
        if found.ids is None:
            return found.population, set(found.facts)
        rows = self.env.execute_query(
            SQL("SELECT DISTINCT found.id FROM (%s) AS found(id)", found.ids)
        )
        return found.population, {row_id for (row_id,) in rows}
