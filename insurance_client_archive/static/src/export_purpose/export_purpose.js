import {_t} from "@web/core/l10n/translation";
import {download} from "@web/core/network/download";
import {rpc} from "@web/core/network/rpc";
import {registry} from "@web/core/registry";
import {user} from "@web/core/user";
import {patch} from "@web/core/utils/patch";
import {PurposeDialog} from "../sealed_field/purpose_dialog";

const OURS = "insurance";

/** Asks the user; set when the web client starts. */
let ask = null;

/**
 * Client data leave the screen for a stated purpose only. The server asks for it, too:
 * this is how a user in the browser says it.
 */
export const exportPurposeService = {
    dependencies: ["dialog", "orm"],
    start(env, {dialog, orm}) {
        /** Resolves to undefined (nothing to ask), null (cancelled) or the purpose. */
        ask = async (method, args, texts) => {
            const purposes = await orm.call("insurance.purpose", method, args);
            if (!purposes.length) {
                return undefined;
            }
            return new Promise((resolve) =>
                dialog.add(
                    PurposeDialog,
                    {...texts, purposes, onConfirm: resolve},
                    {onClose: () => resolve(null)}
                )
            );
        };
        return {ask};
    },
};

registry.category("services").add("insurance_export_purpose", exportPurposeService);

function stated({code, text}) {
    return {insurance_purpose: code, insurance_purpose_text: text};
}

function mayShowClients(model, names) {
    return (
        model.startsWith(`${OURS}.`) || names.some((name) => name.includes(`${OURS}_`))
    );
}

function askForExport(model, names) {
    return ask("export_terms", [model, names], {
        label: _t("Export of client data"),
        confirmLabel: _t("Export"),
    });
}

/** Returns the options with the purpose in them, or null when the user cancels. */
async function withPurpose(options) {
    if (/^\/web\/export\/(csv|xlsx)$/.test(options.url)) {
        const asked = JSON.parse(options.data.data);
        const names = asked.fields.map(({name}) => name);
        if (!mayShowClients(asked.model, names)) {
            return options;
        }
        const purpose = await askForExport(asked.model, names);
        if (!purpose) {
            return purpose === null ? null : options;
        }
        asked.context = {...asked.context, ...stated(purpose)};
        return {...options, data: {...options.data, data: JSON.stringify(asked)}};
    }
    if (options.url === "/web/pivot/export_xlsx") {
        const {model} = JSON.parse(await options.data.data.text());
        if (!mayShowClients(model, [])) {
            return options;
        }
        const purpose = await askForExport(model, ["id"]);
        if (!purpose) {
            return purpose === null ? null : options;
        }
        return {...options, data: {...options.data, ...stated(purpose)}};
    }
    return options;
}

patch(download, {
    async _download(options) {
        const complete = ask && options.data ? await withPurpose(options) : options;
        // cancelled: nothing is downloaded, and nothing went wrong
        return complete && super._download(complete);
    },
});

/** Asks before a paper about clients is printed; shows it in a tab without a printer. */
async function reportHandler(action) {
    if (!ask || !action.report_name?.startsWith(`${OURS}_`)) {
        return false;
    }
    const purpose = await ask("print_terms", [action.report_name], {
        label: _t("Print of client data"),
        confirmLabel: _t("Print"),
    });
    if (purpose === undefined) {
        return false;
    }
    if (purpose === null) {
        return true;
    }
    action.context = {...action.context, ...stated(purpose)};
    if (action.report_type !== "qweb-html") {
        const printer = await rpc("/report/check_wkhtmltopdf");
        if (action.report_type === "qweb-text" || ["ok", "upgrade"].includes(printer)) {
            return false;
        }
    }
    const ids = (action.context.active_ids || []).join(",");
    const context = JSON.stringify({...user.context, ...stated(purpose)});
    const url = `/report/html/${action.report_name}/${ids}`;
    window.open(`${url}?context=${encodeURIComponent(context)}`, "_blank");
    return true;
}

registry
    .category("ir.actions.report handlers")
    .add("insurance_purpose", reportHandler, {sequence: 5});
