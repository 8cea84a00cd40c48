import {DomainSelector} from "@web/core/domain_selector/domain_selector";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {DomainField, domainField} from "@web/views/fields/domain/domain_field";

import {onWillStart} from "@odoo/owl";

/** Offers only what rules may ask for; the server refuses everything else. */
export class RuleConditionSelector extends DomainSelector {
    setup() {
        super.setup();
        this.orm = useService("orm");
        onWillStart(async () => {
            const paths = await this.orm
                .cache()
                .call("insurance.match.rule", "allowed_paths", []);
            this.allowed = paths[this.props.resModel];
        });
    }

    /** Whether a path that may be used is this one, or goes on from here. */
    leadsToAllowed(name, path) {
        const here = path ? `${path}.${name}` : name;
        return this.allowed.some((one) => one === here || one.startsWith(`${here}.`));
    }

    getDefaultCondition(fieldDefs) {
        const first =
            this.props.resModel === "product.template"
                ? {path: "insurance_grade", operator: "in", value: []}
                : {path: "age", operator: ">=", value: 0};
        return {...super.getDefaultCondition(fieldDefs), ...first};
    }

    getPathEditorInfo(resModel, defaultCondition) {
        const info = super.getPathEditorInfo(resModel, defaultCondition);
        return {
            ...info,
            extractProps: (args) => ({
                ...info.extractProps(args),
                filter: (field, path) => this.leadsToAllowed(field.name, path),
                showDebugInput: false,
            }),
        };
    }
}

export class RuleConditionField extends DomainField {
    static components = {
        ...DomainField.components,
        DomainSelector: RuleConditionSelector,
    };

    addCondition() {
        const products = this.getResModel() === "product.template";
        this.update(
            products ? `[("insurance_grade", "=", "p1")]` : `[("age", ">=", 18)]`
        );
        this.state.folded = false;
    }

    /** Counted by the server: who writes rules opens no client. */
    async checkProps(props = this.props) {
        const domain = this.getEvaluatedDomain(props);
        if (domain.isInvalid) {
            this.updateState({isValid: false, recordCount: 0, hasLimitedCount: false});
            return;
        }
        const found = await this.orm.silent.call(
            "insurance.match.rule",
            "try_condition",
            [props.name, domain]
        );
        this.updateState({
            isValid: found.valid,
            recordCount: found.count,
            hasLimitedCount: false,
        });
    }

    onButtonClick() {
        if (this.getResModel() === "product.template") {
            super.onButtonClick(...arguments);
        }
    }
}

registry.category("fields").add("insurance_rule_condition", {
    ...domainField,
    component: RuleConditionField,
});
