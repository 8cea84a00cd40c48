from ast import literal_eval

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..check_catalogue import Found
from ..check_filter import check_filter

#: what may be looked at beside the archive and what hangs under it
BESIDE = (
    "insurance.access.campaign.line",
    "insurance.access.grant",
    "insurance.access.request",
    "insurance.destruction",
    "insurance.handover",
    "insurance.legal.hold",
    "insurance.retention",
    "insurance.share.agreement",
)
#: under an archive, and still no matter of a filter
HIDDEN = ("insurance.decoy",)


class InsuranceCheck(models.Model):
    """A check that an administrator writes as a filter: evaluated by SQL alone."""

    _inherit = "insurance.check"

    model = fields.Selection(
        "_selection_model", string="Kind of records", help="What is looked at."
    )
    scope = fields.Char(
        string="Only records", default="[]", help="Empty: all records are looked at."
    )
    domain = fields.Char(
        string="Broken when", help="Records that meet this filter break the demand."
    )

    @api.model
    def _selection_model(self):
        return [
            (name, self.env[name]._description)
            for name in sorted(self._filter_models())
        ]

    @api.model
    def _filter_models(self):
        """Return the models that a filter may look at, and pass through."""
        registry = self.env.registry
        names = {
            "insurance.archive",
            *registry.descendants(["insurance.archive.child"], "_inherit"),
            *BESIDE,
        }
        # what is no table of its own is reckoned for a user, and not for a check
        return {name for name in names if name not in HIDDEN and registry[name]._auto}

    @api.constrains("kind", "method", "model", "domain", "scope")
    def _check_filter(self):
        for check in self:
            if check.kind == "manual" or check.method:
                continue
            if not check.model or (check.domain or "[]") == "[]":
                raise ValidationError(
                    self.env._(
                        "Choose what is looked at, and say when a record breaks the "
                        "demand."
                    )
                )
            check._filter_query()

    def _find_by_filter(self):
        population, query = self._filter_query()
        return Found(population, self.model, query.select())

    def _filter_query(self):
        """Return how many records are looked at, and the query of the broken ones."""
        return self._query_of(self.model, self.scope, self.domain)

    @api.model
    def _query_of(self, model_name, scope, domain):
        if model_name not in self._filter_models():
            raise ValidationError(self.env._("A filter can't look at these records."))
        # superuser: a filter asks nothing of content, see check_filter
        records = self.env[model_name].sudo()
        scope = self._parse(records, scope) & self._domain_of_run(records)
        broken = scope & self._parse(records, domain)
        return records.search_count(scope), records._search(broken)

    @api.model
    def _parse(self, records, text):
        """Return the domain of a text, without evaluating anything."""
        try:
            domain = Domain(literal_eval(text or "[]"))
        except (ValueError, SyntaxError, TypeError) as error:
            raise ValidationError(
                self.env._(
                    "“%s” is not a filter. Use fixed values, or days such as "
                    "“today -30d”.",
                    text,
                )
            ) from error
        check_filter(records, domain, self._filter_models())
        try:
            domain.validate(records)
        except (ValueError, KeyError) as error:
            raise ValidationError(
                self.env._("The filter asks for something that is not there.")
            ) from error
        return domain

    @api.model
    def _domain_of_run(self, records):
        company_id = self.env.context.get("check_company_id")
        if not company_id:
            return Domain.TRUE
        if "company_id" in records._fields:
            return Domain("company_id", "=", company_id)
        if "archive_id" in records._fields:
            return Domain("archive_id.company_id", "=", company_id)
        return Domain.TRUE

    @api.model
    def count_broken(self, model, scope, domain):
        """Tell an administrator how many records a filter that is written now finds."""
        self.check_access("write")
        try:
            population, query = self._query_of(model, scope, domain)
        except UserError as error:
            return {"error": str(error)}
        return {"population": population, "broken": len(query)}
