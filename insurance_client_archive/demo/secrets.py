"""What is sealed about the demo clients: numbers that pass all checks, of nobody."""

from ..tools import resident_id

NOTICES = (
    "无异常 · nothing to report",
    "高血压，服药控制 · hypertension, under medication",
    "2021年阑尾切除 · appendix removed in 2021",
    "二型糖尿病 · type 2 diabetes",
    "甲状腺结节，每年复查 · thyroid nodule, checked yearly",
)
GRADES = ("a", "b", "b", "c", "b")


def invent_sealed(inventor, client):
    """Return the sealed values of a client; organisations have an account alone."""
    values = {"bank_account": f"62220210{inventor.randrange(10**11):011}"}
    if client.kind != "individual":
        return values
    if client.stage == "collecting":
        return values if inventor.chance(0.3) else {}
    sequence = inventor.randrange(1, 499) * 2 + (client.gender == "male")
    values["id_number"] = resident_id.make_resident_id(
        client.city.region, client.birth_date, sequence
    )
    if client.age >= 18:
        income = inventor.randrange(6, 90) * 10000
        values["annual_income"] = str(income)
        values["total_assets"] = str(income * inventor.randrange(2, 15))
    draw = inventor.choices(range(len(NOTICES)), (60, 15, 10, 8, 7))[0]
    values["health_notice"], values["health_grade"] = NOTICES[draw], GRADES[draw]
    return values
