"""Who belongs to the demo clients: families, guardians, representatives, owners."""

OTHER = {"male": "female", "female": "male"}


def invent_persons(inventor, client):
    """Return the values of the client's related persons."""
    if client.stage == "collecting" and inventor.chance(0.6):
        return []
    by_audience = {
        "individual": _family,
        "child": _guardians,
        "enterprise": _company_people,
        "group": _group_people,
    }
    return by_audience[client.audience](inventor, client)


def _family(inventor, client):
    persons = []
    if client.archive.get("marital_status") == "married":
        persons.append(_spouse(inventor, client))
    if persons and client.age >= 28:
        persons += _children(inventor, client)
    if client.age < 50 and inventor.chance(0.35):
        persons.append(_parent(inventor, client, inventor.gender()))
    return persons


def _spouse(inventor, client):
    return _person(
        inventor,
        "spouse",
        OTHER[client.gender],
        max(22, client.age + inventor.randint(-4, 4)),
        phone=inventor.mobile(),
    )


def _children(inventor, client):
    surname = client.surname if client.gender == "male" else None
    children = []
    for number in range(inventor.choices((0, 1, 2), (20, 50, 30))[0]):
        age = client.age - inventor.randint(25, 27) - 4 * number
        if age < 0:
            break
        child = _person(
            inventor,
            "child",
            inventor.gender(),
            age,
            # all children bear the name of their father, whom we may just have met
            surname=surname or inventor.surname(),
        )
        surname = surname or child["name"][:-2]
        child["in_household"] = age < 23
        children.append(child)
    return children


def _parent(inventor, client, gender, **values):
    return _person(
        inventor,
        values.pop("relation", "parent"),
        gender,
        client.age + inventor.randint(23, 31),
        surname=client.surname if gender == "male" else None,
        phone=inventor.mobile(),
        **values,
    )


def _guardians(inventor, client):
    return [
        _parent(inventor, client, "female", relation="guardian", note="母亲"),
        _parent(inventor, client, "male", in_household=True),
    ]


def _company_people(inventor, client):
    first = inventor.choice((100, 70, 60, 51))
    owners = [_owner(inventor, first)]
    if first < 100:
        owners.append(_owner(inventor, 100 - first))
    representative = {**owners[0], "relation": "legal_representative", "ownership": 0}
    return [representative, *owners, _contact(inventor, "人事部")]


def _group_people(inventor, client):
    return [_contact(inventor, "秘书处")]


def _owner(inventor, share):
    person = _person(
        inventor, "beneficial_owner", inventor.gender(), inventor.randint(35, 62)
    )
    return {**person, "ownership": share}


def _contact(inventor, note):
    return _person(
        inventor,
        "contact_person",
        inventor.gender(),
        inventor.randint(26, 50),
        phone=inventor.mobile(),
        note=note,
    )


def _person(inventor, relation, gender, age, surname=None, **values):
    return {
        "name": inventor.person_name(gender, surname, child=age < 18),
        "relation": relation,
        "gender": gender,
        "birth_date": inventor.birth_date(age, age),
        **values,
    }
