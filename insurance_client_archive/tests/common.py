from itertools import count

from odoo import fields
from odoo.tests import TransactionCase, new_test_user

MODULE = "insurance_client_archive"


class ArchiveCase(TransactionCase):
    """Two teams, one user a role, and a client of the first agent.

    team A: supervisor ── agent (client "张伟"), manager
    team B:               agent2
    """

    #: running numbers for what must be unique
    numbers = count(1)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # one day for all: else the hour of the test decides what "today" is
        context = dict(cls.env.context, tracking_disable=True, tz="UTC")
        cls.env = cls.env(context=context)
        cls.env.ref("base.user_root").tz = "UTC"  # scheduled actions
        cls.env.company.country_id = cls.env.ref("base.cn")
        # where another language was loaded first, English is none of those in use
        cls.env["res.lang"]._activate_lang("en_US")
        # what a complete record holds has tests of its own: here nothing is required
        cls.env["insurance.requirement"].search([]).active = False
        cls.agent = cls._user("agent")
        cls.agent2 = cls._user("agent2", role="agent")
        cls.manager = cls._user("manager")
        cls.supervisor = cls._user("supervisor")
        cls.department = cls._user("department")
        cls.department_head = cls._user("head", role="department_head")
        cls.archivist = cls._user("archivist")
        cls.compliance = cls._user("compliance")
        cls.insurance_admin = cls._user("insadmin", role="admin")
        cls.accountant = new_test_user(
            cls.env,
            "test accountant",
            groups="base.group_user,base.group_partner_manager,base.group_allow_export",
            lang="en_US",
        )
        cls.outsiders = cls.accountant | cls.agent2 | cls.insurance_admin
        cls.team_a = cls._team("Team A", cls.agent | cls.manager, cls.supervisor)
        cls.team_b = cls._team("Team B", cls.agent2)
        cls.archive = cls._archive(name="张伟", manager_id=cls.manager.id)
        cls.partner = cls.archive.partner_id

    @classmethod
    def _user(cls, name, role=None):
        groups = f"base.group_user,{MODULE}.group_{role or name}"
        return new_test_user(cls.env, f"test {name}", groups, lang="en_US")

    @classmethod
    def _portal_user(cls, login, partner):
        """Return a login of the portal that belongs to a client."""
        return new_test_user(
            cls.env,
            login,
            groups="base.group_portal",
            partner_id=partner.id,
            name=partner.name,
            lang="en_US",
        )

    @classmethod
    def _team(cls, name, members, leader=False):
        return cls.env["crm.team"].create(
            {
                "name": name,
                "user_id": leader and leader.id,
                "member_ids": [(6, 0, members.ids)],
            }
        )

    @classmethod
    def _archive(cls, **values):
        """Return a new archive; by default an individual client of the agent."""
        return cls.env["insurance.archive"].create(
            {
                "name": "李秀英",
                "phone": "13800138000",
                "country_id": cls.env.ref("base.cn").id,
                "agent_id": cls.agent.id,
                "team_id": cls.team_a.id,
                **values,
            }
        )

    @classmethod
    def _product(cls, category=None, **values):
        """Return a new insurance product; by default a term life insurance."""
        category = category or cls.env.ref(f"{MODULE}.product_category_term_life")
        return cls.env["product.template"].create(
            {
                "name": "Term life 20",
                "type": "service",
                "is_insurance": True,
                "insurance_category_id": category.id,
                **values,
            }
        )

    @classmethod
    def _policy(cls, **values):
        """Return a new application of the agent's client that could be issued."""
        if "product_id" not in values:
            values["product_id"] = cls._product().id
        values.setdefault("term_years", 20)
        values.setdefault("payment_years", values["term_years"])
        return cls.env["insurance.policy"].create(
            {
                "archive_id": cls.archive.id,
                "number": f"P{next(cls.numbers):06}",
                "start_date": fields.Date.today(),
                "premium": 1000,
                "sum_insured": 500_000,
                **values,
            }
        )
