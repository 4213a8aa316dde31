import { KINDS, type Kind } from "#contracts/definitions/catalogue.ts";
import type { Definition } from "./definition-register.ts";
import type { Json, JsonObject } from "./json.ts";

/** One field that is not the same; `from` is absent where there was nothing, `to` where there will be nothing. */
export type Difference = { readonly path: string; readonly from?: Json; readonly to?: Json };

/** What applying would do to one definition. Only what is `changed` has differences. */
export type PlannedChange = {
	readonly kind: Kind;
	readonly id: string;
	readonly change: "created" | "changed" | "removed" | "unchanged";
	readonly differences: readonly Difference[];
};

/** The order in which definitions are listed: what others refer to comes first. */
const ORDER = Object.keys(KINDS) as Kind[]; // the keys of a literal

/**
 * What would change if the wanted definitions were all there is: those that are not wanted go. Sorted by kind and id, so
 * the same two sets always read alike.
 */
export function planDefinitions(current: readonly Definition[], wanted: readonly Definition[]): PlannedChange[] {
	const before = byName(current);
	const after = byName(wanted);
	const names = new Set([...before.keys(), ...after.keys()]);
	return [...names].map((name) => plan(before.get(name), after.get(name))).sort(inOrder);
}

function plan(from: Definition | undefined, to: Definition | undefined): PlannedChange {
	const named = to ?? from;
	if (!named) throw new Error("a definition is planned that is in neither set");
	const { kind, definition } = named;
	if (!from || !to) return { kind, id: definition.id, change: from ? "removed" : "created", differences: [] };
	const differences = findDifferences(jsonOf(from), jsonOf(to), []);
	return { kind, id: definition.id, change: differences.length > 0 ? "changed" : "unchanged", differences };
}

/** Every place at which two values differ, as deep as both are objects or both lists. */
function findDifferences(from: Json | undefined, to: Json | undefined, path: readonly string[]): Difference[] {
	if (isBranch(from) && isBranch(to) && Array.isArray(from) === Array.isArray(to)) {
		const [a, b] = [from, to] as [JsonObject, JsonObject]; // lists are objects whose fields are their positions
		const fields = new Set([...Object.keys(a), ...Object.keys(b)]);
		return [...fields].flatMap((field) => findDifferences(own(a, field), own(b, field), [...path, field]));
	}
	if (from === to) return [];
	return [{ path: path.join("."), ...(from !== undefined && { from }), ...(to !== undefined && { to }) }];
}

const isBranch = (value: Json | undefined): value is JsonObject | readonly Json[] =>
	typeof value === "object" && value !== null;

const own = (value: JsonObject, field: string): Json | undefined =>
	Object.hasOwn(value, field) ? value[field] : undefined;

/** As it will be stored: without the fields that are undefined. */
const jsonOf = ({ definition }: Definition): Json => JSON.parse(JSON.stringify(definition)) as Json;

const byName = (definitions: readonly Definition[]): Map<string, Definition> =>
	new Map(definitions.map((each) => [`${each.kind}/${each.definition.id}`, each]));

const inOrder = (a: PlannedChange, b: PlannedChange): number =>
	ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || (a.id < b.id ? -1 : 1);
