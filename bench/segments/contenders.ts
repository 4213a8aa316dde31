import { Engine } from "json-rules-engine";
import { Query } from "mingo";
import sift from "sift";
import type { Condition } from "#contracts/definitions/condition.ts";
import type { CompiledSegments, Facts } from "#domain/segment/compiled.ts";
import { type Flat, firstOf, flatten, NOW } from "./people.ts";

/** A segment, and the same for everybody else. */
export type Case = {
	readonly name: string;
	readonly when: Condition;
	readonly byHand: (facts: Facts, orders: string) => boolean;
	/** As a query in MongoDB's language over plain documents. */
	readonly query: { readonly [field: string]: unknown };
	/** Whether a query can ask profiles as they are, too: none can add up what is kept by days. */
	readonly asksProfiles: boolean;
	readonly rules: readonly { readonly fact: string; readonly operator: string; readonly value: unknown }[];
};

const EU = ["FR", "DE", "ES", "IT", "NL", "BE"];
const isInEu: ReadonlySet<unknown> = new Set(EU);

export const CASES: readonly Case[] = [
	{
		name: "five facts",
		when: {
			all: [
				{ trait: "status", is: { op: "ne", value: "blocked" } },
				{ trait: "email", is: { op: "exists" } },
				{ trait: "age", is: { op: "gte", value: 18 } },
				{ trait: "country", is: { op: "in", value: EU } },
				{ trait: "plan", is: { op: "eq", value: "gold" } },
			],
		},
		byHand: ({ traits }) =>
			traits.status !== undefined &&
			traits.status.value !== "blocked" &&
			traits.email !== undefined &&
			traits.age !== undefined &&
			(traits.age.value as number) >= 18 &&
			isInEu.has(traits.country?.value) &&
			traits.plan?.value === "gold",
		query: {
			status: { $ne: "blocked" },
			email: { $exists: true },
			age: { $gte: 18 },
			country: { $in: EU },
			plan: "gold",
		},
		asksProfiles: true,
		rules: [
			{ fact: "status", operator: "notEqual", value: "blocked" },
			{ fact: "email", operator: "notEqual", value: undefined },
			{ fact: "age", operator: "greaterThanInclusive", value: 18 },
			{ fact: "country", operator: "in", value: EU },
			{ fact: "plan", operator: "equal", value: "gold" },
		],
	},
	{
		name: "three facts, two windows",
		when: {
			all: [
				{ event: "Order Completed", where: [], atLeast: 3, within: "30d" },
				{ none: [{ event: "Order Completed", where: [], within: "10d" }] },
				{ trait: "plan", is: { op: "eq", value: "gold" } },
				{ trait: "country", is: { op: "eq", value: "FR" } },
				{ trait: "email", is: { op: "exists" } },
			],
		},
		byHand: ({ traits, measures }, orders) => {
			let [month, days] = [0, 0];
			const kept = measures?.[orders];
			for (const day in kept) {
				if (Number(day) >= firstOf(30)) month += kept[day]?.n ?? 0;
				if (Number(day) >= firstOf(10)) days += kept[day]?.n ?? 0;
			}
			const isBuyer = month >= 3 && days === 0;
			return isBuyer && traits.plan?.value === "gold" && traits.country?.value === "FR" && traits.email !== undefined;
		},
		query: { orders30: { $gte: 3 }, orders10: 0, plan: "gold", country: "FR", email: { $exists: true } },
		asksProfiles: false,
		rules: [
			{ fact: "orders30", operator: "greaterThanInclusive", value: 3 },
			{ fact: "orders10", operator: "equal", value: 0 },
			{ fact: "plan", operator: "equal", value: "gold" },
			{ fact: "country", operator: "equal", value: "FR" },
			{ fact: "email", operator: "notEqual", value: undefined },
		],
	},
];

/** Everybody, as profiles and as plain documents. */
export type World = { readonly people: readonly Facts[]; readonly flats: readonly Flat[] };

/** How many are members, and a sum that tells which. */
type Answers = { readonly members: number; readonly sum: number };

export type Contender = {
	readonly name: string;
	/** It takes so long that only a few are asked about. */
	readonly isSlow?: true;
	/** Asks about everybody from the one place to before the other. */
	readonly ask: (from: number, to: number) => Answers | Promise<Answers>;
};

/** All who can decide a case. Queries are made ready before. */
export function contendersFor(
	one: Case,
	{ people, flats }: World,
	{ orders, compiled }: { readonly orders: string; readonly compiled: CompiledSegments },
): readonly Contender[] {
	const asProfiles = Object.fromEntries(Object.entries(one.query).map(([field, is]) => [`traits.${field}.value`, is]));
	const [flatSift, flatMingo] = [siftOf(one.query), new Query(one.query)];
	const [profileSift, profileMingo] = [siftOf(asProfiles), new Query(asProfiles)];
	/** What we are asked: the profile, of which they need a plain document with the windows counted first. */
	const counted = (i: number) => flatten(people[i] as Facts, orders);
	const engine = new Engine([{ conditions: { all: [...one.rules] }, event: { type: "member" } }], {
		allowUndefinedFacts: true,
	});
	return [
		{ name: "by hand", ask: asking(people, (facts) => one.byHand(facts, orders)) },
		{ name: "Tutti", ask: asking(people, (facts) => compiled.evaluate(one.name, facts, NOW)) },
		...(one.asksProfiles
			? [
					{ name: "sift", ask: asking(people, (facts) => profileSift(facts)) },
					{ name: "mingo", ask: asking(people, (facts) => profileMingo.test(facts)) },
				]
			: [
					{ name: "sift, windows counted first", ask: asking(flats, (_, i) => flatSift(counted(i))) },
					{ name: "mingo, windows counted first", ask: asking(flats, (_, i) => flatMingo.test(counted(i))) },
				]),
		{ name: "sift, plain documents", ask: asking(flats, (flat) => flatSift(flat)) },
		{ name: "mingo, plain documents", ask: asking(flats, (flat) => flatMingo.test(flat)) },
		{ name: "json-rules-engine, plain documents", isSlow: true, ask: askingEngine(flats, engine) },
	];
}

/** The package is CommonJS: its function stands at `default` of what is imported. */
const siftOf = (query: object) => sift.default<unknown>(query);

const asking =
	<T>(all: readonly T[], isMember: (one: T, place: number) => boolean): Contender["ask"] =>
	(from, to) => {
		let [members, sum] = [0, 0];
		for (let i = from; i < to; i++) {
			if (!isMember(all[i] as T, i)) continue; // within its length
			members++;
			sum += i;
		}
		return { members, sum };
	};

const askingEngine =
	(flats: readonly Flat[], engine: Engine): Contender["ask"] =>
	async (from, to) => {
		let [members, sum] = [0, 0];
		for (let i = from; i < to; i++) {
			const { events } = await engine.run(flats[i]);
			if (events.length === 0) continue;
			members++;
			sum += i;
		}
		return { members, sum };
	};
