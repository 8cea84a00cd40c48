from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from .insurance_archive_freshness import CLOSED_STATES

#: what the product asks for by itself; other addons bring purposes of their own
PROFILING = "profiling"
SATISFACTION = "satisfaction"
MARKETING = "marketing"


class InsuranceArchive(models.Model):
    """What a client's data may be processed for; asked before each use in bulk."""

    _inherit = "insurance.archive"

    @api.model
    def _may_process_sql(self, purpose, alias):
        """Return the condition on the row *alias* of an archive that may be processed.

        Override to ask for consent. What is restricted or destroyed is processed for
        nothing at all.

        :param purpose: code of what the data are processed for, such as ``profiling``
        """
        self.flush_model(["state"])
        return SQL("%s NOT IN %s", SQL.identifier(alias, "state"), CLOSED_STATES)

    @api.model
    def _may_process_domain(self, purpose):
        """Return the archives that may be processed, for searches and sweeps."""

        def to_sql(model, alias, query):
            return model._may_process_sql(purpose, alias)

        return Domain.custom(to_sql=to_sql)

    def _processable(self, purpose):
        """Return those of the archives that may be processed, by one statement."""
        domain = Domain("id", "in", self.ids) & self._may_process_domain(purpose)
        # superuser: only which of these archives may be processed is asked
        found = self.sudo().with_context(active_test=False)._search(domain)
        allowed = set(found.get_result_ids())
        return self.filtered(lambda archive: archive.id in allowed)

    def _may_process(self, purpose):
        """Tell whether all of the archives may be processed for the purpose."""
        return self._processable(purpose) == self
