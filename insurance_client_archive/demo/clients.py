"""Who the demo clients are: values of contacts and of archives, without a database."""

from dataclasses import dataclass, field
from datetime import date

from . import words
from .places import City

#: how far the archives have come, in per cent
STAGES = {"collecting": 18, "entered": 27, "filed": 55}

#: audiences of products, by the kind of client
MARKETS = {
    "individual": ("individual", "any"),
    "enterprise": ("enterprise", "organisation", "any"),
    "group": ("group", "organisation"),
}


@dataclass
class Client:
    kind: str
    city: City
    stage: str
    age: int | None = None
    partner: dict = field(default_factory=dict)
    archive: dict = field(default_factory=dict)

    @property
    def name(self):
        return self.partner["name"]

    @property
    def gender(self):
        return self.archive.get("gender")

    @property
    def birth_date(self) -> date:
        return self.archive.get("birth_date")

    @property
    def audience(self):
        """Return who is spoken to: the kind of client, or the parents of a child."""
        return "child" if self.age is not None and self.age < 18 else self.kind

    def may_buy(self, product):
        """Tell whether a row of products.csv is meant for such a client."""
        return product["audience"] in MARKETS[self.kind]

    @property
    def surname(self):
        compound = self.name[:2] in words.SURNAMES
        return self.name[: 2 if compound else 1]


def invent_client(inventor, kind, city):
    stage = inventor.choices(list(STAGES), STAGES.values())[0]
    partner = {
        "street": inventor.street(city),
        "zip": inventor.post_code(city),
        "city": city.name,
    }
    client = Client(kind, city, stage, partner=partner)
    {"individual": _person, "enterprise": _enterprise, "group": _group}[kind](
        inventor, client
    )
    client.archive.update(_intent(inventor, client.audience))
    client.archive["key_client"] = inventor.chance(0.1)
    if stage == "collecting":
        _leave_gaps(inventor, client)
    return client


def _person(inventor, client):
    gender = inventor.gender()
    birth_date = inventor.birth_date(*_age_range(inventor))
    client.age = age = inventor.age(birth_date)
    client.archive = {
        "gender": gender,
        "birth_date": birth_date,
        "marital_status": _marital_status(inventor, age),
    }
    client.partner.update(
        name=inventor.person_name(gender, child=age < 18),
        phone=inventor.landline(client.city) if age > 70 else inventor.mobile(),
        street2=inventor.flat(),
    )
    if age >= 18:
        _add_email(inventor, client.partner)
    client.archive.update(_work(inventor, client))


def _work(inventor, client):
    if client.age < 7:
        return {"occupation": words.CHILD}
    if client.age < 22:
        return {"occupation": words.STUDENT}
    if client.age > 60:
        return {"occupation": words.RETIRED}
    if inventor.chance(0.05):
        return {"occupation": words.HOMEMAKER}
    employer, occupations = inventor.choice(list(words.EMPLOYERS.items()))
    place = client.city.name.removesuffix("市")
    return {
        "employer": employer.format(city=place),
        "occupation": inventor.choice(occupations.split()),
    }


def _age_range(inventor):
    return inventor.choices(
        [(2, 13), (19, 27), (28, 39), (40, 54), (55, 64), (65, 80)],
        [3, 12, 36, 32, 12, 5],
    )[0]


def _marital_status(inventor, age):
    if age < 24:
        return "single"
    if age > 68 and inventor.chance(0.4):
        return "widowed"
    married, divorced = (0.55, 0.03) if age < 32 else (0.85, 0.06)
    draw = inventor.random()
    if draw < married:
        return "married"
    return "divorced" if draw < married + divorced else "single"


def _enterprise(inventor, client):
    industry, trade = inventor.choice(words.TRADES)
    client.partner.update(
        name=inventor.trade_name(client.city, trade),
        phone=inventor.landline(client.city),
        is_company=True,
    )
    _add_email(inventor, client.partner)
    client.archive = {
        "credit_code": inventor.credit_code(client.city),
        "industry": industry,
        "established_on": inventor.day_ago(400, 9000),
        "headcount": inventor.choice((12, 26, 45, 80, 120, 260, 540)),
    }


def _group(inventor, client):
    industry, body = inventor.choice(words.GROUPS)
    place = client.city.name.removesuffix("市")
    district = inventor.choice(client.city.districts.split())
    client.partner.update(
        name=f"{place}{district}{inventor.surname()}家桥{body}",
        phone=inventor.landline(client.city),
        is_company=True,
    )
    _add_email(inventor, client.partner)
    client.archive = {
        "industry": industry,
        "established_on": inventor.day_ago(900, 9000),
        "headcount": inventor.randint(30, 900),
    }


def _intent(inventor, audience):
    level = inventor.choices(["none", "low", "medium", "high"], [10, 25, 40, 25])[0]
    values = {"intent_level": level}
    if level != "none":
        values["intent_note"] = inventor.choice(words.NEEDS[audience])
        budget = 500 * inventor.randint(4, 40)
        values["intent_budget"] = (
            10 * budget if audience in ("enterprise", "group") else budget
        )
    return values


def _add_email(inventor, partner):
    if inventor.chance(0.85):
        digits = partner["phone"].replace(" ", "")[-8:]
        partner["email"] = f"client{digits}@example.com"


def _leave_gaps(inventor, client):
    """Take away what an agent has not asked yet."""
    for name in ("street", "street2", "zip"):
        client.partner.pop(name, None)
    missing = ("occupation", "marital_status", "intent_budget", "established_on")
    for name in inventor.sample(missing, 2):
        client.archive.pop(name, None)
