import type { Comparison, EventLeaf } from "#contracts/definitions/condition.ts";
import type { CollectedEvent } from "#domain/model/event.ts";
import type { Json } from "#domain/model/json.ts";
import { compare, compareText, valueAt } from "./compare.ts";

type Where = EventLeaf["where"];

/** A test for the `where` conditions of whatever looks at events, on an event whose name is known to be the right one. */
export function compileWhere({ where }: { readonly where: Where }): (event: CollectedEvent) => boolean {
	const tests = where.map(({ path, is }) => {
		const valueIn = compilePath(path);
		return (event: CollectedEvent) => compare(valueIn(event), is);
	});
	return (event) => tests.every((test) => test(event));
}

/** What stands in an event at a path such as `properties.total`; undefined where it leads nowhere. */
export function compilePath(path: string): (event: CollectedEvent) => Json | undefined {
	const [field, ...steps] = path.split(".");
	const root = field as "properties" | "context" | "traits"; // the schemas of definitions let no other through
	return (event) => valueAt(event[root], steps);
}

/** What `where` conditions mean, as one text: the set of them, in whatever order and however often they were written. */
export function meaningOfWhere(where: Where): readonly string[] {
	const meant = new Set(where.map(({ path, is }) => canonical({ path, is: setOf(is) })));
	return [...meant].sort(compareText);
}

/** A list to choose from is a set: neither order nor repetition means anything. */
function setOf(is: Comparison): Json {
	if (is.op !== "in" && is.op !== "not_in") return is;
	return { ...is, value: [...new Set(is.value.map((value) => JSON.stringify(value)))].sort(compareText) };
}

/** JSON with the fields of every object in the order of their names: equal values have equal texts. */
export function canonical(value: Json): string {
	return JSON.stringify(value, (_, inner: Json) =>
		typeof inner === "object" && inner !== null && !Array.isArray(inner)
			? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => compareText(a, b)))
			: inner,
	);
}
