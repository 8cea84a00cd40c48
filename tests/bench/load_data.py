"""Two databases of the same size for bench_load.py: with our addon, and without."""

import datetime
import itertools

PASSWORD = "load"
FAMILY = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许"
GIVEN = "明华建国秀英丽芳伟强敏静磊洋艳勇军杰涛超"
BATCH = 200
FIRST_BIRTH = datetime.date(1960, 1, 1)


def make_users(env, count, groups):
    """Make users who can log in; return their ids."""
    users = env["res.users"].create(
        [
            {
                "name": f"Load {number}",
                "login": f"load{number}",
                # the others get its hash: to make one takes longer than all the rest
                **({} if number else {"password": PASSWORD}),
                "group_ids": [(6, 0, [env.ref(group).id for group in groups])],
            }
            for number in range(count)
        ]
    )
    env.flush_all()
    env.cr.execute(
        "UPDATE res_users SET password = first.password FROM res_users first"
        " WHERE first.id = %s AND res_users.id = ANY(%s)",
        [users[0].id, users.ids],
    )
    return users.ids


def contact(number):
    given = GIVEN[number // 20 % 20] + GIVEN[number // 400 % 20]
    return {
        "name": FAMILY[number % 20] + given,
        "phone": f"139{number:08}",
        "email": f"client{number}@example.com",
        "city": "上海市",
        "street": f"世纪大道{number}号",
    }


def make_contacts(env, count, user_ids):
    owners = itertools.cycle(user_ids)
    rows = [
        {**contact(number), "user_id": next(owners), "vat": f"{number:018}"}
        for number in range(count)
    ]
    _create(env["res.partner"], rows)


def make_archives(env, count, user_ids):
    from odoo.addons.insurance_client_archive.tools import resident_id

    owners = itertools.cycle(user_ids)
    rows = []
    for number in range(count):
        birth_date = FIRST_BIRTH + datetime.timedelta(days=number)
        rows.append(
            {
                **contact(number),
                "agent_id": next(owners),
                "client_kind": "individual",
                "birth_date": birth_date,
                "id_number": resident_id.make_resident_id("310115", birth_date, 2),
                "annual_income": str(100_000 + number),
                "health_notice": "Nothing to report",
            }
        )
    _create(env["insurance.archive"], rows)


def _create(model, rows):
    model = model.with_context(tracking_disable=True)
    for start in range(0, len(rows), BATCH):
        model.create(rows[start : start + BATCH])
        model.env.cr.commit()
        model.env.invalidate_all()
