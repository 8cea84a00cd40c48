"""What the conditions of a rule may ask for, and the SQL that they become."""

from ast import literal_eval
from typing import NamedTuple

from odoo.fields import Domain
from odoo.tools import SQL, Query

#: classes and plain facts of the archive itself, beside the figures; nothing sealed
OF_ARCHIVE = (
    "client_type",
    "lifecycle_stage",
    "protection_need",
    "behaviour",
    "value_tier",
    "gender",
    "risk_tolerance",
    "occupation_id",
    "industry_id",
)
OF_PRODUCT = (
    "id",
    "insurance_category_id",
    "insurance_grade",
    "insurance_new_type",
    "insurance_min_age",
    "insurance_max_age",
    "insurance_sum_min",
    "insurance_sum_max",
    "insurance_term_years",
    "insurance_payment_years",
    "insurance_cooling_off_days",
    "insurance_category_id.line",
    "insurance_category_id.code",
    "insurance_category_id.client_kind",
    "insurance_category_id.cover_kind_id",
    "insurance_category_id.cover_kind_id.code",
    "insurance_category_id.cover_kind_id.indemnity",
)
OPERATORS = frozenset({"=", "!=", "in", "not in", "<", ">", "<=", ">="})
PLAIN = (str, int, float, bool)


class ConditionError(Exception):
    """A condition that can't be used; *code* says why, *detail* where."""

    def __init__(self, code, detail=""):
        super().__init__(code, detail)
        self.code = code
        self.detail = detail


class Side(NamedTuple):
    """What a condition is about: a model, and the paths that it may name."""

    model: str
    paths: tuple


def client_side(env):
    """Return what may be asked of clients: figures, and facts of the archive."""
    figures = env["insurance.client.feature"]._feature_fields()
    facts = env["insurance.archive"]._fields
    paths = [f"archive_id.{name}" for name in OF_ARCHIVE if name in facts]
    return Side("insurance.client.feature", (*figures, *paths))


def product_side(env):
    names = env["product.template"]._fields
    return Side(
        "product.template",
        tuple(path for path in OF_PRODUCT if path.partition(".")[0] in names),
    )


def parse(env, side, text):
    """Return the domain of a condition, or raise what is wrong with it.

    Whatever is stored, only paths of the side and plain values pass.
    """
    try:
        domain = Domain(literal_eval(text or "[]"))
        conditions = list(domain.iter_conditions())
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError) as error:
        raise ConditionError("syntax", text) from error
    for condition in conditions:
        if condition.field_expr not in side.paths:
            raise ConditionError("field", condition.field_expr)
        if condition.operator not in OPERATORS:
            raise ConditionError("operator", condition.operator)
        value = condition.value
        many = isinstance(value, (list, tuple, set, frozenset))
        for single in value if many else (value,):
            if not isinstance(single, PLAIN):
                raise ConditionError("value", condition.field_expr)
    try:
        domain.validate(env[side.model].sudo())  # only whether the fields exist
    except (ValueError, NotImplementedError) as error:
        raise ConditionError("syntax", text) from error
    return domain


def to_sql(env, side, text, sources=None):
    """Return a condition as SQL over the side's own table, never NULL.

    :param sources: {model: the rows to look at, instead of those of its table}
    """

    def follow(condition):
        return _follow(condition, sources or {})

    domain = parse(env, side, text).map_conditions(follow)
    # superuser: who may see the client is asked where the rows are chosen
    model = env[side.model].sudo().with_context(active_test=False)
    return SQL("COALESCE(%s, FALSE)", _domain_sql(model, domain))


def _follow(condition, sources):
    """Let a path look at the one record it leads to, by its id."""
    name, _dot, rest = condition.field_expr.partition(".")
    if not rest:
        return condition
    inner = Domain(rest, condition.operator, condition.value).map_conditions(
        lambda condition: _follow(condition, sources)
    )

    def to_sql(model, alias, query):
        target = model.env[model._fields[name].comodel_name]
        # not EXISTS: that is worked out for the whole table at once
        return SQL(
            "COALESCE((SELECT %s FROM %s AS %s WHERE %s = %s), FALSE)",
            _domain_sql(target, inner),
            sources.get(target._name, SQL.identifier(target._table)),
            SQL.identifier(target._table),
            SQL.identifier(target._table, "id"),
            SQL.identifier(alias, name),
        )

    return Domain.custom(to_sql=to_sql)


def _domain_sql(model, domain):
    domain = domain.optimize_full(model)
    if domain.is_true():
        return SQL("TRUE")
    if domain.is_false():
        return SQL("FALSE")
    query = Query(model.env, model._table, model._table_sql)
    return domain._to_sql(model, model._table, query)
