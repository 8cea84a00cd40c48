from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.insurance_client_archive.models.insurance_state_mixin import (
    Transition,
)

from ..person import check_person

COMPLIANCE = "insurance_client_archive.group_compliance"
#: what must be said before anybody decides: field names
DEMANDED = (
    "description",
    "purpose_text",
    "rights_text",
    "likelihood",
    "severity",
    "measures_text",
    "residual_likelihood",
    "residual_severity",
    "conclusion",
    "review_date",
)
#: without these nothing goes live
JUDGEMENTS = (
    "is_lawful",
    "is_legitimate",
    "is_necessary",
    "measures_lawful",
    "measures_effective",
    "measures_fit",
)
ENDED = ("replaced", "withdrawn", "refused")


class InsuranceImpactAssessment(models.Model):
    """One writes, another approves; then it stays as it is until the next version."""

    _name = "insurance.impact.assessment"
    _inherit = ["insurance.impact.assessment", "insurance.version.mixin"]

    _initial_states = ("draft",)
    _transitions = {
        "draft": {"submitted": Transition(check="_check_submit")},
        "submitted": {
            "approved": Transition(groups=COMPLIANCE, check="_check_approve"),
            "refused": Transition(reason=True, groups=COMPLIANCE, check="_check_other"),
            "draft": Transition(),
        },
        "approved": {
            "withdrawn": Transition(reason=True, groups=COMPLIANCE),
            "replaced": Transition(check="_check_successor"),
        },
        "refused": {"draft": Transition()},
    }
    _kept_fields = frozenset({"previous_id", "shipped", "ended_on"})

    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("submitted", "Submitted"),
            ("approved", "Approved"),
            ("refused", "Refused"),
            ("replaced", "Replaced"),
            ("withdrawn", "Withdrawn"),
        ],
        required=True,
        readonly=True,
        default="draft",
        index=True,
        copy=False,
        group_expand=True,
    )
    author_ids = fields.Many2many(relation="insurance_impact_author_rel")
    ended_on = fields.Datetime(string="Ended on", readonly=True, copy=False)
    keep_until = fields.Date(
        compute="_compute_keep_until",
        help="Report and record are kept as long as they apply, and then for the time "
        "of the parameter (PIPL 56).",
    )

    @api.depends("state", "ended_on", "approved_on", "review_date")
    def _compute_keep_until(self):
        years = self.env["insurance.parameter"]._get("pia_years")
        for one in self:
            last = [fields.Date.to_date(one.ended_on or one.approved_on)]
            if not one.ended_on:
                last.append(one.review_date)
            last = max(filter(None, last), default=False)
            one.keep_until = last and fields.Date.add(last, years=years)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        today = fields.Date.today()
        for one in self:
            over = one.keep_until and one.keep_until < today
            if one.state != "draft" and not (one.state in ENDED and over):
                raise UserError(
                    self.env._(
                        "“%s” is on record: assessments are kept for at least three "
                        "years (PIPL 56). Withdraw it, or make a new version.",
                        one.display_name,
                    )
                )

    def _check_draft(self):
        if any(one.state != "draft" for one in self):
            raise UserError(
                self.env._(
                    "What was submitted stays as it is. Take it back to draft, or make "
                    "a new version."
                )
            )

    def _check_submit(self):
        for one in self:
            one._check_complete()
            one._check_conclusion()

    def _check_complete(self):
        missing = [
            self._fields[name]._description_string(self.env)
            for name in DEMANDED
            if not (self[name] and str(self[name]).strip())
        ]
        if missing:
            raise UserError(
                self.env._("The assessment still lacks: %s.", ", ".join(missing))
            )
        if self.review_date <= fields.Date.today():
            raise UserError(self.env._("Review it on a day to come."))

    def _check_conclusion(self):
        if self.conclusion == "no":
            return
        failing = [
            self._fields[name]._description_string(self.env)
            for name in JUDGEMENTS
            if not self[name]
        ]
        if failing:
            raise UserError(
                self.env._(
                    "It can't go live as long as this is not so: %s. Change the plan, "
                    "or conclude that it may not go live.",
                    ", ".join(failing),
                )
            )
        if self.level == "high":
            raise UserError(
                self.env._(
                    "The risk that remains is high. Take more measures, or conclude "
                    "that it may not go live."
                )
            )
        if self.conclusion == "measures" and not self.measure_ids:
            raise UserError(self.env._("Name the measures to take."))

    def _check_other(self):
        check_person(self.env)
        self._check_not_author()

    def _check_approve(self):
        self._check_other()
        self._check_submit()

    def _check_successor(self):
        following = self.search(
            [("previous_id", "=", self.id), ("state", "=", "approved")], limit=1
        )
        if not following:
            raise UserError(
                self.env._("An assessment is replaced by its next version alone.")
            )

    def _on_state(self, before):
        result = super()._on_state(before)
        # which sealed fields take values is asked of the cache
        self.env.registry.clear_cache()
        now = fields.Datetime.now()
        for one in self.sudo():  # stamps and what follows are nobody's to write
            if one.state == "approved":
                if one.previous_id.state == "approved":
                    one.previous_id.write({"state": "replaced"})
            elif one.state in ENDED:
                one.write({"ended_on": now})
            elif one.ended_on:
                one.write({"ended_on": False})
        return result

    @api.model
    def _put_shipped_into_force(self):
        """Approve what the product brings, once: what runs was thought of.

        The house reviews it within the time of the parameter and makes its own.
        """
        months = self.env["insurance.parameter"]._get("impact_review_months")
        drafts = self.search([("shipped", "=", False), ("state", "=", "draft")])
        names = drafts.get_external_id()
        own = drafts.filtered(
            lambda one: names[one.id].startswith("insurance_compliance.impact_shipped_")
        )
        values = {"review_date": fields.Date.add(fields.Date.today(), months=months)}
        values |= dict.fromkeys(JUDGEMENTS, True)
        own.write({**values, "shipped": True, "conclusion": "go"})
        for one in own:
            one._check_submit()
        # not by the steps: nobody of the house has approved anything
        own.flush_recordset()
        self.env.cr.execute(
            "UPDATE insurance_impact_assessment SET state = 'approved',"
            " approved_on = now() AT TIME ZONE 'UTC',"
            " state_date = now() AT TIME ZONE 'UTC' WHERE id = ANY(%s)",
            (own.ids,),
        )
        own.invalidate_recordset()
        self.env.registry.clear_cache()
