import type { TraitDefinition } from "#contracts/definitions/trait.ts";
import type { SqlDialect } from "../sql-dialect.ts";
import type { CompareEnv } from "./compare-sql.ts";
import { aliased, factsSql, type Looked, type Root, type Rows } from "./facts-sql.ts";

/** Whom a query is about and where it finds the events. */
export type DraftOptions = CompareEnv & {
	readonly traits: readonly TraitDefinition[];
	/** A table or sub-query of events with a column `person`, each message once, none that was set aside. */
	readonly events: string;
};

/**
 * A query in the making. Whatever several conditions need stands in it once: fields of events, conditions on them, aggregates
 * by person, and sub-queries. It goes through layers, each a table under its name: `facts` (one row an event, with what is looked
 * at), `people` (one row a person, with the aggregates) and `known` (with the columns of the sub-queries beside them, and with traits).
 */
export class Draft {
	readonly env: CompareEnv;
	readonly traits: readonly TraitDefinition[];
	readonly #events: string;
	readonly #looked = new Map<Root, Looked>();
	readonly #facts = [new Map<string, string>(), new Map<string, string>()] as const;
	readonly #aggregates = new Map<string, string>();
	readonly #joined = new Map<
		string,
		{ readonly table: string; readonly select: string; readonly columns: readonly string[] }
	>();
	readonly #beside = new Map<string, string>();
	readonly #shown = new Map<string, string>();
	readonly #made = new Map<string, string>();
	#names = 0;

	constructor({ dialect, now, traits, events }: DraftOptions) {
		this.env = { dialect, now };
		this.traits = traits;
		this.#events = events;
	}

	get dialect(): SqlDialect {
		return this.env.dialect;
	}

	/** A name nobody else has. */
	name(prefix: string): string {
		return `${prefix}${this.#names++}`;
	}

	/** What somebody makes for a key, made once. */
	once(key: string, make: () => string): string {
		const made = this.#made.get(key) ?? make();
		this.#made.set(key, made);
		return made;
	}

	/** The column of `facts` with the JSON of a field. */
	field(root: Root, steps: readonly string[], rows: Rows): string {
		const looked = this.#looked.get(root) ?? { paths: new Map(), rows: new Map() };
		this.#looked.set(root, looked);
		looked.rows.set(typeof rows === "string" ? rows : `track ${rows.event}`, rows);
		const key = JSON.stringify(steps);
		const place = [...looked.paths.keys()].indexOf(key);
		looked.paths.set(key, steps);
		return `${root}_${place < 0 ? looked.paths.size - 1 : place}`;
	}

	/** A column of `facts` that is made of fields. */
	fact(expression: string): string {
		return named(this.#facts[0], expression, () => this.name("e"));
	}

	/** A column of `facts` that is made of fields and of other such columns. */
	factOfFacts(expression: string): string {
		return named(this.#facts[1], expression, () => this.name("f"));
	}

	/** A column of `facts` with what orders events (`stamp`), NULL where a condition is not met. */
	stampWhere(when: string): string {
		return this.factOfFacts(`CASE WHEN ${when} THEN stamp END`);
	}

	/** A column of `known` that is made of aggregates and of columns beside them. */
	shown(expression: string): string {
		return named(this.#shown, expression, () => this.name("t"));
	}

	/** A column of `people`: an aggregate over their facts. */
	perPerson(aggregate: string): string {
		return named(this.#aggregates, aggregate, () => this.name("a"));
	}

	/** Columns beside `people`: a query with `person` and the columns named, at most one row a person. Made once for a key. */
	joined(key: string, make: (columns: readonly string[]) => string, count = 1): readonly string[] {
		const known = this.#joined.get(key);
		if (known) return known.columns;
		const columns = Array.from({ length: count }, () => this.name("x"));
		this.#joined.set(key, { table: this.name("q"), select: make(columns), columns });
		return columns;
	}

	/** A table of its own that is made of `facts`, `known` or other such tables; its name. */
	beside(select: string): string {
		return named(this.#beside, select, () => this.name("b"));
	}

	/** The layers, as parts of a WITH: `name AS (…)`. */
	layers(): string[] {
		const joined = [...this.#joined.values()];
		const columns = joined.flatMap(({ table, columns: own }) => own.map((column) => `${table}.${column}`));
		const joins = joined.map(({ table }) => `LEFT JOIN ${table} ON ${table}.person = people.person`);
		return [
			`facts AS (${factsSql({ dialect: this.dialect, events: this.#events, looked: this.#looked, made: this.#facts })})`,
			`people AS (SELECT ${["person", ...aliased(this.#aggregates)].join(", ")} FROM facts GROUP BY person)`,
			...joined.map(({ table, select }) => `${table} AS (${select})`),
			`known AS (SELECT ${["people.*", ...columns, ...aliased(this.#shown)].join(", ")} FROM ${["people", ...joins].join(" ")})`,
			...[...this.#beside].map(([select, table]) => `${table} AS (${select})`),
		];
	}
}

function named(known: Map<string, string>, expression: string, name: () => string): string {
	const alias = known.get(expression) ?? name();
	known.set(expression, alias);
	return alias;
}
