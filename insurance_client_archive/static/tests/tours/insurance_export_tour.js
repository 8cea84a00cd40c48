import {registry} from "@web/core/registry";

const exportAll = [
    {
        trigger: ".o_data_row:contains('张伟') .o_list_record_selector input",
        run: "click",
    },
    {
        trigger: ".o_control_panel .o_cp_action_menus button:contains('Actions')",
        run: "click",
    },
    {trigger: ".o-dropdown--menu .o-dropdown-item:contains('Export')", run: "click"},
    {trigger: ".modal .o_select_button:not([disabled])", run: "click"},
];

registry.category("web_tour.tours").add("insurance_export", {
    steps: () => [
        ...exportAll,
        {
            content: "Cancelled: nothing leaves, the list of fields stays",
            trigger: ".o_insurance_purpose",
        },
        {trigger: ".modal:has(.o_insurance_purpose) .btn-secondary", run: "click"},
        {
            trigger:
                "body:not(:has(.o_insurance_purpose)) .o_select_button:not([disabled])",
            run: "click",
        },
        {trigger: "#insurance_purpose", run: "selectByLabel Claim"},
        {
            trigger: ".o_insurance_purpose_confirm:contains('Export'):enabled",
            run: "click",
        },
        {
            trigger:
                "body:not(:has(.o_insurance_purpose)) .o_select_button:not([disabled])",
        },
    ],
});
