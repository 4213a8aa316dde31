import fc from "fast-check";
import type { DecisionOutcome } from "#domain/unify/decision.ts";
import { aStrictSighting, aWish, type Seen, shuffled, type Wish } from "./identity.ts";
import { fulfil, type IdentityWorld, peopleIn } from "./identity-world.ts";

/** What the laws of identity happen to: events of people who are in each other's way, and what people decide. */
export const someEvents = fc.array(aStrictSighting, { minLength: 1, maxLength: 22 });
export const wishes = fc.array(aWish, { maxLength: 6 });
/** A limit of members that is met, and writes so few that much goes in steps. */
export const someLimits = fc.record({ maxMembers: fc.constantFrom(3, 5, 500), maxWrites: fc.constantFrom(12, 100) });
export const numbers = fc.infiniteStream(fc.nat());

export type Step = { readonly seen: Seen } | { readonly wish: Wish };

/** Lets a step happen. */
export async function go(world: IdentityWorld, step: Step): Promise<DecisionOutcome | undefined> {
	if ("wish" in step) return fulfil(step.wish, world);
	await world.take([step.seen]);
	return undefined;
}

/** Events doubled and in any order, with what people decide somewhere among them. */
export function mixed(all: readonly Seen[], wished: readonly Wish[], random: Iterator<number>): Step[] {
	const doubled = [...all, ...all.filter((_, i) => i % 3 === 0)];
	return shuffled<Step>([...doubled.map((seen) => ({ seen })), ...wished.map((wish) => ({ wish }))], random);
}

/** The graph once somebody met each identifier. */
export async function finished(world: IdentityWorld, names: readonly string[]) {
	for (const name of names) await world.resolve(name);
	return peopleIn(world, names);
}

/** The ids of people alone. */
export const idsIn = (people: { readonly [name: string]: { readonly id: string | undefined } | undefined }) =>
	Object.fromEntries(Object.entries(people).map(([name, person]) => [name, person?.id]));
