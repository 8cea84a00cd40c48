from datetime import datetime, time, timedelta
from random import Random

from dateutil.relativedelta import relativedelta

from ..tools import credit_code
from . import words

MOBILE_PREFIXES = "130 133 135 136 137 138 139 150 158 177 186 188 189".split()


class Inventor(Random):
    """Invents people, organisations and dates: the same ones in every run.

    All dates are relative to ``today``, so that demo data never grow old.
    """

    def __init__(self, today, seed=20):
        super().__init__(seed)
        self.today = today
        self._taken = set()

    def chance(self, share):
        return self.random() < share

    def gender(self):
        return self.choice(("male", "female"))

    def surname(self):
        return self.choice(words.SURNAMES)

    def person_name(self, gender, surname=None, child=False):
        given_names = (words.CHILD_NAMES if child else words.GIVEN_NAMES)[gender]
        return self._new(lambda: (surname or self.surname()) + self.choice(given_names))

    def mobile(self):
        """Return a number that is valid but, by its four noughts, not in use."""
        prefix = self.choice(MOBILE_PREFIXES)
        return self._new(lambda: f"+86 {prefix} 0000 {self.randrange(10000):04}")

    def landline(self, city):
        start = f"+86 {city.area_code} {city.exchange}000"
        return self._new(lambda: f"{start} {self.randrange(10000):04}")

    def street(self, city):
        district, road = self.choice(city.districts.split()), self.choice(words.ROADS)
        return f"{district}{road}{self.randint(1, 388)}号"

    def flat(self):
        estate, floor = self.choice(words.ESTATES), self.randint(1, 18)
        return f"{estate}{self.randint(1, 24)}幢{floor}0{self.randint(1, 6)}室"

    def post_code(self, city):
        return f"{city.zip}{self.randint(0, 9)}00"

    def credit_code(self, city):
        """Return a code that passes all checks, of a company there is not."""
        organization = f"MA{self.randrange(10**6):06}"
        return credit_code.make_credit_code("9", "1", city.region, organization)

    def trade_name(self, city, trade):
        place = city.name.removesuffix("市")
        return self._new(lambda: f"{place}{self.choice(words.BRANDS)}{trade}有限公司")

    def birth_date(self, youngest, oldest):
        """Return a birth date of somebody who is that many years old today."""
        latest = self.today - relativedelta(years=youngest)
        earliest = self.today - relativedelta(years=oldest + 1) + timedelta(days=1)
        return earliest + timedelta(days=self.randint(0, (latest - earliest).days))

    def age(self, birth_date):
        return relativedelta(self.today, birth_date).years

    def number(self, start):
        """Return a running number as insurers print it on their papers."""
        return self._new(lambda: f"{start}{self.randrange(10**6):06}")

    def day_ago(self, least, most):
        return self.today - timedelta(days=self.randint(least, most))

    def moment_ago(self, least, most):
        """Return a moment within Chinese office hours, in UTC as Odoo keeps it."""
        day = self.day_ago(least, most)
        return datetime.combine(day, time(1)) + timedelta(
            minutes=5 * self.randrange(110)
        )

    def _new(self, invent):
        """Return what ``invent`` gives, asking again while it has been given before."""
        while (value := invent()) in self._taken:
            pass
        self._taken.add(value)
        return value
