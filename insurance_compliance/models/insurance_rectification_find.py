from odoo import api, fields, models
from odoo.fields import Domain

from .insurance_check import SEVERITIES
from .insurance_rectification import OPEN_STATES

RANK = [severity for severity, _label in SEVERITIES]
#: who has said that it is mended, or none, was wrong
ENDED = ("verified", "closed", "dropped")


class InsuranceRectification(models.Model):
    """The same finding is one row, however often it is found."""

    _inherit = "insurance.rectification"

    @api.model
    def _find(
        self,
        source,
        title,
        severity,
        key,
        archives=None,
        description=None,
        regulations=None,
        responsible=None,
        company=None,
    ):
        """Put a finding into the ledger, or find it there again.

        :param source: the record that shows it, such as a check or an incident
        :param title: what is wrong, without a word about a client
        :param key: recognises the finding: the same rule and the same object
        :param archives: how many archives are concerned: a number, or the archives
        :param company: by default that of the source; empty: all companies
        :return: the one row of this key
        """
        if company is None and "company_id" in source._fields:
            # superuser: the company alone
            company = source.sudo().company_id
        # superuser: whoever finds something need not see the ledger
        ledger = self.sudo()
        row = ledger.search(
            [("key", "=", key), ("company_id", "=", company.id if company else False)]
        )
        if row:
            row._found_again(severity, archives)
            return row.with_env(self.env)
        values = {
            "name": title,
            "key": key,
            "severity": severity,
            "source_model": source._name,
            "source_id": source.id,
            "archive_count": self._number_of(archives),
            "company_id": company.id if company else False,
            "description": description,
            "responsible_id": responsible.id if responsible else False,
            "regulation_ids": regulations.ids if regulations else [],
        }
        return ledger.create(values).with_env(self.env)

    @api.model
    def _number_of(self, archives):
        if archives is None:
            return 0
        return archives if isinstance(archives, int) else len(archives)

    def _found_again(self, severity, archives):
        """Count it; what was thought mended comes back."""
        self.ensure_one()
        values = {
            "found_count": self.found_count + 1,
            "last_found_on": fields.Datetime.now(),
        }
        if archives is not None:
            values["archive_count"] = self._number_of(archives)
        worse = RANK.index(severity) > RANK.index(self.severity)
        if worse:
            values["severity"] = severity
        self.write(values)
        if self.state in ENDED:
            reason = self.env._("Found again: time no. %s.", self.found_count)
            self.write({"state": "new", "state_reason": reason})
            self._tell_responsible()
            self._tell_who_assigns()
        elif worse:
            self._hasten()

    def _hasten(self):
        """Shorten the time for what turned out more severe."""
        sooner = self._proposed_deadline(self.severity, fields.Date.context_today(self))
        if self.state in OPEN_STATES and sooner < self.deadline:
            self.deadline = sooner
        self._note("worse", note=self._severity_label())

    def _severity_label(self):
        labels = dict(self._fields["severity"]._description_selection(self.env))
        return labels[self.severity]

    # --- back and forth between the ledger and what has found it

    def action_open_source(self):
        """Open the check, incident or risk that showed the finding."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.source_model,
            "res_id": self.source_id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    @api.model
    def _of_source_domain(self, records):
        """Return the condition that a finding comes from one of the records."""
        return Domain("source_model", "=", records._name) & Domain(
            "source_id", "in", records.ids
        )
