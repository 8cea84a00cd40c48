{
    "name": "Insurance Product Match",
    "version": "19.0.1.0.0",
    "category": "Sales/Insurance",
    "summary": "Suitable products for a client: needs, matching, recommendation",
    "author": "Insurance Client Archive maintainers",
    "license": "LGPL-3",
    "depends": ["insurance_client_archive"],
    "data": [
        "security/groups.xml",
        "security/ir.model.access.csv",
        "data/insurance_cover_kind_data.xml",
        "views/menus.xml",
        "views/insurance_cover_kind_views.xml",
    ],
    "demo": [
        "demo/demo_match.xml",
    ],
}
