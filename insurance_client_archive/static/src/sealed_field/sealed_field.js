import {
    Component,
    onWillUnmount,
    useEffect,
    useExternalListener,
    useRef,
    useState,
} from "@odoo/owl";
import {browser} from "@web/core/browser/browser";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {formatFloat} from "@web/core/utils/numbers";
import {standardFieldProps} from "@web/views/fields/standard_field_props";
import {PurposeDialog} from "./purpose_dialog";

const MASK_CHARACTER = "•";

/**
 * Shows the mask of a sealed value. The eye asks for a purpose and shows the value for
 * a while; it is kept in this component alone, never in the record. The pencil takes a
 * new value.
 */
export class SealedField extends Component {
    static template = "insurance_client_archive.SealedField";
    static props = {
        ...standardFieldProps,
        multiline: {type: Boolean, optional: true},
        recordField: {type: String, optional: true},
        target: {type: String, optional: true},
    };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.root = useRef("root");
        this.input = useRef("input");
        this.shown = useRef("shown");
        this.state = useState(this.masked);
        useExternalListener(window, "blur", () => this.mask());
        useExternalListener(document, "visibilitychange", () => this.mask());
        // another record, or a value that was saved: what was shown is gone
        useEffect(
            () => {
                this.mask();
                this.state.typing = false;
            },
            () => [this.props.record.resId, this.value]
        );
        useEffect(
            (typing) => typing && this.input.el?.focus(),
            () => [this.state.typing]
        );
        useEffect(
            (isShown) => isShown && this.shown.el?.focus(),
            () => [this.isShown]
        );
        onWillUnmount(() => this.mask());
    }

    get masked() {
        return {text: null, seconds: 0, purpose: "", typing: false};
    }

    get value() {
        return this.props.record.data[this.props.name] || "";
    }

    get label() {
        return this.props.record.fields[this.props.name].string;
    }

    /** A sealed value is there, and nothing new has been typed. */
    get isSealed() {
        return this.value.startsWith(MASK_CHARACTER);
    }

    get isShown() {
        return this.state.text !== null;
    }

    get isTyping() {
        return !this.props.readonly && (this.state.typing || !this.isSealed);
    }

    /** What a screen reader says instead of six dots. */
    get spokenMask() {
        const last = this.value.replaceAll(MASK_CHARACTER, "");
        return last ? _t("Sealed, ends with %s", last) : _t("Sealed");
    }

    get showLabel() {
        return _t("Show %s", this.label);
    }

    get hideLabel() {
        return _t("Hide %s", this.label);
    }

    get announcement() {
        return this.isShown ? _t("%s is shown", this.label) : "";
    }

    get target() {
        const {record, recordField, target, name} = this.props;
        if (!recordField) {
            return {model: record.resModel, id: record.resId, name};
        }
        return {
            model: record.fields[recordField].relation,
            id: record.data[recordField]?.id,
            name: target,
        };
    }

    async call(method, ...args) {
        const {model, id} = this.target;
        return this.orm.call(model, method, [[id], ...args]);
    }

    async onEye() {
        if (this.isShown) {
            return this.mask();
        }
        const terms = await this.call("reveal_terms", [this.target.name]);
        if (!terms.allowed) {
            return this.refuse(terms.application);
        }
        this.dialog.add(PurposeDialog, {
            label: this.label,
            purposes: terms.purposes,
            onConfirm: (purpose) => this.reveal(terms, purpose),
        });
    }

    refuse(application) {
        if (application) {
            return this.action.doAction(application);
        }
        this.notification.add(
            _t("You may not see this value. Ask compliance for access."),
            {
                type: "warning",
            }
        );
    }

    async reveal(terms, purpose) {
        if (terms.step_up) {
            await this.confirmIdentity();
        }
        const values = await this.call(
            "reveal",
            [this.target.name],
            purpose.code,
            purpose.text
        );
        this.show(values[this.target.name], purpose.code, terms.seconds);
    }

    /** Let Odoo ask for the password; whether it was right, the server knows. */
    async confirmIdentity() {
        const action = await this.call("action_confirm_identity");
        if (action?.res_model) {
            await new Promise((resolve) =>
                this.action.doAction(action, {onClose: resolve})
            );
        }
    }

    show(value, purpose, seconds) {
        const text =
            typeof value === "number" ? formatFloat(value) : value || _t("Empty");
        Object.assign(this.state, {text, seconds, purpose});
        this.timer = browser.setInterval(() => {
            this.state.seconds--;
            if (this.state.seconds <= 0) {
                this.mask();
            }
        }, 1000);
    }

    mask() {
        browser.clearInterval(this.timer);
        Object.assign(this.state, {text: null, seconds: 0, purpose: ""});
    }

    async onCopy() {
        const {text, purpose} = this.state;
        await this.call("log_copy", this.target.name, purpose);
        await browser.navigator.clipboard.writeText(text);
        this.notification.add(_t("Copied. The copy is recorded."), {type: "info"});
    }

    /** Masked again as soon as the user turns to something else. */
    onFocusOut(ev) {
        if (this.isShown && !this.root.el.contains(ev.relatedTarget)) {
            this.mask();
        }
    }

    onPencil() {
        this.mask();
        this.state.typing = true;
    }

    onInputChange(ev) {
        const typed = ev.target.value.trim();
        if (typed || !this.isSealed) {
            this.props.record.update({[this.props.name]: typed || false});
        }
    }

    onInputKeydown(ev) {
        if (ev.key === "Escape" && this.isSealed) {
            ev.stopPropagation();
            this.state.typing = false;
        }
    }

    onInputBlur(ev) {
        // nothing typed: the sealed value stays
        const leaves = !this.root.el.contains(ev.relatedTarget);
        if (leaves && this.isSealed && !ev.target.value.trim()) {
            this.state.typing = false;
        }
    }

    onRemove() {
        this.state.typing = false;
        this.props.record.update({[this.props.name]: false});
    }
}

export const sealedField = {
    component: SealedField,
    displayName: _t("Sealed value"),
    supportedTypes: ["char"],
    supportedOptions: [
        {label: _t("Several lines"), name: "multiline", type: "boolean"},
        {label: _t("Link to the record with the value"), name: "record", type: "field"},
        {label: _t("Name of the field there"), name: "field", type: "string"},
    ],
    extractProps: ({options}) => ({
        multiline: Boolean(options.multiline),
        recordField: options.record,
        target: options.field,
    }),
};

registry.category("fields").add("sealed", sealedField);
