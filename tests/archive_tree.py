"""One client's archive with a row in every model under it, each text a canary."""

from odoo import fields
from odoo.exceptions import UserError
from odoo.tools import SQL

ROOT = "insurance.archive"
#: models to which nobody has a right; sealing fills them
VAULT = "insurance.vault."
#: tables that nobody reads: the vault, and the list of clients to be refreshed
NOBODYS = (VAULT, "insurance.client.event")

#: what questions may name; replies that hold the other half hold a secret
BAIT = "zqxk"
SECRET = "anary"
#: rows of the tree have ids above this one, so that no other number looks like them
FIRST_ID = 900_000_000

#: values that a row can't be made without, where their type alone does not tell them
SPECIAL = {
    "insurance.inspection": {"authenticity": "passed"},
    "insurance.policy": {"state": "active", "start_date": fields.Date.today()},
    "insurance.policy.beneficiary": {"name": "Canaria Testina"},
    "insurance.policy.insured": {"name": "Canaria Testina"},
}
#: sealed: not even who may open the archive gets these but by ``reveal``
SEALED = {
    "id_type": "passport",
    "id_number": "ZQXK7777",
    "bank_account": "ZQXK888888888",
    "annual_income": "737373",
    "total_assets": "91919191",
    "health_notice": "vorpal zqxk",
}
#: texts that are keys to something else, not content
KEYS = {("insurance.change", "model"), ("insurance.change", "field_name")}


def tree_models(env):
    """Return the models that hang under the archive, over any number of steps."""
    found = [ROOT]
    for model in found:  # grows while it is walked
        found += [
            name
            for name, candidate in env.registry.items()
            if name not in found
            and not candidate._abstract
            and not candidate._transient
            and any(
                field.comodel_name == model and field.required and field.store
                for field in candidate._fields.values()
                if field.type == "many2one"
            )
        ]
    return found


class ArchiveTree:
    """The archive of a client with its rows: {model: records}."""

    def __init__(self, env, **archive_values):
        self.env = env
        models = [name for name in tree_models(env) if env[name]._auto]
        for model in models:
            # the use log's own connection looks at the vault: it must not wait for us
            if not model.startswith(VAULT):
                self._number_apart(env[model])
        self.archive = env[ROOT].create(archive_values)
        # only what is entered is inspected; here it matters not how it got there
        env.cr.execute(
            SQL(
                "UPDATE insurance_archive SET state = 'entered' WHERE id = %s",
                self.archive.id,
            )
        )
        self.archive.invalidate_recordset(["state"])
        self.archive.write(SEALED)
        for model in models[1:]:
            if model != "insurance.change" and not model.startswith(VAULT):
                self._make_row(model)
        # leaves a row of history
        self.archive.employer = "Old employer"
        self.archive.employer = "New employer"
        env.flush_all()
        self.rows = {model: self._rows_of(env[model]) for model in models}
        #: those that the ones who may open the archive can read
        self.open_rows = {
            model: rows
            for model, rows in self.rows.items()
            if not model.startswith(NOBODYS)
        }
        for records in self.open_rows.values():
            self._plant_canaries(records)
        env.invalidate_all()

    def _number_apart(self, model):
        query = SQL(
            "ALTER TABLE %(table)s ALTER id"
            " SET DEFAULT nextval(%(sequence)s) + %(start)s",
            table=SQL.identifier(model._table),
            sequence=f"{model._table}_id_seq",
            start=FIRST_ID,
        )
        self.env.cr.execute(query)

    def _make_row(self, name):
        model = self.env[name]
        if self._rows_of(model):
            return  # another row of the tree brought one along
        values = {
            field.name: self._value_for(field)
            for field in model._fields.values()
            if field.required and field.store and not field.compute
        }
        defaults = model.default_get(list(values))
        try:
            model.create({**values, **defaults, **SPECIAL.get(name, {})})
        except UserError as error:
            raise AssertionError(f"Tell SPECIAL what a {name} needs.") from error

    def _value_for(self, field):
        if field.type == "many2one":
            return self._link_for(field).id
        if field.type == "selection":
            return field.get_values(self.env)[0]
        by_type = {
            "char": "Canary",
            "text": "Canary",
            "date": fields.Date.today(),
            "datetime": fields.Datetime.now(),
        }
        return by_type.get(field.type, 1)

    def _link_for(self, field):
        model = self.env[field.comodel_name]
        if model._name in tree_models(self.env):
            return self.archive if model._name == ROOT else self._rows_of(model)[:1]
        if model._name == "product.template":
            category = self.env["insurance.product.category"].search([], limit=1)
            return model.create(
                {
                    "name": "Canary cover",
                    "is_insurance": True,
                    "insurance_category_id": category.id,
                }
            )
        return model.search([], limit=1)

    def _rows_of(self, model):
        if model._name.startswith(VAULT):
            return model.search([("archive_id", "=", self.archive.id)])
        return model.with_context(active_test=False).search([("id", ">", FIRST_ID)])

    def _plant_canaries(self, records):
        """Fill every text of the rows, past all rules of entry."""
        texts = [
            name
            for name, field in records._fields.items()
            if field.type in ("char", "text")
            and field.store
            and not field.translate
            and field.groups != fields.NO_ACCESS
            and (records._name, name) not in KEYS
        ]
        if not texts or not records:
            return
        assignments = SQL(", ").join(
            SQL("%s = %s", SQL.identifier(name), f"{BAIT}{SECRET} {name}")
            for name in texts
        )
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET %s WHERE id IN %s",
                SQL.identifier(records._table),
                assignments,
                records._ids,
            )
        )
