// Odoo's JavaScript: modules under static/src and static/tests.
import globals from "globals";
import js from "@eslint/js";

export default [
    js.configs.recommended,
    {
        files: ["**/static/**/*.js"],
        languageOptions: {
            ecmaVersion: 2024,
            sourceType: "module",
            globals: {...globals.browser, odoo: "readonly", owl: "readonly", luxon: "readonly"},
        },
        rules: {
            "no-unused-vars": ["error", {argsIgnorePattern: "^_"}],
            "no-console": "error",
            "no-shadow": "error",
            "no-var": "error",
            "prefer-const": "error",
            eqeqeq: "error",
            complexity: ["error", 16],
        },
    },
];
