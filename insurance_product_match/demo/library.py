"""The product library of the demo: terms, tables, sources, reviews, analyses."""

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.fields import Command

from odoo.addons.insurance_client_archive.demo.loader import set_passwords

from .library_rates import payment_rates
from .library_words import Words, read_table

MODULE = "insurance_product_match"
ARCHIVE = "insurance_client_archive"
CHECKED = dict.fromkeys(
    (
        "covers_checked",
        "premiums_checked",
        "conditions_checked",
        "exclusions_checked",
        "grade_checked",
        "wording_checked",
    ),
    True,
)
#: share of a year's premium by payment mode
FACTORS = {"yearly": 1, "half_yearly": 0.52, "quarterly": 0.265, "monthly": 0.09}


def load_library(env):
    if env.ref(f"{MODULE}.demo_product_participating", raise_if_not_found=False):
        return
    set_passwords(env, MODULE)
    LibraryLoader(env).load()


class LibraryLoader:
    """Enter products as the editor, approve them as the specialist."""

    def __init__(self, env):
        self.env = env
        self.today = fields.Date.today()
        self.words = Words()
        self.editor = env.ref(f"{MODULE}.demo_user_producteditor")
        self.specialist = env.ref(f"{MODULE}.demo_user_specialist")
        self.regions = {
            state.code: state.id
            for state in env["res.country.state"].search(
                [("country_id", "=", env.ref("base.cn").id)]
            )
        }

    def load(self):
        rows = read_table("library.csv")
        products = [self._enter(number, row) for number, row in enumerate(rows)]
        for number, (product, row) in enumerate(zip(products, rows, strict=True)):
            self._approve(number, product, row["stage"])
        self._analyse(zip(products, rows, strict=True))
        self._note()

    def as_user(self, user, model):
        # as superuser, so that reviews and analyses may be of days gone by
        return self.env[model].with_user(user).sudo()

    def _enter(self, number, row):
        values = self._values(number, row)
        known = self.env.ref(f"{ARCHIVE}.{row['id']}", raise_if_not_found=False)
        if known:
            known.with_user(self.editor).sudo().write(values)
            return known
        return self.as_user(self.editor, "product.template")._load_records(
            [
                {
                    "xml_id": f"{MODULE}.{row['id']}",
                    "values": {
                        **values,
                        "name": row["name"],
                        "type": "service",
                        "purchase_ok": False,
                        "is_insurance": True,
                    },
                    "noupdate": True,
                }
            ]
        )

    def _values(self, number, row):
        category = self.env.ref(f"{ARCHIVE}.product_category_{row['category']}")
        line, benefit = category.line, row["type"] or "ordinary"
        scheme = "property" if line in ("property", "liability") else "life"
        long_term = int(row["term"]) != 1
        text = self.words.of
        cautions = [text("cautions_of_type", benefit), text("cautions", line)]
        return {
            "insurance_category_id": category.id,
            "default_code": f"{category.code}-{number + 1:03}",
            "insurance_new_type": benefit,
            "insurance_grade": row["grade"] or False,
            "insurance_grade_scheme_id": self.env.ref(
                f"{MODULE}.grade_scheme_{scheme}"
            ).id,
            "insurance_filing_number": f"示例〔{self.today.year - 2}〕{number + 101}号",
            "insurance_on_sale_from": self.today
            - relativedelta(months=30 - number % 9),
            "insurance_min_age": int(row["lowest_age"] or 0),
            "insurance_max_age": int(row["highest_age"] or 150),
            "insurance_gender": row["gender"] or "any",
            "insurance_max_occupation_class": row["occupation"] or False,
            "insurance_min_health_grade": row["health"] or False,
            "insurance_region_ids": [Command.set(self._regions(row["regions"]))],
            "insurance_sum_min": float(row["lowest"]),
            "insurance_sum_max": float(row["highest"]),
            "insurance_sum_step": float(row["step"] or 0),
            "insurance_term_years": int(row["term"]),
            "insurance_payment_years": int(row["payment"]),
            "insurance_cooling_off_days": 20 if long_term and scheme == "life" else 0,
            "insurance_summary": row["summary"],
            "insurance_suitable_persons": text("suitable", line),
            "insurance_exclusions": text("exclusions", line),
            "insurance_claim_flow": text("claims", line),
            "insurance_cautions": "\n".join(filter(None, cautions)),
            "insurance_surrender_text": text("surrender", "long")
            if long_term and scheme == "life"
            else False,
            "insurance_mode_ids": self._modes(row, long_term),
            "insurance_cover_ids": [
                Command.create(self._cover(cover)) for cover in row["covers"].split(";")
            ],
            "insurance_premium_ids": [
                Command.create(
                    {**rate, "valid_from": self.today - relativedelta(years=3)}
                )
                for rate in payment_rates(row)
            ],
            "insurance_fact_ids": self._facts(number),
        }

    def _regions(self, codes):
        names = {"310000": "SH", "330000": "ZJ", "440000": "GD"}
        wanted = [self.regions.get(names[code]) for code in codes.split("|") if code]
        return [region for region in wanted if region]

    def _modes(self, row, long_term):
        modes = list(FACTORS) if long_term else ["yearly"]
        commands = [
            Command.create({"mode": mode, "factor": FACTORS[mode]}) for mode in modes
        ]
        if row["other_payment"] == "0":
            commands.append(Command.create({"mode": "single", "factor": 1}))
        return commands

    def _cover(self, text):
        """Return the values of ``kind:percent:waiting`` or ``kind=amount:waiting``."""
        name, *figures = text.replace("=", ":=").split(":")
        values = {
            "cover_kind_id": self.env.ref(f"{MODULE}.cover_kind_{name}").id,
            "waiting_days": int(figures[1]),
        }
        if figures[0].startswith("="):
            return {**values, "basis": "fixed", "amount": float(figures[0][1:])}
        return {**values, "percent": float(figures[0])}

    def _facts(self, number):
        filing = f"示例〔{self.today.year - 2}〕{number + 101}号"
        collected_on = self.today - relativedelta(months=2 + number % 11)
        return [
            Command.create(
                {
                    "topic": topic,
                    "source_kind": kind,
                    "text": text,
                    "reference": f"{filing} {page}",
                    "collected_on": collected_on,
                    "user_id": self.editor.id,
                }
            )
            for page, (topic, kind, text) in enumerate(self.words.facts(), start=1)
        ]

    def _approve(self, number, product, stage):
        if stage == "draft":
            return
        product = product.with_user(self.editor).sudo()
        product.action_insurance_submit()
        if stage == "review":
            return
        months = 13 if stage == "overdue" else 1 + number % 11
        self.as_user(self.specialist, "insurance.product.review").create(
            {
                **CHECKED,
                "product_id": product.id,
                "date": self.today - relativedelta(months=months, days=number % 20),
                "findings": "条款、费率表、免责与告知书逐项核对，未见不一致。",
            }
        )
        if stage in ("stopped", "withdrawn"):
            self._move(product, "stopped", "新版本上市，按公司通知停止销售。")
        if stage == "withdrawn":
            self._move(product, "withdrawn", "备案已注销。")

    def _move(self, product, state, reason):
        product.write({"insurance_state": state, "insurance_state_reason": reason})

    def _analyse(self, entries):
        agents = [
            self.env.ref(f"{ARCHIVE}.demo_user_{login}")
            for login in ("agent", "agent2")
        ]
        authors = [*agents, self.editor, agents[0], self.editor]
        for number, (product, row) in enumerate(entries):
            # some are still missing: the screens show what that looks like
            texts = self.words.analyses(product.insurance_category_id.line)
            count = 3 if number % 12 == 7 else 5
            if row["stage"] != "approved":
                continue
            for position, text in enumerate(texts[:count]):
                self.as_user(authors[position], "insurance.diligence").create(
                    {
                        "product_id": product.id,
                        "kind": "information" if position < 3 else "product",
                        "date": self.today - relativedelta(days=9 + 31 * position),
                        "text": text.format(name=row["name"], rate=row["rate"]),
                    }
                )

    def _note(self):
        Note = self.as_user(self.editor, "insurance.market.note")
        for number, row in enumerate(read_table("library_notes.csv")):
            products = row.pop("products").split("|")
            Note.create(
                {
                    **row,
                    "product_ids": [Command.set(self._ids(products))],
                    "date": self.today - relativedelta(days=12 + 17 * number),
                    "user_id": self.editor.id,
                }
            )

    def _ids(self, names):
        return [
            (
                self.env.ref(f"{MODULE}.{name}", raise_if_not_found=False)
                or self.env.ref(f"{ARCHIVE}.{name}")
            ).id
            for name in names
        ]
