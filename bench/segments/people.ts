import type { SeedId } from "#domain/model/identifier.ts";
import type { Bucket, KnownTrait } from "#domain/model/profile.ts";
import type { Facts } from "#domain/segment/compiled.ts";

/** The moment of asking, ms. */
export const NOW = Date.parse("2026-03-10T12:00:00.000Z");

const DAY = 86_400_000;
const TODAY = Math.floor(NOW / DAY);
const AT = "2026-03-01T10:00:00.000Z";
const PLANS = ["gold", "silver", "bronze", "free"];
const COUNTRIES = ["FR", "DE", "GB", "ES", "IT", "NL", "BE", "PL"];
const STATUS = ["active", "active", "active", "active", "blocked"];

/** Numbers between 0 and 1, the same every time (Park and Miller's). */
export function randoms(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state * 48_271) % 0x7fff_ffff;
		return state / 0x7fff_ffff;
	};
}

/** Somebody with five facts and up to eight orders in the last sixty days; `orders` is the key of their count. */
export function aPerson(i: number, random: () => number, orders: string): Facts {
	const pick = (from: readonly string[]) => from[Math.floor(random() * from.length)] ?? "";
	const traits: { [name: string]: KnownTrait } = { plan: known(pick(PLANS)), country: known(pick(COUNTRIES)) };
	if (random() < 0.95) traits.age = known(Math.floor(random() * 80));
	if (random() < 0.9) traits.email = known(`person${i}@example.org`);
	traits.status = known(pick(STATUS));
	const days: { [day: string]: Bucket } = {};
	for (let left = Math.floor(random() * 9); left > 0; left--) {
		const day = TODAY - Math.floor(random() * 60);
		days[day] = { n: (days[day]?.n ?? 0) + 1 };
	}
	return { profileId: `p${i}` as SeedId, traits, measures: { [orders]: days } };
}

const known = (value: string | number): KnownTrait => ({ value, at: AT, messageId: "m1", source: "web" });

/** The first day in a window of so many days. */
export const firstOf = (days: number): number => Math.floor((NOW - days * DAY) / DAY);

/** A person as rule engines would have it at best: a plain document, the orders of each window counted already. */
export type Flat = { readonly [field: string]: string | number };

export function flatten({ traits, measures = {} }: Facts, orders: string): Flat {
	let [orders30, orders10] = [0, 0];
	const kept = measures[orders];
	for (const day in kept) {
		if (Number(day) >= firstOf(30)) orders30 += kept[day]?.n ?? 0;
		if (Number(day) >= firstOf(10)) orders10 += kept[day]?.n ?? 0;
	}
	const flat: { [field: string]: string | number } = { orders30, orders10 };
	for (const name in traits) flat[name] = traits[name]?.value as string | number; // aPerson says nothing else
	return flat;
}
