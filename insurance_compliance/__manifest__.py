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
        "data/insurance_parameter_data.xml",
        "data/insurance_access_policy_data.xml",
        "views/menus.xml",
        "views/insurance_access_policy_views.xml",
        "views/insurance_access_grant_views.xml",
    ],
    "demo": [
        "demo/demo_compliance.xml",
    ],
}
