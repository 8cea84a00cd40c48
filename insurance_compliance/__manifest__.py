{
    "name": "Insurance Compliance",
    "version": "19.0.1.0.0",
    "category": "Sales/Insurance",
    "summary": "Applications, grants, consent and sharing for client archives",
    "author": "Insurance Client Archive maintainers",
    "license": "LGPL-3",
    "depends": ["insurance_client_archive"],
    "data": [
        "security/ir.model.access.csv",
        "security/rules.xml",
        "views/menus.xml",
    ],
    "demo": [
        "demo/demo_compliance.xml",
    ],
}
