{
    "name": "Insurance Product Match",
    "version": "19.0.1.0.0",
    "category": "Sales/Insurance",
    "summary": "Suitable products for a client: needs, matching, recommendation",
    "author": "Insurance Client Archive maintainers",
    "license": "LGPL-3",
    "depends": ["insurance_client_archive"],
    "external_dependencies": {"python": ["numpy"]},
    "data": [
        "security/groups.xml",
        "security/ir.model.access.csv",
        "security/product_rules.xml",
        "data/insurance_grade_scheme_data.xml",
        "data/insurance_product_parameter_data.xml",
        "data/insurance_cover_kind_data.xml",
        "views/menus.xml",
        "views/insurance_cover_kind_views.xml",
        "views/insurance_product_review_views.xml",
    ],
    "demo": [
        "demo/demo_match.xml",
    ],
}
