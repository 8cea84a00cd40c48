from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .. import retention_sql
from ..models.insurance_retention_rule import MODULE

MOVES = {
    "later": SQL("known.until < new.until OR (new.open AND known.status = 'dated')"),
    "earlier": SQL(
        "new.until < known.until OR (known.status = 'open' AND NOT new.open)"
    ),
    "over": SQL(
        "new.until < current_date AND NOT known.held"
        " AND (known.status <> 'dated' OR known.until >= current_date)"
    ),
    "kept": SQL(
        "known.status = 'dated' AND known.until < current_date"
        " AND (new.open OR new.until >= current_date)"
    ),
}


class InsuranceRetentionTrial(models.TransientModel):
    """What another period or condition of a rule would move, before it is saved."""

    _name = "insurance.retention.trial"
    _description = "What a change of a retention rule moves"

    rule_id = fields.Many2one("insurance.retention.rule", required=True, readonly=True)
    active = fields.Boolean(string="In use", default=True)
    number = fields.Integer(string="New period")
    unit = fields.Char(compute="_compute_unit")
    # no related fields: they would write what is only tried on the rule
    term = fields.Selection(
        selection=lambda self: self._selection_of_rule("term"),
        string="Contract term",
        compute="_compute_conditions",
        store=True,
        readonly=False,
    )
    line = fields.Selection(
        selection=lambda self: self._selection_of_rule("line"),
        string="Line of business",
        compute="_compute_conditions",
        store=True,
        readonly=False,
    )
    client_kind = fields.Selection(
        selection=lambda self: self._selection_of_rule("client_kind"),
        string="Kind of client",
        compute="_compute_conditions",
        store=True,
        readonly=False,
    )
    tried = fields.Boolean(readonly=True)
    later_count = fields.Integer(string="Kept longer", readonly=True)
    earlier_count = fields.Integer(string="Kept less long", readonly=True)
    over_count = fields.Integer(string="Could be destroyed at once", readonly=True)
    kept_count = fields.Integer(string="Could not be destroyed any more", readonly=True)

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        rule = self.env["insurance.retention.rule"].browse(values.get("rule_id"))
        if rule:
            rule.check_access("read")
            number = (rule.parameter_id.value or "0").strip()
            values.update(active=rule.active, number=int(number))
        return values

    @api.model
    def _selection_of_rule(self, name):
        rules = self.env["insurance.retention.rule"]
        return rules._fields[name]._description_selection(self.env)

    @api.depends("rule_id")
    def _compute_conditions(self):
        """Begin with what the rule says; what is tried is another matter."""
        for trial in self:
            for name in ("term", "line", "client_kind"):
                trial[name] = trial.rule_id[name]

    @api.depends("rule_id")
    def _compute_unit(self):
        for trial in self:
            trial.unit = trial.rule_id.parameter_id.unit

    def action_try(self):
        """Count what would move; nothing is saved."""
        self.ensure_one()
        self._check_role()
        self.env.flush_all()
        query = SQL(
            "SELECT %s FROM (%s) new"
            " JOIN insurance_retention known ON known.archive_id = new.archive_id",
            SQL(", ").join(
                SQL("count(*) FILTER (WHERE %s)", MOVES[move]) for move in MOVES
            ),
            self._new_ends(),
        )
        counts = self.env.execute_query(query)[0]
        values = {f"{move}_count": n for move, n in zip(MOVES, counts, strict=True)}
        self.write({"tried": True, **values})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What would change"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_open(self):
        """List the archives behind a number."""
        self.ensure_one()
        move = self.env.context.get("move")
        if move not in MOVES:
            raise UserError(self.env._("Choose one of the numbers."))
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "insurance_compliance.insurance_retention_action"
            ),
            "name": self._fields[f"{move}_count"]._description_string(self.env),
            "domain": [("trial", "=", f"{self.id}:{move}")],
            "context": {},
        }

    def action_apply(self):
        """Save the change; all archives are calculated anew in the background."""
        self.ensure_one()
        self._check_role()
        rule = self.rule_id
        if rule.parameter_id and str(self.number) != rule.parameter_id.value:
            # superuser: administrators set parameters, but how long something is kept
            # compliance decides; the lowest value that the law allows still holds
            rule.parameter_id.sudo().write({"value": str(self.number)})
        names = ("active", "term", "line", "client_kind")
        changed = {name: self[name] for name in names if self[name] != rule[name]}
        if changed:
            rule.write(changed)
        return {"type": "ir.actions.act_window_close"}

    def _check_role(self):
        if not self.env.user.has_group(f"{MODULE}.group_compliance"):
            raise AccessError(self.env._("Compliance changes the retention rules."))

    def _new_ends(self):
        """Return SQL: the ends of all archives with the changed rule."""
        Rule = self.env["insurance.retention.rule"]
        rules = Rule._schedule()
        if not self.active:
            rules -= self.rule_id
        elif self.rule_id not in rules:
            rules |= self.rule_id
        tried = [self._tried(rule) for rule in rules.sorted("sequence")]
        return retention_sql.latest(
            tried,
            lambda _column: SQL("true"),
            *self.env["insurance.retention"]._clock(),
        )

    def _tried(self, rule):
        """Return the rule, or a copy in memory with what is tried."""
        if rule.id != self.rule_id.id:
            return rule
        months = rule._months_of(rule.parameter_id, str(self.number))
        return retention_sql.Values(
            id=rule.id,
            event=rule.event,
            months=months,
            forever=rule.forever,
            term=self.term,
            line=self.line,
            client_kind=self.client_kind,
            mark=rule.mark,
        )


class InsuranceRetention(models.Model):
    _inherit = "insurance.retention"

    trial = fields.Char(
        compute="_compute_trial", search="_search_trial", exportable=False
    )

    def _compute_trial(self):
        self.trial = False

    def _search_trial(self, operator, value):
        if operator != "in":
            return NotImplemented
        domains = []
        for text in value:
            trial_id, _colon, move = str(text).partition(":")
            # one's own trials alone: their rules say so
            trial = self.env["insurance.retention.trial"].search(
                [("id", "=", int(trial_id) if trial_id.isdecimal() else 0)]
            )
            if not trial or move not in MOVES:
                continue
            found = SQL(
                "SELECT known.id FROM (%s) new JOIN insurance_retention known"
                " ON known.archive_id = new.archive_id WHERE %s",
                trial._new_ends(),
                MOVES[move],
            )
            domains.append(Domain.custom(to_sql=_within(found)))
        return Domain.OR(domains)


def _within(found):
    return lambda _model, alias, _query: SQL(
        "%s IN (%s)", SQL.identifier(alias, "id"), found
    )
