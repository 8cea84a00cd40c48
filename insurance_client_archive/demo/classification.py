"""What follows from the classes: ways of handling claims, a round to be started."""


def load_classification(loader):
    # claims were reported before anybody was classified
    loader.env["insurance.claim"].search([])._set_handling()
    loader.make(
        "insurance.reclassification",
        "demo_round",
        [
            {
                "name": "重疾险新费率",
                "cause": "product",
                "reason": "重疾险费率上调后，保障需求的分数线需要重新计算。",
            }
        ],
    )
