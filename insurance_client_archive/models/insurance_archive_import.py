from collections import Counter

from odoo import SUPERUSER_ID, api, models
from odoo.tools import SQL

from ..tools import organization_name, person_name

SUPERVISOR = "insurance_client_archive.group_supervisor"
MANAGER = "insurance_client_archive.group_manager"


class InsuranceArchive(models.Model):
    """Import of clients: entry rules, responsibility and duplicates, all in bulk."""

    _name = "insurance.archive"
    _inherit = ["insurance.archive", "insurance.import.mixin"]

    @api.model
    def get_import_templates(self):
        return [
            self._import_template(
                "individual", self.env._("Import template for individuals")
            ),
            self._import_template(
                "enterprise", self.env._("Import template for enterprises")
            ),
            self._import_template("group", self.env._("Import template for groups")),
        ]

    @api.model
    def _import_required(self):
        # the contact is made from the name
        return [name for name in super()._import_required() if name != "partner_id"]

    @api.model
    def _import_problems(self, rows):
        problems = super()._import_problems(rows)
        self._import_complete(rows)
        keys = []
        for found, (_number, values) in zip(problems, rows, strict=True):
            phone_problem, phone = self._phone_checked(
                values.get("phone"), self._import_country(values)
            )
            if phone_problem:
                found["phone"] = phone_problem
            found.update(self._import_entry_problems(values))
            found.update(self._import_agent_problem(values))
            keys.append(self._import_key(values, phone))
        self._import_duplicates(rows, keys, problems)
        return problems

    @api.model
    def _import_complete(self, rows):
        """An agent's own clients need no agent in the file."""
        user = self.env.user
        if user.id == SUPERUSER_ID or user.has_group(SUPERVISOR):
            return
        for _number, values in rows:
            if not values.get("agent_id"):
                values["agent_id"] = user.id

    @api.model
    def _import_entry_problems(self, values):
        """Return what the form would refuse, before anything is created."""
        if values.get("partner_id"):
            # the contact is there already; saving asks for the rules
            return {}
        kind = values.get("client_kind") or "individual"
        checks = {
            "name": self._name_problem(values.get("name"), kind),
            "birth_date": self._birth_date_problem(
                self._fields["birth_date"].to_date(values.get("birth_date"))
            ),
            "credit_code": self._credit_code_problem(values.get("credit_code")),
        }
        if not values.get("name"):
            checks["name"] = self.env._("Enter the client's name.")
        return {name: problem for name, problem in checks.items() if problem}

    @api.model
    def _import_country(self, values):
        Country = self.env["res.country"]
        return (
            Country.browse(values.get("country_id"))
            or self._import_company(values).country_id
        )

    @api.model
    def _import_company(self, values):
        if company_id := values.get("company_id"):
            return self.env["res.company"].browse(company_id)
        return self.env.company

    @api.model
    def _import_agent_problem(self, values):
        """Return why the user can't import for this agent, or nothing."""
        user = self.env.user
        if user.id == SUPERUSER_ID:
            return {}
        agent_id = values.get("agent_id", user.id)
        if not agent_id:
            return {
                "agent_id": self.env._("Name the agent who looks after the client.")
            }
        if agent_id == user.id:
            return {}
        if user.has_group(MANAGER) and values.get("manager_id") == user.id:
            return {}
        if not user.has_group(SUPERVISOR):
            return {
                "agent_id": self.env._(
                    "You can import clients of your own only. "
                    "Ask your supervisor to import this one."
                )
            }
        if user not in self._import_team(values).user_id:
            return {"agent_id": self.env._("This agent is in none of your teams.")}
        return {}

    @api.model
    def _import_team(self, values):
        """Return the team that the new archive would belong to."""
        if team_id := values.get("team_id"):
            return self.env["crm.team"].browse(team_id)
        agent = self.env["res.users"].browse(values["agent_id"])
        # superuser: as when the archive is created, membership of the agent counts
        return agent.sudo().crm_team_ids[:1]

    @api.model
    def _import_duplicates(self, rows, keys, problems):
        """Refuse rows that repeat a client of the file or of the archive."""
        on_file = self._import_keys_on_file(keys)
        first_rows = self._import_earlier_keys()
        for key, found, (number, _values) in zip(keys, problems, rows, strict=True):
            if not key:
                continue
            if key in first_rows:
                found["phone"] = self.env._(
                    "Row %s of this file has the same name and phone.", first_rows[key]
                )
            elif key in on_file:
                # neutral: it may be the client of another agent
                found["phone"] = self.env._(
                    "A client with this name and phone is already on file."
                )
            first_rows.setdefault(key, number)

    @api.model
    def _import_key(self, values, phone):
        """Return what makes a client the same: company, name and phone."""
        if not values.get("name") or not phone:
            return None
        company = self._import_company(values)
        return company.id, self._import_name_key(values["name"]), phone

    @api.model
    def _import_name_key(self, name):
        return person_name.normalize(organization_name.normalize(name)).casefold()

    @api.model
    def _import_earlier_keys(self):
        """Return the clients of earlier steps of this import: {key: row number}."""
        report = self._import_report()
        first_rows = {}
        for number, (name, phone) in report.earlier("name", "phone") if report else ():
            values = {"name": name}
            _problem, phone = self._phone_checked(phone, self._import_country(values))
            key = self._import_key(values, phone)
            if key:
                first_rows.setdefault(key, number)
        return first_rows

    @api.model
    def _import_keys_on_file(self, keys):
        """Return which of these clients have an archive, whoever may open it."""
        companies = Counter(key[0] for key in keys if key)
        if not companies:
            return set()
        self.env["res.partner"].flush_model(["name", "phone_sanitized"])
        self.flush_model(["partner_id", "company_id", "state"])
        # plain SQL: whether a client is on file must be known across all agents; the
        # answer is used for nothing but a neutral message
        found = self.env.execute_query(
            SQL(
                """
                SELECT archive.company_id, partner.name, partner.phone_sanitized
                  FROM insurance_archive AS archive
                  JOIN res_partner AS partner ON partner.id = archive.partner_id
                 WHERE archive.state <> 'destroyed'
                   AND archive.company_id = ANY(%s)
                   AND partner.phone_sanitized = ANY(%s)
                """,
                list(companies),
                list({key[2] for key in keys if key}),
            )
        )
        return {
            (company_id, self._import_name_key(name), phone)
            for company_id, name, phone in found
        }
