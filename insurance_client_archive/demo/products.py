"""The insurance products of the demo: rows of products.csv, which tell more than Odoo
keeps of a product."""

from .tables import read_table


def load_products(demo):
    """Return the rows of products.csv with the products that they describe."""
    rows = read_table("products.csv")
    data = [
        {
            "xml_id": f"{demo.module}.{row['id']}",
            "values": {
                "name": row["name"],
                "type": "service",
                "purchase_ok": False,
                "is_insurance": True,
                "insurance_category_id": demo.ref(
                    f"product_category_{row['category']}"
                ).id,
            },
            "noupdate": True,
        }
        for row in rows
    ]
    products = demo.env["product.template"]._load_records(data)
    return [
        {
            **row,
            "record_id": product.id,
            "term": int(row["term"]),
            "payment_years": int(row["payment_years"]),
            "renewable": bool(row["renewable"]),
        }
        for row, product in zip(rows, products, strict=True)
    ]
