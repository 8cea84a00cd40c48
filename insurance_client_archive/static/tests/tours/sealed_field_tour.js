import {registry} from "@web/core/registry";

const field = (name) => `.o_field_widget[name=${name}]`;
const chooseClaim = [
    {trigger: ".o_insurance_purpose select", run: "select claim"},
    {trigger: ".o_insurance_purpose_confirm:enabled", run: "click"},
];

registry.category("web_tour.tours").add("insurance_sealed_field", {
    steps: () => [
        {
            content: "the ID number is masked",
            trigger: `${field("id_number")} .o_insurance_sealed_mask:contains(••••••002X)`,
        },
        {
            trigger: `${field("id_number")} .o_insurance_sealed_eye`,
            run: "click",
        },
        ...chooseClaim,
        {
            content: "it is shown for a while",
            trigger: `${field("id_number")} .o_insurance_sealed_value:contains(11010519491231002X)`,
        },
        {trigger: `${field("id_number")} .o_insurance_sealed_countdown:contains(s)`},
        {
            content: "the record itself still holds the mask; hide it",
            trigger: `${field("id_number")} .o_insurance_sealed_eye[aria-pressed=true]`,
            run: "click",
        },
        {trigger: `${field("id_number")} .o_insurance_sealed_mask`},
        {trigger: ".o_notebook .nav-link[name=finance]", run: "click"},
        {
            content: "health asks for the password",
            trigger: `${field("health_notice")} .o_insurance_sealed_eye`,
            run: "click",
        },
        {
            content: "the purpose is remembered",
            trigger: ".o_insurance_purpose_confirm:enabled",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=password] input",
            run: "edit test agent",
        },
        {trigger: ".modal button[name=run_check]", run: "click"},
        {
            trigger: `${field("health_notice")} .o_insurance_sealed_value:contains(canary-7316)`,
        },
        {
            content: "turning to another field masks it",
            trigger: `${field("annual_income")} .o_insurance_sealed_pencil`,
            run: "click",
        },
        {trigger: `${field("health_notice")} .o_insurance_sealed_mask`},
        {
            content: "a new value is typed",
            trigger: `${field("annual_income")} input`,
            run: "edit 50万",
        },
        {trigger: `${field("total_assets")} .o_insurance_sealed_mask`, run: "click"},
        {trigger: ".o_form_button_save", run: "click"},
        {
            content: "and sealed",
            trigger: `${field("annual_income")} .o_insurance_sealed_mask`,
        },
        {trigger: `.o_form_saved ${field("income_band")}`},
    ],
});

registry.category("web_tour.tours").add("insurance_find_by_number", {
    steps: () => [
        {
            trigger: "[data-menu-xmlid='insurance_client_archive.menu_clients']",
            run: "click",
        },
        {
            trigger: "[data-menu-xmlid='insurance_client_archive.menu_find_by_number']",
            run: "click",
        },
        {
            trigger: ".o_insurance_find input",
            run: "edit 440524188001010014",
        },
        {trigger: ".o_insurance_find_button", run: "click"},
        {trigger: ".o_insurance_find .alert"},
        {
            trigger: ".o_insurance_find input",
            run: "edit 110105 19491231 002x",
        },
        {trigger: ".o_insurance_find_button", run: "click"},
        {trigger: `${field("name")} :value(张伟), ${field("name")}:contains(张伟)`},
    ],
});

registry.category("web_tour.tours").add("insurance_sealed_contact", {
    steps: () => [
        {trigger: ".o_notebook .nav-link[name=insurance]", run: "click"},
        {
            trigger: `${field("insurance_id_number")} .o_insurance_sealed_mask:contains(002X)`,
        },
        {
            trigger: `${field("insurance_id_number")} .o_insurance_sealed_eye`,
            run: "click",
        },
        ...chooseClaim,
        {
            trigger: `${field("insurance_id_number")} .o_insurance_sealed_value:contains(11010519491231002X)`,
        },
    ],
});
