from odoo import api, fields, models
from odoo.exceptions import UserError

from ..flag_domain import flag_domain
from .insurance_archive_freshness import CLOSED_STATES
from .insurance_state_mixin import Transition

#: what is looked for, in the order in which it is read
CHECKS = [
    ("same_id_number", "Same ID number"),
    ("same_credit_code", "Same credit code"),
    ("same_name_birth", "Same name and birth date"),
    ("same_phone", "Same phone"),
    ("same_mail", "Same e-mail"),
    ("no_contact", "Neither phone nor e-mail"),
    ("no_birth_date", "No birth date"),
    ("no_occupation", "No occupation"),
    ("born_in_future", "Born in the future"),
    ("too_old", "Impossible age"),
    ("founded_in_future", "Founded in the future"),
    ("policy_before_birth", "Insured before birth"),
    ("policy_dates", "Policy ends before it starts"),
    ("negative_premium", "Negative premium"),
    ("contact_in_future", "Contact in the future"),
    ("sales_phone", "Another phone in sales"),
    ("sales_mail", "Another e-mail in sales"),
    ("single_with_spouse", "Single, and has a spouse"),
    ("relative_birth_date", "Another birth date in the relative's archive"),
    ("sum_in_wan", "Sum insured in 10,000?"),
    ("budget_in_wan", "Budget in 10,000?"),
    ("income_in_wan", "Income in 10,000?"),
    ("headcount_is_year", "A year as number of persons?"),
    ("name_spaces", "Spaces in the name"),
    ("mail_format", "Wrong e-mail"),
    ("phone_format", "Wrong phone number"),
    ("zip_format", "Wrong postcode"),
]
PROBLEMS = [
    ("duplicate", "Duplicates"),
    ("missing", "Missing"),
    ("impossible", "Impossible values"),
    ("contradiction", "Sources contradict each other"),
    ("unit", "Units"),
    ("format", "Formats"),
]
#: moved by people; all else is written by the search alone
FREE_FIELDS = frozenset({"state", "state_reason", "state_date"})


