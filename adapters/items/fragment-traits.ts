import type { Json } from "#domain/model/json.ts";
import type { Fragment, TraitValue } from "#domain/model/profile.ts";
import type { Changes } from "./fragment-changes.ts";
import type { Numbering, naming } from "./fragment-names.ts";
import type { OriginTable, originsIn } from "./fragment-origins.ts";

type Said = readonly TraitValue[];

/**
 * Traits as items hold them. `t`: of each, by number, its values and the positions of their origins, in turn; nothing where it
 * is gone. `s`: those whose values are as they were, and only who said them is new: `3.0,5.0.1`, their number and the positions.
 */
export type StoredTraits = { readonly t?: { readonly [number: string]: readonly Json[] }; readonly s?: string };

export function toTraits(
	traits: Fragment["traits"],
	changes: Changes["traits"],
	{ names, origins }: { readonly names: Numbering; readonly origins: OriginTable },
): StoredTraits {
	const [whole, same] = [new Map<string, readonly Json[]>(), [] as string[]];
	for (const [name, change] of changes) {
		const said = Object.hasOwn(traits, name) ? (traits[name] ?? []) : [];
		const positions = said.map((one) => origins.positionOf(one));
		if (change === "origins") same.push([names.of(name), ...positions].join("."));
		else
			whole.set(
				names.of(name),
				said.flatMap(({ value }, i) => [value, positions[i] ?? 0]),
			);
	}
	return {
		...(whole.size > 0 && { t: Object.fromEntries(whole) }),
		...(same.length > 0 && { s: same.join() }),
	};
}

type Reading = { readonly nameOf: ReturnType<typeof naming>; readonly originAt: ReturnType<typeof originsIn> };

/** The traits of the cold item with what changed put in, and what that is. */
export function withTraits(cold: Fragment["traits"], { t = {}, s }: StoredTraits, { nameOf, originAt }: Reading) {
	const traits = new Map(Object.entries(cold));
	const changes = new Map<string, "values" | "origins">();
	for (const [number, stored] of Object.entries(t)) {
		const name = nameOf(number);
		changes.set(name, "values");
		if (stored.length > 0) traits.set(name, fromSaid(stored, originAt));
		else traits.delete(name);
	}
	for (const [number = "", ...positions] of s?.split(",").map((one) => one.split(".")) ?? []) {
		const name = nameOf(number);
		changes.set(name, "origins");
		const said = (traits.get(name) ?? []).map(({ value }, i) => ({ value, ...originAt(positions[i]) }));
		traits.set(name, said);
	}
	return { traits: changes.size > 0 ? Object.fromEntries(traits) : cold, changes };
}

const fromSaid = (stored: readonly Json[], originAt: Reading["originAt"]): Said =>
	Array.from({ length: stored.length / 2 }, (_, i) => {
		const [value = null, position] = stored.slice(2 * i);
		return { value, ...originAt(position) };
	});
