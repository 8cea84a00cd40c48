from odoo import models

from .insurance_policy_life import IN_FORCE

#: persons that a map can show; the page of related persons lists all
MAP_PERSONS = 12
#: rows of the map, from above: those who came before, the same age, those after
ROW_OF_RELATION = {
    "parent": 0,
    "grandparent": 0,
    "guardian": 0,
    "legal_representative": 0,
    "beneficial_owner": 0,
    "spouse": 1,
    "sibling": 1,
}
LAST_ROW = 2
FIELDS_OF_PERSON = ["name", "relation", "birth_date", "in_household", "contact_id"]


class InsuranceArchive(models.Model):
    """The persons around a client, with what they are insured for."""

    _inherit = "insurance.archive"

    def _portrait_household(self):
        Person = self._readable("insurance.related.person", FIELDS_OF_PERSON)
        if Person is None:
            return False
        mine = [("archive_id", "=", self.id)]
        # those who live with the client come first
        persons = Person.search_fetch(
            mine, FIELDS_OF_PERSON, order="in_household desc, id", limit=MAP_PERSONS
        )
        covers = self._cover_by_person()
        archives = self._archives_of(persons.contact_id)
        return {
            "client": {
                "name": self.partner_id.display_name,
                "age": self.age or False,
                "cover": covers is not None and covers.get(False, []),
            },
            "persons": [
                {
                    "id": person.id,
                    "name": person.name,
                    "relation": person._portrait_relation(),
                    "row": ROW_OF_RELATION.get(person.relation, LAST_ROW),
                    "age": person.birth_date and person.age,
                    "household": person.in_household,
                    "cover": covers is not None and covers.get(person.id, []),
                    "archive": archives.get(person.contact_id.id, False),
                }
                for person in persons
            ],
            "known_cover": covers is not None,
            # nobody expects an organisation to insure its owners
            "expect_cover": self.client_kind == "individual",
            "more": max(0, Person.search_count(mine) - len(persons))
            if len(persons) == MAP_PERSONS
            else 0,
        }

    def _cover_by_person(self):
        """Return {related person: [cover]}, the client under False; None is closed."""
        Insured = self._readable(
            "insurance.policy.insured", ["person_kind", "related_person_id"]
        )
        names = ["product_id", "sum_insured", "state"]
        if Insured is None or self._readable("insurance.policy", names) is None:
            return None
        covers = {}
        insured = Insured.search_fetch(
            [("archive_id", "=", self.id), ("policy_id.state", "in", IN_FORCE)],
            ["person_kind", "related_person_id", "policy_id"],
        )
        insured.policy_id.fetch(names)
        for person in insured:
            if person.person_kind == "listed":
                continue
            key = person.person_kind == "related" and person.related_person_id.id
            covers.setdefault(key, []).append(
                {
                    "product": person.policy_id.product_id.display_name,
                    "sum": self._portrait_amount(person.policy_id.sum_insured),
                }
            )
        return covers

    def _archives_of(self, contacts):
        """Return {contact: archive}, of those that the user may open."""
        if not contacts:
            return {}
        archives = self.sudo(False).search_fetch(
            [("partner_id", "in", contacts.ids)], ["partner_id"]
        )
        return {archive.partner_id.id: archive.id for archive in archives}


class InsuranceRelatedPerson(models.Model):
    _inherit = "insurance.related.person"

    def _portrait_relation(self):
        labels = dict(self._fields["relation"]._description_selection(self.env))
        return labels.get(self.relation, "")