class InsuranceDataFinding(models.Model):
    """Something in the data of a client that looks wrong, and what would mend it.

    It is found again, and closed by itself, each time the data are looked through. The
    other client of a pair is named only to whoever may open that one, too.
    """

    _name = "insurance.data.finding"
    _inherit = ["insurance.archive.child", "insurance.state.mixin"]
    _description = "Finding of the data cleaning"
    _order = "problem, kind, id desc"
    _rec_name = "kind"

    _initial_states = ("open",)
    _transitions = {
        "open": {
            "fixed": Transition(check="_check_mended"),
            "ignored": Transition(reason=True),
        },
        "fixed": {"open": Transition(check="_check_undone")},
        "ignored": {"open": Transition()},
        "gone": {"open": Transition(check="_check_system")},
    }

    archive_id = fields.Many2one(ondelete="cascade", readonly=True)
    kind = fields.Selection(
        CHECKS, string="What", required=True, readonly=True, index=True
    )
    problem = fields.Selection(PROBLEMS, required=True, readonly=True)
    res_model = fields.Char(required=True, readonly=True)
    res_id = fields.Many2oneReference(
        string="Record", model_field="res_model", required=True, readonly=True
    )
    field_name = fields.Char(string="Field name", readonly=True)
    field_label = fields.Char(string="Field", compute="_compute_field_label")
    current = fields.Char(string="Is", readonly=True)
    proposed = fields.Char(string="Should be", readonly=True)
    twin_res_id = fields.Integer(readonly=True, groups=fields.NO_ACCESS)
    twin_id = fields.Many2one(
        "insurance.archive",
        string="Other client",
        compute="_compute_twin_id",
        compute_sudo=False,
        context={"show_client_name": True},
        help="Empty when you may not open the other client: ask your supervisor.",
    )
    state = fields.Selection(
        [
            ("open", "Open"),
            ("fixed", "Corrected"),
            ("ignored", "Left as it is"),
            ("gone", "Settled"),
        ],
        required=True,
        readonly=True,
        default="open",
        index=True,
    )
    found_on = fields.Date(string="Found on", readonly=True)
    done_by_id = fields.Many2one("res.users", string="Decided by", readonly=True)
    done_on = fields.Datetime(string="Decided on", readonly=True)
    fixable = fields.Boolean(compute="_compute_fixable", search="_search_fixable")

    _finding_unique = models.UniqueIndex(
        "(archive_id, kind, res_model, res_id)", "This was found already."
    )

    @api.depends("res_model", "field_name")
    @api.depends_context("lang")
    def _compute_field_label(self):
        for finding in self:
            model = self.env.get(finding.res_model)
            label = finding.field_name or ""
            if model is not None and label in model._fields:
                label = model.fields_get([label], ["string"])[label]["string"]
            finding.field_label = label

    @api.depends_context("uid")
    def _compute_twin_id(self):
        # as superuser: the id is not shown; whether it may be is asked below
        twins = {finding.id: finding.sudo().twin_res_id for finding in self}
        known = self.env["insurance.archive"].browse(set(twins.values()) - {0})
        visible = known.exists()._filtered_access("read")
        for finding in self:
            finding.twin_id = visible & known.browse(twins[finding.id] or 0)

    @api.depends("state", "proposed")
    def _compute_fixable(self):
        for finding in self:
            finding.fixable = finding.state == "open" and bool(finding.proposed)

    def _search_fixable(self, operator, value):
        fixable = fields.Domain("state", "=", "open") & fields.Domain(
            "proposed", "!=", False
        )
        return flag_domain(operator, value, fixable)

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise UserError(self.env._("Findings come from looking through the data."))
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and not FREE_FIELDS.issuperset(vals):
            raise UserError(self.env._("Findings come from looking through the data."))
        return super().write(vals)

    def _on_state(self, before):
        result = super()._on_state(before)
        # as superuser: who decided, and when, is not entered by hand
        self.sudo().write(
            {"done_by_id": self.env.uid, "done_on": fields.Datetime.now()}
        )
        return result

    # --- one click

    def action_fix(self):
        """Write what is proposed, with the user's own rights."""
        for finding in self:
            finding._check_fixable()
            finding._record()[finding.field_name] = finding._typed(finding.proposed)
        self.write({"state": "fixed"})

    def action_undo(self):
        """Write back what was there before."""
        for finding in self:
            if finding.state != "fixed" or not finding._is(finding.proposed):
                raise UserError(
                    self.env._(
                        "“%s” was changed since: there is nothing to take back.",
                        finding.field_label,
                    )
                )
            finding._record()[finding.field_name] = finding._typed(finding.current)
        self.write({"state": "open"})

    def action_preview(self):
        """Show what would be written, before it is."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Correct the data"),
            "res_model": "insurance.data.fix",
            "view_mode": "form",
            "target": "new",
            "context": {"default_finding_ids": self.ids},
        }

    def action_reopen(self):
        """Take back that it is left as it is."""
        self.write({"state": "open"})

    def action_open_record(self):
        """Open the record at fault."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "view_mode": "form",
        }

    def action_open_pair(self):
        """List both clients of a pair, as far as the user may open them."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "insurance_client_archive.insurance_archive_action"
            ),
            "name": self.display_name,
            "domain": [("id", "in", (self.archive_id | self.twin_id).ids)],
            "context": {},
        }

    def _check_fixable(self):
        self.ensure_one()
        if self.state != "open" or not self.proposed:
            raise UserError(
                self.env._(
                    "Nothing is proposed for “%s”. Open the record and correct it.",
                    self.display_name,
                )
            )
        if not self._is(self.current):
            raise UserError(
                self.env._(
                    "“%s” was changed since it was found. Look through the data again.",
                    self.field_label,
                )
            )

    def _check_mended(self):
        """A finding is corrected when the record is: nobody just says so."""
        for finding in self:
            if not finding.proposed or not finding._is(finding.proposed):
                raise UserError(self.env._("Correct the record first."))

    def _check_undone(self):
        for finding in self:
            if not finding._is(finding.current):
                raise UserError(self.env._("Write back the record first."))

    def _check_system(self):
        if not self.env.su:
            raise UserError(self.env._("Findings come from looking through the data."))

    def _record(self):
        return self.env[self.res_model].browse(self.res_id)

    def _typed(self, text):
        """Return a text as the field takes it."""
        field = self.env[self.res_model]._fields[self.field_name]
        return float(text) if field.type in ("float", "monetary") else text

    def _is(self, text):
        """Tell whether the record holds this value now."""
        record = self._record().exists()
        if not record:
            return False
        value = record[self.field_name]
        if isinstance(value, float):
            return abs(value - self._typed(text)) < 0.005
        return (value or "") == (text or "")


class InsuranceArchive(models.Model):
    _inherit = "insurance.archive"

    finding_ids = fields.One2many("insurance.data.finding", "archive_id")

    def _on_state(self, before):
        result = super()._on_state(before)
        closed = self.filtered(lambda archive: archive.state in CLOSED_STATES)
        # as superuser: what is no longer used is not cleaned, and no value stays here
        closed.sudo().finding_ids.unlink()
        return result
