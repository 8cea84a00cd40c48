import {expect, test} from "@odoo/hoot";
import {press, queryOne} from "@odoo/hoot-dom";
import {advanceTime} from "@odoo/hoot-mock";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {
    contains,
    defineModels,
    fields,
    mockService,
    models,
    mountView,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import {browser} from "@web/core/browser/browser";

const SECRET = "11010519491231002X";

class Archive extends models.Model {
    _name = "insurance.archive";
    id_number = fields.Char({string: "ID number"});
    _records = [{id: 1, id_number: "••••••002X"}];
}

defineMailModels();
defineModels([Archive]);

function answer({allowed = true, application = false, seconds = 5} = {}) {
    onRpc("reveal_terms", () => ({
        allowed,
        application,
        purposes: [{code: "claim", name: "Claim", needs_text: false}],
        seconds,
        step_up: false,
    }));
    onRpc("reveal", ({args}) => {
        expect.step(`reveal ${args[2]}`);
        return {id_number: SECRET};
    });
}

async function open() {
    await mountView({
        resModel: "insurance.archive",
        resId: 1,
        type: "form",
        arch: `<form><field name="id_number" widget="sealed"/></form>`,
    });
}

async function reveal() {
    await contains(".o_insurance_sealed_eye").click();
    await contains(".o_insurance_purpose select").select("claim");
    await contains(".o_insurance_purpose_confirm").click();
}

test("a sealed value is a mask that a screen reader can say", async () => {
    await open();
    expect(".o_insurance_sealed_mask").toHaveText(/••••••002X/);
    expect(".o_insurance_sealed_mask .visually-hidden").toHaveText(
        "Sealed, ends with 002X"
    );
    expect(".o_insurance_sealed_eye").toHaveAttribute("aria-label", "Show ID number");
});

test("the eye shows the value for a while", async () => {
    answer({seconds: 3});
    await open();
    await reveal();
    expect.verifySteps(["reveal claim"]);
    expect(".o_insurance_sealed_value").toHaveText(SECRET);
    expect(".o_insurance_sealed_eye").toHaveAttribute("aria-pressed", "true");
    await advanceTime(4000);
    expect(".o_insurance_sealed_value").toHaveCount(0);
    expect(queryOne(".o_form_view").textContent).not.toInclude(SECRET);
});

test("a shown value makes nothing to save", async () => {
    answer();
    await open();
    await reveal();
    expect.verifySteps(["reveal claim"]);
    expect(".o_form_status_indicator_buttons.invisible").toHaveCount(1);
});

test("who may not open it gets no dialog", async () => {
    answer({allowed: false});
    await open();
    await contains(".o_insurance_sealed_eye").click();
    expect(".o_insurance_purpose").toHaveCount(0);
    expect(".o_notification").toHaveText(/Ask compliance for access/);
    expect.verifySteps([]);
});

test("who may apply for access is led to the application", async () => {
    answer({allowed: false, application: {res_model: "insurance.application"}});
    mockService("action", {
        doAction: (action) => expect.step(action.res_model),
    });
    await open();
    await contains(".o_insurance_sealed_eye").click();
    expect(".o_notification").toHaveCount(0);
    expect.verifySteps(["insurance.application"]);
});

test("a copy is recorded before it is made", async () => {
    answer();
    onRpc("log_copy", ({args}) => {
        expect.step(`log_copy ${args[1]} ${args[2]}`);
        return true;
    });
    patchWithCleanup(browser.navigator.clipboard, {
        writeText: async (text) => expect.step(`clipboard ${text}`),
    });
    await open();
    await reveal();
    await contains(".o_insurance_sealed_copy").click();
    expect.verifySteps([
        "reveal claim",
        "log_copy id_number claim",
        `clipboard ${SECRET}`,
    ]);
});

test("the keyboard opens and a screen reader is told", async () => {
    answer();
    await open();
    await contains(".o_insurance_sealed_eye").focus();
    await contains(".o_insurance_sealed_eye").press("Enter");
    expect(".o_insurance_purpose select").toBeFocused();
    await contains(".o_insurance_purpose select").select("claim");
    await press("Enter");
    await contains(".o_insurance_sealed_value").focus();
    expect.verifySteps(["reveal claim"]);
    expect(".o_insurance_sealed_value").toBeFocused();
    expect(".o_insurance_sealed [role=status]").toHaveText("ID number is shown");
    await press("Tab");
    expect(".o_insurance_sealed_eye").toBeFocused();
    expect(".o_insurance_sealed_value").toHaveCount(1);
});

test("a new value is typed in place of the mask", async () => {
    onRpc("web_save", ({args}) => {
        expect.step(args[1].id_number);
    });
    await open();
    await contains(".o_insurance_sealed_pencil").click();
    expect(".o_insurance_sealed input").toHaveValue("");
    await contains(".o_insurance_sealed input").edit("440524188001010014");
    await contains(".o_form_button_save").click();
    expect.verifySteps(["440524188001010014"]);
});

test("escape leaves the sealed value as it is", async () => {
    await open();
    await contains(".o_insurance_sealed_pencil").click();
    await contains(".o_insurance_sealed input").press("Escape");
    expect(".o_insurance_sealed input").toHaveCount(0);
    expect(".o_insurance_sealed_mask").toHaveCount(1);
});
