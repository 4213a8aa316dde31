import { Engine } from "json-rules-engine";
import { Query } from "mingo";
import sift from "sift";
import type { CompiledSegments, Facts } from "#domain/segment/compiled.ts";
import type { Case } from "./cases.ts";
import { type Flat, flatten, NOW } from "./people.ts";

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
	const counted = (facts: Facts) => flatten(facts, orders);
	const engine = new Engine([{ conditions: { all: [...one.rules] }, event: { type: "member" } }], {
		allowUndefinedFacts: true,
	});
	const ours: readonly Contender[] = [
		{ name: "by hand", ask: asking(people, (facts) => one.byHand(facts, orders)) },
		{ name: "Tutti", ask: asking(people, (facts) => compiled.evaluate(one.name, facts, NOW)) },
	];
	const asked: readonly Contender[] = [
		{ name: "sift", ask: asking(people, (facts) => profileSift(facts)) },
		{ name: "mingo", ask: asking(people, (facts) => profileMingo.test(facts)) },
	];
	const afterCounting: readonly Contender[] = [
		{ name: "sift, windows counted first", ask: asking(people, (facts) => flatSift(counted(facts))) },
		{ name: "mingo, windows counted first", ask: asking(people, (facts) => flatMingo.test(counted(facts))) },
		{ name: "json-rules-engine, windows counted first", isSlow: true, ask: askingEngine(people, engine, counted) },
	];
	return [
		...ours,
		...(one.asksProfiles ? asked : afterCounting),
		{ name: "sift, plain documents", ask: asking(flats, (flat) => flatSift(flat)) },
		{ name: "mingo, plain documents", ask: asking(flats, (flat) => flatMingo.test(flat)) },
		{ name: "json-rules-engine, plain documents", isSlow: true, ask: askingEngine(flats, engine, (flat) => flat) },
	];
}

/** The package is CommonJS: its function stands at `default` of what is imported. */
const siftOf = (query: object) => sift.default<unknown>(query);

const asking =
	<T>(all: readonly T[], isMember: (one: T) => boolean): Contender["ask"] =>
	(from, to) => {
		let [members, sum] = [0, 0];
		for (let i = from; i < to; i++) {
			if (!isMember(all[i] as T)) continue; // within its length
			members++;
			sum += i;
		}
		return { members, sum };
	};

const askingEngine =
	<T>(all: readonly T[], engine: Engine, documentOf: (one: T) => Flat): Contender["ask"] =>
	async (from, to) => {
		let [members, sum] = [0, 0];
		for (let i = from; i < to; i++) {
			const { events } = await engine.run(documentOf(all[i] as T)); // within its length
			if (events.length === 0) continue;
			members++;
			sum += i;
		}
		return { members, sum };
	};
