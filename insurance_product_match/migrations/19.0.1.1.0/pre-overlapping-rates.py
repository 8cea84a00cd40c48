from odoo.exceptions import UserError
from odoo.tools import SQL

#: two rates for the same person on the same day, the older one first
PAIRS = SQL(
    """
    SELECT older.id, newer.id, older.product_id,
           older.rate = newer.rate AND older.age_from <= newer.age_from
           AND older.age_to >= newer.age_to AND older.gender IN (newer.gender, 'any')
      FROM insurance_product_premium older
      JOIN insurance_product_premium newer
        ON newer.product_id = older.product_id
       AND newer.term_years = older.term_years
       AND newer.payment_years = older.payment_years
       AND newer.valid_from = older.valid_from
       AND newer.id > older.id
       AND newer.age_from <= older.age_to
       AND newer.age_to >= older.age_from
       AND (newer.gender = older.gender OR 'any' IN (newer.gender, older.gender))
    """
)


def migrate(cr, version):
    """The database refuses overlapping rates now: two people could enter them at once.

    A rate that only says again what an older one says goes. Of two that contradict each
    other, the house has to choose.
    """
    cr.execute(PAIRS)
    pairs = cr.fetchall()
    repeated = [newer for _older, newer, _product, same in pairs if same]
    cr.execute("DELETE FROM insurance_product_premium WHERE id = ANY(%s)", [repeated])
    left = [
        (product, older, newer)
        for older, newer, product, _same in pairs
        if not {older, newer} & set(repeated)
    ]
    if left:
        rows = ", ".join(
            f"product {product}: rates {older} and {newer}"
            for product, older, newer in left[:20]
        )
        raise UserError(
            "Premium rates contradict each other. Delete one of each two in the tables "
            f"of the version that is installed, then upgrade again: {rows}"
        )
