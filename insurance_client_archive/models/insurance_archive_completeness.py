from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..sealed import Sealed
from ..tools import completeness
from .insurance_policy_life import IN_FORCE

#: entered by the system alone, whoever tries
QUALITY_FIELDS = frozenset(
    {
        "completeness",
        "completeness_rules",
        "completeness_until",
        "next_review_date",
        "accuracy_checked_on",
        "review_rules",
        "review_escalated_on",
    }
)
COUNTED_FIELDS = ("completeness", "completeness_rules", "completeness_until")
#: lists that are counted: a user may see less of them than there is
COUNTED_LISTS = ("document_ids", "related_person_ids", "policy_ids")
#: what a person fills in, but does not make the record more complete
NOT_REQUIRABLE = frozenset({"agent_id", "manager_id", "team_id", "company_id"})
#: policies that are applied for
UNDECIDED = ("application", "underwriting")
REQUIRABLE_TYPES = frozenset(
    {
        "char",
        "text",
        "html",
        "date",
        "datetime",
        "integer",
        "float",
        "monetary",
        "selection",
        "many2one",
        "many2many",
    }
)


class InsuranceArchive(models.Model):
    """How complete the record is, and what it lacks (see ``insurance.requirement``)."""

    _inherit = "insurance.archive"

    document_ids = fields.One2many("insurance.document", "archive_id", string="Papers")
    completeness = fields.Integer(
        string="Completeness (%)",
        compute="_compute_completeness",
        compute_sudo=True,
        store=True,
        aggregator="avg",
        help="Share of what is required of this kind of client, by weight.",
    )
    completeness_rules = fields.Char(
        string="Counted by",
        compute="_compute_completeness",
        compute_sudo=True,
        store=True,
        index=True,
        help="Mark of the requirements that the completeness was counted by.",
    )
    completeness_until = fields.Date(
        string="Counted until",
        compute="_compute_completeness",
        compute_sudo=True,
        store=True,
        index="btree_not_null",
        help="The day on which a paper expires or the client comes of age.",
    )
    missing_ids = fields.Many2many(
        "insurance.requirement",
        compute="_compute_missing_ids",
        compute_sudo=False,
    )

    @api.depends(lambda self: self._completeness_depends())
    def _compute_completeness(self):
        Requirement = self.env["insurance.requirement"]
        rules, mark = Requirement._rules(), Requirement._fingerprint()
        today = fields.Date.today()
        minor_age = self.env["insurance.parameter"]._get("minor_age")
        for archive, facts in self._completeness_facts():
            archive.completeness = completeness.score(rules, facts)
            archive.completeness_rules = mark
            archive.completeness_until = archive._completeness_end(today, minor_age)

    @api.depends(
        lambda self: [*self._completeness_depends(), *self._requirable_fields()]
    )
    @api.depends_context("uid")
    def _compute_missing_ids(self):
        Requirement = self.env["insurance.requirement"]
        rules = Requirement._rules()
        self.missing_ids = False
        # a form may name any record: say nothing about those out of sight
        visible = self.filtered(
            lambda archive: not archive._origin or archive._origin.has_access("read")
        )
        # what a form holds is what its user sees; a saved record is looked at as
        # superuser: archivists see what is missing, but not papers and persons
        entered = visible.filtered(lambda archive: not archive.id)
        if not self.env["insurance.document"].has_access("read"):
            entered = entered.sudo()
        saved = (visible - entered.sudo(self.env.su)).sudo()
        for archives in (entered, saved):
            for archive, facts in archives._completeness_facts():
                missing = completeness.missing(rules, facts)
                # back to the rights of the caller, whom the value is for
                archive = archive.sudo(self.env.su)
                archive.missing_ids = Requirement.browse(
                    rule.id for rule in archive._shown_missing(missing)
                )

    def _shown_missing(self, missing):
        """Override to leave out what the user may not know to be missing.

        :param missing: rules of :mod:`tools.completeness`
        """
        return missing

    @api.model
    def _requirable_fields(self):
        """Return the names of the fields that a person fills in on the archive."""
        return {
            name
            for name, field in self._fields.items()
            if field.type in REQUIRABLE_TYPES
            and (field.store or field.related or isinstance(field, Sealed))
            and not field.readonly
            and name not in models.MAGIC_COLUMNS
            and name not in QUALITY_FIELDS
            and name not in NOT_REQUIRABLE
        }

    @api.model
    def _completeness_depends(self):
        """Override to name more that the completeness depends on."""
        return [
            # whether a sealed field has a value is told by ``_on_sealed``
            *sorted(
                name
                for name in self._requirable_fields()
                if not isinstance(self._fields[name], Sealed)
            ),
            "related_person_ids.relation",
            "document_ids.type_id",
            "document_ids.valid_until",
            "policy_ids.state",
            "policy_ids.product_id",
        ]

    def _completeness_facts(self):
        """Yield each archive with the facts that the requirements ask about."""
        names = {
            rule.key
            for rule in self.env["insurance.requirement"]._rules()
            if rule.what == "field" and rule.key in self._fields
        }
        today = fields.Date.today()
        minor_age = self.env["insurance.parameter"]._get("minor_age")
        self._forget_lists()
        try:
            for archive in self:
                persons = archive.related_person_ids.mapped("relation")
                yield (
                    archive,
                    completeness.Facts(
                        client_kind=archive.client_kind,
                        conditions=archive._conditions(today, minor_age),
                        categories=frozenset(archive._insured_categories()._origin.ids),
                        fields=frozenset(name for name in names if archive[name]),
                        papers=frozenset(archive._valid_papers(today)),
                        persons=frozenset(persons),
                    ),
                )
        finally:
            self._forget_lists()

    def _forget_lists(self):
        """Let the next reader look for what hangs under the archives.

        The cache of a list is the same for all: what a user may see of it would be
        counted for the whole, and the whole would be shown to the user.
        """
        self._origin.invalidate_recordset(COUNTED_LISTS, flush=False)

    def _conditions(self, today, minor_age):
        """Return which conditions of requirements hold for this client."""
        holding = {"always"}
        if self.client_kind == "individual" and self.birth_date:
            of_age = self._age_on(self.birth_date, today) >= minor_age
            holding.add("adult" if of_age else "minor")
        if self.marital_status == "married":
            holding.add("married")
        return frozenset(holding)

    def _insured_categories(self):
        """Return what the client has applied for or bought, or is interested in."""
        policies = self.policy_ids.filtered(
            lambda policy: policy.state in (*UNDECIDED, *IN_FORCE)
        )
        return self.intent_category_ids | policies.product_id.insurance_category_id

    def _valid_papers(self, today):
        """Return the kinds of the papers on file that have not expired."""
        return {
            paper.type_id.id
            for paper in self.document_ids
            if not paper.valid_until or paper.valid_until >= today
        }

    def _completeness_end(self, today, minor_age):
        """Return the next day on which the completeness changes by itself."""
        ends = [
            fields.Date.add(paper.valid_until, days=1)
            for paper in self.document_ids
            if paper.valid_until and paper.valid_until >= today
        ]
        if self.client_kind == "individual" and self.birth_date:
            of_age = self.birth_date + relativedelta(years=minor_age)
            ends += [of_age] if of_age > today else []
        return min(ends, default=False)

    def _missing_for(self, stage):
        """Return what an archive lacks to be entered or filed."""
        stages = ("enter",) if stage == "enter" else ("enter", "file")
        # superuser: what is asked for is asked of everybody, whatever they may see
        missing = self.sudo().missing_ids.sudo(self.env.su)
        return missing.filtered(lambda needed: needed.stage in stages)

    def _check_enter(self):
        result = super()._check_enter()
        self._refuse_incomplete("enter")
        return result

    def _check_file(self):
        result = super()._check_file()
        self._refuse_incomplete("file")
        return result

    def _refuse_incomplete(self, stage):
        missing = self._missing_for(stage)
        if missing:
            raise UserError(
                self.env._(
                    "“%(archive)s” is not complete yet. Add first:\n%(missing)s",
                    archive=self.with_context(show_client_name=True).display_name,
                    missing="\n".join(
                        f"• {requirement.display_name}" for requirement in missing
                    ),
                )
            )

    @api.model
    def _stale_completeness(self):
        """Return the archives whose completeness was counted by other rules."""
        mark = self.env["insurance.requirement"]._fingerprint()
        return Domain("state", "!=", "destroyed") & (
            Domain("completeness_rules", "!=", mark)
            | Domain("completeness_until", "<=", fields.Date.today())
        )

    def _recount_completeness(self):
        """Count the completeness of these archives again."""
        self._outdate_completeness()
        self._recompute_recordset(COUNTED_FIELDS)
        self.flush_recordset()

    def _outdate_completeness(self):
        """Have the completeness counted before it is read or written next."""
        for name in COUNTED_FIELDS:
            self.env.add_to_compute(self._fields[name], self)

    @api.model
    def _refuse_quality_values(self, vals):
        """Keep the figures on the quality of the record out of anybody's hands."""
        if not self.env.su and not QUALITY_FIELDS.isdisjoint(vals):
            raise UserError(
                self.env._(
                    "Completeness and review dates follow from the record. "
                    "Add what is missing or verify the data with the client."
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._refuse_quality_values(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._refuse_quality_values(vals)
        return super().write(vals)
