import {_t} from "@web/core/l10n/translation";

import {Component} from "@odoo/owl";

const ROWS = 3;
/** More persons than this have no room in a row of the map. */
const IN_A_ROW = 3;
/** Where rows, and persons in a row, lie: in per cent, by how many there are. */
const HEIGHTS = {1: [50], 2: [28, 72], 3: [16, 50, 84]};
const SPREAD = {1: [50], 2: [25, 75], 3: [17, 50, 83]};

/** The client and the persons around it, with what they are insured for. */
export class PortraitHousehold extends Component {
    static template = "insurance_client_archive.PortraitHousehold";
    static props = {household: Object, open: Function};

    get rows() {
        const {client, persons} = this.props.household;
        const centre = {...client, id: 0, row: 1, household: true, isClient: true};
        return [...Array(ROWS).keys()]
            .map((row) => [centre, ...persons].filter((person) => person.row === row))
            .filter((row) => row.length);
    }

    get isMap() {
        return this.rows.every((persons) => persons.length <= IN_A_ROW);
    }

    get nodes() {
        return this.rows.flatMap((persons, row) =>
            persons.map((person, number) => ({
                ...person,
                x: SPREAD[persons.length]?.[number],
                y: HEIGHTS[this.rows.length][row],
            }))
        );
    }

    /** From the client to each person. */
    get lines() {
        const client = this.nodes.find(({isClient}) => isClient);
        return this.nodes
            .filter(({isClient}) => !isClient)
            .map((person) => ({...person, fromX: client.x, fromY: client.y}));
    }

    get more() {
        return _t("%s more on the page “Related persons”", this.props.household.more);
    }

    products(cover) {
        return cover.map(({product, sum}) => `${product}: ${sum}`).join("\n");
    }
}
