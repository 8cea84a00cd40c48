"""Build the demo clients, in the order in which they need each other."""

from passlib.hash import pbkdf2_sha512

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command

from .churn import load_churn
from .claims import load_claims
from .classification import load_classification
from .clients import STAGES, invent_client
from .feedback import load_feedback
from .households import invent_persons
from .inspections import load_inspections
from .inventor import Inventor
from .learning import load_learning
from .opportunities import load_opportunities
from .places import CITIES
from .policies import load_policies
from .products import load_products
from .quality import load_completeness, load_verifications
from .refresh import load_refresh
from .secrets import invent_sealed
from .segments import load_segments
from .services import load_services
from .talks import invent_interactions, read_talks
from .wording import load_wording

MODULE = "insurance_client_archive"

SALES = (
    "agent",
    "agent2",
    "agent3",
    "agent4",
    "manager",
    "supervisor",
    "supervisor2",
)

KINDS = ("individual", "enterprise", "group")

#: agent, team, and how many individuals, enterprises and groups they look after
PORTFOLIOS = (
    ("demo_user_agent", "demo_team_shanghai", 48, 9, 4),
    ("demo_user_agent4", "demo_team_shanghai", 26, 4, 1),
    ("demo_user_agent2", "demo_team_hangzhou", 50, 10, 4),
    ("demo_user_agent3", "demo_team_guangzhou", 44, 9, 3),
)


def load(env):
    if env.ref(f"{MODULE}.demo_client_1", raise_if_not_found=False):
        return  # demo data can be asked for again on a database that has them
    env = env(context={**env.context, "tracking_disable": True})
    _move_company_to_china(env)
    set_passwords(env)
    _begin_at_clients(env)
    DemoLoader(env).load()


def _move_company_to_china(env):
    company = env.ref("base.main_company")
    company.country_id = env.ref("base.cn")
    try:
        with env.cr.savepoint():
            company.currency_id = env.ref("base.CNY")
    except UserError:
        # it has entries in its currency already: then the demo is in that one
        return


def _begin_at_clients(env):
    """Open the clients after the login of those whose daily work they are."""
    clients = env.ref(f"{MODULE}.insurance_archive_action")
    for login in SALES:
        env.ref(f"{MODULE}.demo_user_{login}").action_id = clients.id


def set_passwords(env, module=MODULE):
    """Make the password of each demo user of an addon the login."""
    users = env["res.users"].browse(
        env["ir.model.data"]
        .search([("module", "=", module), ("model", "=", "res.users")])
        .mapped("res_id")
    )
    # full strength takes most of a second each and protects nothing here; Odoo
    # replaces the hash by a strong one at the first login
    hashing = pbkdf2_sha512.using(rounds=1000)
    for user in users:
        # not by write: a policy on length would refuse a password like the login
        users._set_encrypted_password(user.id, hashing.hash(user.login))
    # not in the file: it is refused while the groups of a new user are not known yet
    users.notification_type = "inbox"


