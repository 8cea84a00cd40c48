import {DomainSelector} from "@web/core/domain_selector/domain_selector";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {DomainField, domainField} from "@web/views/fields/domain/domain_field";

import {onWillStart} from "@odoo/owl";

/** Offers only what clients may be chosen by; the server refuses everything else. */
export class ClientFilterSelector extends DomainSelector {
    setup() {
        super.setup();
        this.orm = useService("orm");
        onWillStart(async () => {
            this.allowed = new Set(
                await this.orm.cache().call("insurance.segment", "allowed_fields", [])
            );
        });
    }

    getDefaultCondition(fieldDefs) {
        return {...super.getDefaultCondition(fieldDefs), ...this.firstCondition};
    }

    get firstCondition() {
        return {path: "value_tier", operator: "in", value: ["high"]};
    }

    getPathEditorInfo(resModel, defaultCondition) {
        const info = super.getPathEditorInfo(resModel, defaultCondition);
        return {
            ...info,
            extractProps: (args) => ({
                ...info.extractProps(args),
                filter: (field) => this.allowed.has(field.name),
                followRelations: false,
                showDebugInput: false,
            }),
        };
    }
}

export class ClientFilterField extends DomainField {
    static components = {
        ...DomainField.components,
        DomainSelector: ClientFilterSelector,
    };

    addCondition() {
        this.update(`[("value_tier", "in", ["high"])]`);
        this.state.folded = false;
    }
}

registry.category("fields").add("insurance_client_filter", {
    ...domainField,
    component: ClientFilterField,
});
