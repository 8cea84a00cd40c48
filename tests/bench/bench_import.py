"""Import 10,000 clients, 1 % of them bad, against the same rows as plain contacts.

An archive is a record more than a contact, and every row is checked: for rules of
entry, for the right agent, for duplicates in the file and on file.
"""

import harness

ROWS = 10_000
STEP = 2_000  # as the importer's screen sends them
FAMILY = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许"
GIVEN = "明华建国秀英丽芳伟强敏静磊洋艳勇军杰涛超"
CONTACT = ["name", "phone", "email", "city", "street"]
CLIENT = [*CONTACT, "client_kind", "birth_date", "credit_code", "agent_id"]


def good_rows(agent):
    for number in range(ROWS):
        family = FAMILY[number % 20]
        given = GIVEN[number // 20 % 20] + GIVEN[number // 400 % 20]
        yield [
            family + given,
            f"139{number:08}",
            f"client{number}@example.com",
            "上海市",
            f"世纪大道{number}号",
            "individual",
            f"19{60 + number % 40}-0{1 + number % 9}-1{number % 10}",
            "",
            agent,
        ]


def spoil(rows):
    """Make every hundredth row bad, in one of eight ways."""
    ways = (
        lambda row: {0: row[0][0] + "先生"},
        lambda row: {1: "12"},
        lambda row: {6: "2999-01-01"},
        lambda row: {5: "enterprise", 0: "上海江畔贸易有限公司", 7: "91"},
        lambda row: dict(enumerate(rows[10][:2])),
        lambda row: {0: "欧阳明慧", 1: "13812345678"},
        lambda row: {8: ""},
        lambda row: {5: "alien"},
    )
    for turn, number in enumerate(range(99, ROWS, 100)):
        for column, value in ways[turn % len(ways)](rows[number]).items():
            rows[number][column] = value


def load(model, fields, rows):
    """Load as the importer does, step by step; return how many came in."""
    count = 0
    for start in range(0, len(rows), STEP):
        result = model.load(fields, rows[start : start + STEP])
        model.env.flush_all()
        count += len(result["ids"] or [])
    return count


def main():
    env = harness.environment()
    env["res.company"].search([]).country_id = env.ref("base.cn")
    agent = env["res.users"].search([("login", "=", "agent")])
    supervisor = env["res.users"].search([("login", "=", "supervisor")])
    env["insurance.archive"].create(
        {"name": "欧阳明慧", "phone": "13812345678", "agent_id": agent.id}
    )
    env.cr.commit()
    rows = list(good_rows(agent.name))
    spoil(rows)
    context = {"tracking_disable": True, "import_file": True}
    user_env = env(user=supervisor.id, context=context)
    taken = {}

    def run(model, fields, data):
        with env.cr.savepoint() as savepoint:
            taken[model] = load(user_env[model], fields, data)
            savepoint.rollback()
        env.invalidate_all()

    contacts = [row[: len(CONTACT)] for row in rows]
    for row in contacts:
        row[0] = row[0] or "Nobody"
    result = harness.compare(
        f"import {ROWS} clients",
        baseline=lambda: run("res.partner", CONTACT, contacts),
        subject=lambda: run("insurance.archive", CLIENT, rows),
        rounds=3,
        warmup=0,
        limit=4,
    )
    env.cr.close()
    result.note = (
        f"{taken['insurance.archive']} came in, "
        f"{ROWS - taken['insurance.archive']} refused; plain contacts against them"
    )
    harness.report(__file__, [result])


if __name__ == "__main__":
    main()