class DemoLoader:
    """Create what the builders invent, each kind of record in one batch."""

    module = MODULE

    def __init__(self, env):
        self.env = env
        self.inventor = Inventor(fields.Date.today())
        # of its own, so that what is sealed changes nothing else
        self.sealed_inventor = Inventor(fields.Date.today(), seed=21)
        self.products = []

    def load(self):
        self.products = load_products(self)
        entries = self._load_clients()
        self._load_persons(entries)
        self._load_interactions(entries)
        load_policies(self, entries)
        load_claims(self)
        load_opportunities(self, entries)
        load_completeness(self, entries)
        self._move_on(entries)
        load_verifications(self, entries)
        load_feedback(self, entries)
        load_segments(self, entries)
        load_learning(self, entries)
        load_services(self, entries)
        load_churn(self)
        load_refresh(self, entries)
        load_wording(self)
        load_classification(self)

    def make(self, model, name, values_list):
        """Create records whose external ids are ``name`` and a running number."""
        return self.env[model]._load_records(
            [
                {
                    "xml_id": f"{MODULE}.{name}_{number}",
                    "values": values,
                    "noupdate": True,
                }
                for number, values in enumerate(values_list, start=1)
            ]
        )

    def ref(self, name):
        return self.env.ref(name if "." in name else f"{MODULE}.{name}")

    def _load_clients(self):
        """Return the archives with the clients that they are about."""
        clients = [
            (client, agent, team)
            for agent, team, *numbers in PORTFOLIOS
            for client in self._portfolio(CITIES[team], numbers)
        ]
        partners = self.make(
            "res.partner",
            "demo_partner",
            [self._partner_values(client) for client, *_owner in clients],
        )
        archives = self.make(
            "insurance.archive",
            "demo_client",
            [
                self._archive_values(partner, *client)
                for partner, client in zip(partners, clients, strict=True)
            ],
        )
        return [
            (archive, client)
            for archive, (client, *_owner) in zip(archives, clients, strict=True)
        ]

    def _portfolio(self, cities, numbers):
        for kind, number in zip(KINDS, numbers, strict=True):
            for _number in range(number):
                yield invent_client(self.inventor, kind, self.inventor.choice(cities))

    def _partner_values(self, client):
        return {
            **client.partner,
            "state_id": self.ref(client.city.province).id,
            "country_id": self.ref("base.cn").id,
        }

    def _archive_values(self, partner, client, agent, team):
        values = {**client.archive}
        if industry := values.pop("industry", None):
            values["industry_id"] = self.ref(f"base.res_partner_industry_{industry}").id
        if occupation := values.pop("occupation", None):
            values["occupation_id"] = self.ref(f"occupation_{occupation}").id
        if client.kind == "individual" and client.stage != "collecting":
            values["nationality_id"] = self.ref("base.cn").id
        if client.archive["intent_level"] != "none":
            values["intent_category_ids"] = [
                Command.set(self._wanted_categories(client))
            ]
        if values["key_client"]:
            values["manager_id"] = self.ref("demo_user_manager").id
        return {
            **values,
            **invent_sealed(self.sealed_inventor, client),
            "partner_id": partner.id,
            "client_kind": client.kind,
            "agent_id": self.ref(agent).id,
            "team_id": self.ref(team).id,
        }

    def _wanted_categories(self, client):
        names = {row["category"] for row in self.products if client.may_buy(row)}
        wanted = self.inventor.sample(sorted(names), self.inventor.randint(1, 2))
        return [self.ref(f"product_category_{name}").id for name in wanted]

    def _load_persons(self, entries):
        self.make(
            "insurance.related.person",
            "demo_person",
            [
                {**person, "archive_id": archive.id}
                for archive, client in entries
                for person in invent_persons(self.inventor, client)
            ],
        )

    def _load_interactions(self, entries):
        talks = read_talks()
        self.make(
            "insurance.interaction",
            "demo_interaction",
            [
                {**talk, "archive_id": archive.id, "user_id": archive.agent_id.id}
                for archive, client in entries
                for talk in invent_interactions(self.inventor, client, talks)
            ],
        )

    def _move_on(self, entries):
        """Take the archives as far as they have come, by the steps users take."""
        Archive = self.env["insurance.archive"]
        stages = {
            stage: Archive.union(
                *(archive for archive, client in entries if client.stage == stage)
            )
            for stage in STAGES
        }
        (stages["entered"] | stages["filed"]).action_enter()
        archivist = self.ref("demo_user_archivist")
        for agent, archives in stages["filed"].grouped("agent_id").items():
            archives.with_user(archivist)._file(
                {
                    "storage_place": f"A{agent.id % 9 + 1}-{len(archives):02}",
                    "storage_medium": "both",
                }
            )
        load_inspections(self, stages["filed"], archivist)
