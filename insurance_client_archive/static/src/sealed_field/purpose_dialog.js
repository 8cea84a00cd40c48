import {Component, useState} from "@odoo/owl";
import {Dialog} from "@web/core/dialog/dialog";
import {_t} from "@web/core/l10n/translation";
import {useAutofocus} from "@web/core/utils/hooks";

// for this page only: the next value is most often opened for the same purpose
let lastPurpose = {code: "", text: ""};

/** Asks what client data are needed for. */
export class PurposeDialog extends Component {
    static template = "insurance_client_archive.PurposeDialog";
    static components = {Dialog};
    static props = {
        label: String,
        confirmLabel: {type: String, optional: true},
        purposes: Array,
        onConfirm: Function,
        close: Function,
    };

    setup() {
        const known = this.props.purposes.some(({code}) => code === lastPurpose.code);
        this.state = useState(known ? {...lastPurpose} : {code: "", text: ""});
        useAutofocus({refName: "purpose"});
    }

    get confirmLabel() {
        return this.props.confirmLabel || _t("Show");
    }

    get needsText() {
        const {code} = this.state;
        return this.props.purposes.some(
            (item) => item.code === code && item.needs_text
        );
    }

    get isComplete() {
        return this.state.code && (!this.needsText || this.state.text.trim());
    }

    confirm() {
        if (!this.isComplete) {
            return;
        }
        lastPurpose = {...this.state};
        this.props.onConfirm({...this.state});
        this.props.close();
    }
}
