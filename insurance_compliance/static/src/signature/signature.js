import {
    SealedField,
    sealedField,
} from "@insurance_client_archive/sealed_field/sealed_field";
import {
    SignatureField,
    signatureField,
} from "@web/views/fields/signature/signature_field";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";

const MASK_CHARACTER = "•";

/** A signature pad for a sealed field: what is sealed is a mask and no picture. */
export class PadSignature extends SignatureField {
    static template = "insurance_compliance.PadSignature";

    get isSealed() {
        return (this.value || "").startsWith(MASK_CHARACTER);
    }

    get signLabel() {
        return this.value ? _t("Sign again") : _t("Sign here");
    }
}

registry.category("fields").add("pad_signature", {
    ...signatureField,
    component: PadSignature,
    displayName: _t("Signature pad"),
    supportedTypes: ["char"],
});

/** The picture of a sealed signature, shown for a while by the eye. */
export class SealedSignature extends SealedField {
    static template = "insurance_compliance.SealedSignature";

    get picture() {
        return `data:image/png;base64,${this.state.text}`;
    }
}

registry.category("fields").add("sealed_signature", {
    ...sealedField,
    component: SealedSignature,
    displayName: _t("Sealed signature"),
});
