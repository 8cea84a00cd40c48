from odoo import models
from odoo.tools import SQL

from ..access_slice import SLICES

MODULE = "insurance_client_archive"


class InsuranceFirstStep(models.Model):
    """What access, consent, records and incidents need."""

    _inherit = "insurance.first.step"

    def _missing_notice(self):
        if self.env["insurance.notice"].search_count(
            [("state", "=", "in_force"), ("company_id", "=", self.env.company.id)],
            limit=1,
        ):
            return ""
        return self.env._("No privacy notice is in force: clients can't be told.")

    def _missing_departments(self):
        members = self._people(f"{MODULE}.group_department")
        if not members:
            return ""
        departments = self.env["insurance.department"].search(
            [("company_id", "=", self.env.company.id)]
        )
        headless = departments.filtered(lambda department: not department.head_ids)
        if headless:
            return self.env._("Without a head: %s.", self._names(headless))
        without = members - departments.member_ids - departments.head_ids
        if without:
            return self.env._("In no department: %s.", self._names(without))
        return ""

    def _missing_house_rules(self):
        drafts = self.env["insurance.rule.document"].search([("state", "=", "draft")])
        in_force = self.env["insurance.rule.document"].search_count(
            [("state", "=", "in_force")], limit=1
        )
        if drafts and not in_force:
            return self.env._("%s rules are drafts, none is in force.", len(drafts))
        return "" if in_force else self.env._("No rule is in force.")

    def _missing_incident_clocks(self):
        kinds = self.env["insurance.incident.clock.kind"].search(
            [("active", "=", True)]
        )
        unverified = kinds.filtered("unverified")
        if unverified:
            return self.env._("Not verified: %s.", self._names(unverified))
        return ""

    def _missing_incident_networks(self):
        rules = self.env["insurance.incident.rule"].search(
            [("kind", "=", "foreign_network")]
        )
        if rules.filtered("networks"):
            return ""
        return self.env._("The rule on foreign networks knows no own network.")

    def _missing_backups(self):
        overdue = self.env["insurance.backup.duty"].search([("overdue", "=", True)])
        if overdue:
            return self.env._("Never reported, or overdue: %s.", self._names(overdue))
        return ""

    def _missing_standing_grants(self):
        agents = self._people(f"{MODULE}.group_agent")
        if not agents:
            return self.env._("There are no agents yet.")
        policy = self.env["insurance.access.policy"].search([("level", "=", "agent")])
        if all(policy[f"own_{name}"] for name in SLICES):
            return ""  # responsibility opens all of it
        # SQL: in force by the clock of the database, as access itself is decided
        granted = self.env.execute_query(
            SQL(
                "SELECT DISTINCT user_id FROM insurance_access_grant"
                " WHERE standing AND state = 'active'"
                " AND now() AT TIME ZONE 'UTC' BETWEEN date_from AND date_to"
            )
        )
        without = agents.filtered(
            lambda agent: agent.id not in {user_id for (user_id,) in granted}
        )
        if without:
            return self.env._("Without a standing grant: %s.", self._names(without))
        return ""
