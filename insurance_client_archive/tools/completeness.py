"""How complete a client's record is: required things, weighed.

Rules say what is required of whom; facts say what is on file. No database here.
"""

from typing import NamedTuple

COMPLETE = 100


class Rule(NamedTuple):
    """One required thing: a field, a paper or a related person."""

    id: int
    stage: str
    client_kind: str  # empty: any kind
    categories: frozenset  # empty: whatever the client insures
    condition: str
    what: str  # field, paper or person
    key: object  # field name, kind of paper or relation
    weight: int


class Facts(NamedTuple):
    """What is on file about one client."""

    client_kind: str
    conditions: frozenset  # the conditions that hold for this client
    categories: frozenset
    fields: frozenset  # names of the fields that have a value
    papers: frozenset
    persons: frozenset  # relations of the persons on file


def applies(rule, facts):
    """Tell whether the rule asks anything of this client."""
    return (
        (not rule.client_kind or rule.client_kind == facts.client_kind)
        and rule.condition in facts.conditions
        and (not rule.categories or not rule.categories.isdisjoint(facts.categories))
    )


def is_met(rule, facts):
    """Tell whether what the rule asks for is on file."""
    if rule.what == "field":
        return rule.key in facts.fields
    if rule.what == "paper":
        return rule.key in facts.papers
    return rule.key in facts.persons


def missing(rules, facts):
    """Return the rules that apply and are not met."""
    return [rule for rule in rules if applies(rule, facts) and not is_met(rule, facts)]


def score(rules, facts):
    """Return 0 to 100; 100 exactly when nothing is missing."""
    asked = [rule for rule in rules if applies(rule, facts)]
    total = sum(rule.weight for rule in asked)
    if not total:
        return COMPLETE
    met = sum(rule.weight for rule in asked if is_met(rule, facts))
    return COMPLETE * met // total
