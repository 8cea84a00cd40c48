import {Component} from "@odoo/owl";
import {SignatureDialog} from "@web/core/signature/signature_dialog";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";
import {useService} from "@web/core/utils/hooks";

const LABELS = {
    declaration: _t("Client signs the declaration"),
    insistence: _t("Client insists and signs"),
    confirmation: _t("Client confirms and signs"),
};

/**
 * A button for the next signature that a recommendation needs. What the client draws
 * goes to the server in one call: it stays neither in the record nor in the browser.
 */
export class SignField extends Component {
    static template = "insurance_product_match.SignField";
    static props = {...standardFieldProps};

    setup() {
        this.dialog = useService("dialog");
        this.orm = useService("orm");
    }

    get kind() {
        return (this.props.record.data[this.props.name] || "").split(",")[0];
    }

    get label() {
        return LABELS[this.kind];
    }

    async onClick() {
        const record = this.props.record;
        if (!(await record.save())) {
            return;
        }
        const {display_name: clientName} = record.data.partner_id || {};
        this.dialog.add(SignatureDialog, {
            defaultName: clientName || "",
            nameAndSignatureProps: {mode: "draw", displaySignatureRatio: 3},
            uploadSignature: (signature) => this.sign(signature),
        });
    }

    async sign({name, signatureImage}) {
        const record = this.props.record;
        const picture = signatureImage.split(",")[1];
        await this.orm.call(record.resModel, "action_sign", [
            [record.resId],
            this.kind,
            picture,
            name,
        ]);
        await record.load();
    }
}

registry.category("fields").add("insurance_sign", {
    component: SignField,
    displayName: _t("Signature of the client"),
    supportedTypes: ["char"],
    fieldDependencies: [{name: "partner_id", type: "many2one"}],
});
