import {registry} from "@web/core/registry";

const cell = (place) => `.o_insurance_risk_table button[data-cell="${place}"]`;

// from the map, by the keyboard, to the risk that stands there
registry.category("web_tour.tours").add("insurance_risk_map", {
    steps: () => [
        {trigger: ".o_insurance_risk_table"},
        {
            content: "Without controls it stands at the top right",
            trigger: "button[data-phase=before]",
            run: "click",
        },
        {trigger: "button[data-phase=before].active"},
        {trigger: `${cell("5:5")}:not(.o_insurance_risk_empty)`},
        {trigger: "select[name=threat]", run: "select physical"},
        {trigger: "select[name=stage]", run: "select transmit"},
        {trigger: `${cell("5:5")} b:contains(1)`},
        {trigger: "button[data-phase=after]", run: "click"},
        {
            content: "With controls it stands at the bottom left",
            trigger: `${cell("1:1")} b:contains(1)`,
        },
        {
            content: "Each cell says its level in words",
            trigger: `${cell("1:1")} .o_insurance_risk_word`,
        },
        {
            content: "An empty cell opens nothing, and takes the keyboard",
            trigger: `${cell("5:1")}[tabindex="0"]`,
            run: "click",
        },
        {trigger: `${cell("5:1")}:focus`, run: "press ArrowDown"},
        {trigger: `${cell("4:1")}:focus`, run: "press ArrowDown"},
        {trigger: `${cell("3:1")}:focus`, run: "press ArrowDown"},
        {trigger: `${cell("2:1")}:focus`, run: "press ArrowDown"},
        {trigger: `${cell("1:1")}:focus`, run: "press Enter"},
        {trigger: ".o_list_view .o_data_row:contains(Test risk)"},
    ],
});
