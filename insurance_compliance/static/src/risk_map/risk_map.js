import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {KeepLast} from "@web/core/utils/concurrency";
import {useService} from "@web/core/utils/hooks";
import {Layout} from "@web/search/layout";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";

import {Component, onWillStart, useRef, useState} from "@odoo/owl";

const MODEL = "insurance.risk";
/** How far each key goes: [rows, columns]. */
const MOVES = {
    ArrowUp: [-1, 0],
    ArrowDown: [1, 0],
    ArrowLeft: [0, -1],
    ArrowRight: [0, 1],
};

/** Likelihood against impact: how many risks stand where, each number to be opened. */
export class RiskMap extends Component {
    static template = "insurance_compliance.RiskMap";
    static components = {Layout};
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.keepLast = new KeepLast();
        this.display = {controlPanel: {}};
        this.table = useRef("table");
        this.state = useState({
            map: null,
            phase: "after",
            threat: "",
            stage: "",
            mine: false,
            // the one cell that the tab key reaches
            row: 0,
            column: 0,
        });
        onWillStart(() => this.load());
    }

    get filters() {
        const {threat, stage, mine} = this.state;
        return [threat || false, stage || false, mine];
    }

    async load() {
        const map = this.orm.call(MODEL, "heat_map", this.filters);
        this.state.map = await this.keepLast.add(map);
    }

    async narrow(name, value) {
        this.state[name] = value;
        await this.load();
    }

    get phases() {
        return [
            ["before", _t("Without controls")],
            ["after", _t("With controls")],
        ];
    }

    levelLabel(code) {
        return this.state.map.levels.find((level) => level.code === code).label;
    }

    cellLabel(row, cell) {
        return _t("%(likelihood)s × %(impact)s, %(level)s: %(number)s risks", {
            likelihood: row.label,
            impact: cell.label,
            level: this.levelLabel(cell.level),
            number: cell[this.state.phase],
        });
    }

    onKeydown(ev, row, column) {
        const move = MOVES[ev.key];
        if (!move) {
            return;
        }
        ev.preventDefault();
        const last = this.state.map.rows.length - 1;
        this.state.row = Math.min(last, Math.max(0, row + move[0]));
        this.state.column = Math.min(last, Math.max(0, column + move[1]));
        const place = `${this.state.row}:${this.state.column}`;
        this.table.el.querySelector(`[data-place="${place}"]`).focus();
    }

    async open(phase, likelihood, impact) {
        const args = [phase, likelihood, impact, ...this.filters];
        this.action.doAction(await this.orm.call(MODEL, "action_open_cell", args));
    }
}

registry.category("actions").add("insurance_risk_map", RiskMap);
