from datetime import timedelta

from odoo import fields, models
from odoo.tools import config

from .. import use_log_anchor, vault_ledger, vault_process
from ..server_options import path_option
from .insurance_first_step import MODULE

#: scheduled actions that have not run for so many days stand still
STILL_DAYS = 2


class InsuranceFirstStep(models.Model):
    """What the client archive needs."""

    _inherit = "insurance.first.step"

    # --- company and server

    def _missing_company_country(self):
        company = self.env.company
        country = company.country_id
        if not country:
            return self.env._(
                "%(company)s has no country: telephone numbers without +86 are "
                "refused, and all sums are in %(currency)s.",
                company=company.name,
                currency=company.currency_id.name,
            )
        if country.currency_id != company.currency_id:
            return self.env._(
                "%(company)s counts in %(currency)s, its country in %(other)s.",
                company=company.name,
                currency=company.currency_id.name,
                other=country.currency_id.name,
            )
        return ""

    def _missing_scheduled_actions(self):
        active = [("active", "=", True)]
        [(last,)] = self.env["ir.cron"]._read_group(active, [], ["lastcall:max"])
        if not last:
            return self.env._(
                "No scheduled action has ever run. Start the server with "
                "max_cron_threads = 1 or more, and wait a minute."
            )
        if last < fields.Datetime.now() - timedelta(days=STILL_DAYS):
            return self.env._(
                "No scheduled action has run since %s.", fields.Date.to_string(last)
            )
        return ""

    def _missing_outgoing_mail(self):
        own = config["smtp_server"] not in (False, "", "localhost")
        if own or self.env["ir.mail_server"].search_count([], limit=1):
            return ""
        return self.env._(
            "No mail server is named: questionnaires and invitations stay here."
        )

    # --- people

    def _missing_people_agents(self):
        if self._people(f"{MODULE}.group_agent"):
            return ""
        return self.env._("Nobody has the role of an agent.")

    def _missing_people_teams(self):
        agents = self._people(f"{MODULE}.group_agent")
        if not agents:
            return self.env._("There are no agents yet.")
        led = self._people(f"{MODULE}.group_supervisor")
        without = agents.filtered(lambda agent: not (agent.crm_team_ids.user_id & led))
        without -= led  # they lead
        if without:
            return self.env._(
                "Without a sales team that a supervisor leads: %s.",
                self._names(without),
            )
        return ""

    def _missing_people_archivist(self):
        if self._people(f"{MODULE}.group_archivist"):
            return ""
        return self.env._("Nobody can file and number archives.")

    def _missing_people_compliance(self):
        count = len(self._people(f"{MODULE}.group_compliance"))
        if not count:
            return self.env._("Nobody watches over lawful use.")
        if count == 1:
            return self.env._(
                "There is one compliance officer: what needs two can't be decided."
            )
        return ""

    def _missing_people_time_zone(self):
        users = self._people(f"{MODULE}.group_archive_user")
        without = users.filtered(lambda user: not user.tz)
        if without:
            return self.env._("Without a time zone: %s.", self._names(without))
        return ""

    def _missing_second_factor(self):
        users = self._people(f"{MODULE}.group_archive_user")
        without = users.filtered(lambda user: user._mfa_type() != "totp")
        if without or not users:
            return self.env._(
                "%(without)s of %(all)s users log in with a password alone.",
                without=len(without),
                all=len(users),
            )
        return ""

    # --- keys

    def _missing_keys_place(self):
        if vault_process.location().development:
            return self.env._(
                "The keyring lies in the data directory of the server, where the files "
                "of the database are."
            )
        return self._missing_keys_open()

    def _missing_keys_backup(self):
        status = vault_process.status(self.env)
        if status["state"] == "empty":
            return self.env._(
                "There is no keyring yet: it is made with the first sealed value, or "
                "by “odoo insurance keys create”."
            )
        if not status.get("backup_confirmed"):
            return self._missing_keys_open() or self.env._(
                "Nobody has confirmed that a copy of the keyring lies in a safe place."
            )
        return ""

    def _missing_keys_open(self):
        status = vault_process.status(self.env)
        return status["message"] if status["state"] == "locked" else ""

    def _missing_keys_ledger(self):
        options = (vault_ledger.OPTION, use_log_anchor.OPTION)
        missing = [name for name in options if not path_option(name)]
        if missing:
            return self.env._(
                "Not in the configuration file of the server: %s.", ", ".join(missing)
            )
        return ""

    # --- lists and numbers

    def _missing_parameters_verified(self):
        count = self.env["insurance.parameter"].search_count(
            [("status", "=", "unverified")]
        )
        if count:
            return self.env._(
                "%s numbers of law have not been compared with their source.", count
            )
        return ""

    # --- advice

    def _missing_products(self):
        company = self.env.company
        if self.env["product.template"].search_count(
            [("is_insurance", "=", True), ("company_id", "in", (False, company.id))],
            limit=1,
        ):
            return ""
        return self.env._("There is no insurance product: no policy can be entered.")

    def _missing_scorecards(self):
        active = self.env["insurance.scorecard"].search([("state", "=", "active")])
        dimensions = dict(active._fields["dimension"]._description_selection(self.env))
        missing = [
            label
            for name, label in dimensions.items()
            if name not in active.mapped("dimension")
        ]
        if missing:
            return self.env._("No scorecard in force for: %s.", ", ".join(missing))
        return ""

    # --- the first day

    def _missing_first_client(self):
        if (
            self.env["insurance.archive"]
            .with_context(active_test=False)
            .search_count([("company_id", "=", self.env.company.id)], limit=1)
        ):
            return ""
        return self.env._("No client has been entered.")
