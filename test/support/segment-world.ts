import { createHash } from "node:crypto";
import fc from "fast-check";
import { messageHash } from "#adapters/crypto/message-hash.ts";
import { sha256 } from "#adapters/crypto/sha256.ts";
import type { Condition } from "#contracts/definitions/condition.ts";
import type { TrackingPlan } from "#contracts/definitions/tracking-plan.ts";
import type { ComputedTrait, SaidTrait, TraitDefinition } from "#contracts/definitions/trait.ts";
import type { Applied } from "#domain/model/definitions.ts";
import type { SourcedEvent } from "#domain/model/event.ts";
import type { ProfileId, SeedId } from "#domain/model/identifier.ts";
import type { Json, JsonObject } from "#domain/model/json.ts";
import type { ArchivedEvent, ArchivedIdentity } from "#domain/model/ports.ts";
import type { Fragment, Profile } from "#domain/model/profile.ts";
import { measureBook } from "#domain/rules/measures/measure-book.ts";
import { compileSegments } from "#domain/segment/compile-segments.ts";
import { emptyFragment, foldEvents } from "#domain/unify/fold-events.ts";
import { foldProfile } from "#domain/unify/fold-profile.ts";
import { standardiseEvent } from "#domain/unify/standardise-event.ts";
import { compileTraits } from "#domain/unify/trait-rules.ts";
import { checkPlan } from "#domain/validate/check-plan.ts";
import { LOYAL, openVault } from "./identity.ts";
import { phones } from "./phones.ts";
import { RANDOM_LISTS, RANDOM_NOW, RANDOM_SEGMENTS, randomCondition, randomEvents } from "./random-conditions.ts";
import { AT } from "./tracked.ts";

/** An event as it is archived, and as it went on to its profile; absent where its tracking plan set it aside. */
export type LivedEvent = ArchivedEvent & { readonly wentOn?: SourcedEvent };

/** Some people's lives on some identifiers, conditions, definitions of traits, and how who is who changes. */
export type SegmentWorld = {
	/**
	 * Each message once, with the identifier it was put under, in the order in which they were received; of what was set aside some
	 * came again when the plan was mended.
	 */
	readonly events: readonly LivedEvent[];
	readonly changes: readonly ArchivedIdentity[];
	readonly traits: readonly Applied<TraitDefinition>[];
	readonly conditions: readonly Condition[];
	/** When everybody is asked; the clock jumps from one to the next. */
	readonly moments: readonly number[];
	/** A stream of numbers from 0 to 1. */
	readonly dice: () => number;
};

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

type Dice = SegmentWorld["dice"];
const pick = <T>(dice: Dice, ...of: readonly T[]): T => of[Math.floor(dice() * of.length)] as T;

const seedOf = (life: number, n: number): SeedId => {
	const hex = createHash("sha256").update(`${life} ${n}`).digest("hex");
	return [8, 12, 16, 20, 32].map((end, i) => hex.slice([0, 8, 12, 16, 20][i], end)).join("-") as SeedId;
};
const SEEDS_OF_A_LIFE = 3;

const definition = <T extends object>(fields: T) => ({ ...fields, version: 1, appliedAt: AT });
const said = (trait: string, strategy: SaidTrait["strategy"], more: Partial<SaidTrait> = {}): Applied<SaidTrait> =>
	definition({ id: trait, trait, strategy, declaredBy: [], ...more });
const computed = (
	trait: string,
	compute: ComputedTrait["compute"],
	more: Partial<ComputedTrait> = {},
): Applied<ComputedTrait> => definition({ id: trait, trait, compute, event: "A", where: [], ...more });

function traitsBy(dice: Dice): Applied<TraitDefinition>[] {
	const within = () => pick<object>(dice, {}, { within: "7d" }, { within: "2h" }, { within: "30d" });
	return [
		...pick<Applied<TraitDefinition>[]>(
			dice,
			[],
			[said("plan", "source_priority", { sources: ["crm", "web"] })],
			[said("plan", "last", { declaredBy: ["crm"] })],
		),
		said("score", pick(dice, "max", "min", "sum", "first", "last"), { declaredBy: pick(dice, [], ["crm"]) }),
		said("tags", pick(dice, "union", "union", "first")),
		computed("orders", "count", within()),
		computed("spent", pick(dice, "sum", "avg", "min", "max"), {
			property: "properties.total",
			event: "B",
			...within(),
		}),
		computed("kind", pick(dice, "first", "last"), { property: "properties.kind", ...within() }),
		computed("often", "most_frequent", { property: "properties.kind", ...within() }),
		computed("carts", pick(dice, "unique_list", "unique_count"), {
			property: "properties.cart",
			event: "C",
			...within(),
		}),
		computed("quiet", "days_since", within()),
	];
}

const amount = fc.record({
	op: fc.constantFrom("eq", "ne", "gt", "gte", "lt", "lte"),
	value: fc.constantFrom(0, 1, 2, 5, 19.99),
});
const text = fc.oneof(
	fc.record({ op: fc.constantFrom("eq" as const, "ne" as const), value: fc.constantFrom("gold", "free", true, 5) }),
	fc.record({
		op: fc.constantFrom("contains" as const, "not_contains" as const),
		value: fc.constantFrom("gold", "c1", "o"),
	}),
	fc.record({ op: fc.constantFrom("exists" as const, "not_exists" as const) }),
);
const moreLeaves: fc.Arbitrary<Condition> = fc.oneof(
	fc.record({ trait: fc.constantFrom("score", "orders", "spent", "quiet", "carts"), is: amount }),
	fc.record({ trait: fc.constantFrom("tags", "kind", "often", "carts", "score", "plan"), is: text }),
);
const account: fc.Arbitrary<Condition> = fc
	.record({ users: fc.constantFrom("any", "all", "none"), meet: fc.oneof(moreLeaves, randomCondition) })
	.map((each) => ({ account: each }));

/** Conditions of every kind, alone and in groups. */
const aCondition: fc.Arbitrary<Condition> = fc.oneof(
	{ arbitrary: randomCondition, weight: 5 },
	{ arbitrary: moreLeaves, weight: 3 },
	fc.tuple(randomCondition, moreLeaves).map((any) => ({ any })),
	fc.tuple(randomCondition, moreLeaves).map((all) => ({ all })),
	account,
	fc.tuple(account, moreLeaves).map((none) => ({ none })),
);

export const aSegmentWorld = (conditions: number): fc.Arbitrary<SegmentWorld> =>
	fc
		.record({
			lives: fc.array(randomEvents, { minLength: 6, maxLength: 12, size: "max" }),
			conditions: fc.array(aCondition, { minLength: conditions, maxLength: conditions, size: "max" }),
			seed: fc.nat(),
		})
		.map(({ lives, conditions: all, seed }) => {
			const dice = diceOf(seed);
			const plans = plansBy(dice);
			const events = lives
				.flatMap((life, i) => [...life, ...groupsOf(i, dice)].map((event) => lived(event, i, lives.length, dice)))
				.map((one, n) => ({ ...one, event: { ...one.event, messageId: messageIdOf(n, dice) } }))
				.flatMap((one) => heldTo(plans, one, dice))
				.sort((x, y) => (x.event.receivedAt < y.event.receivedAt ? -1 : 1));
			return {
				events,
				changes: changesOf(lives.length, dice),
				traits: traitsBy(dice),
				conditions: all,
				moments: [pick(dice, -2 * DAY, 0), pick(dice, 3 * HOUR, 35 * DAY)].map((after) => RANDOM_NOW + after),
				dice,
			};
		});

/** A small generator of numbers (mulberry32), so that a world is its seed. */
function diceOf(seed: number): Dice {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
	};
}

/** Neither numbered in the order of time nor of the same length. */
const messageIdOf = (n: number, dice: Dice): string => `${pick(dice, "m", "é", "😀", "M")}${n * 7919}`;

function groupsOf(life: number, dice: Dice): SourcedEvent[] {
	return Array.from({ length: pick<number>(dice, 0, 0, 1, 2) }, () => {
		const at = new Date(RANDOM_NOW - dice() * 20 * DAY).toISOString();
		return {
			messageId: "",
			type: "group" as const,
			groupId: pick(dice, "acme", " acme\u00a0", "globex", "null", `own ${life}`),
			source: "web",
			userId: "u1",
			context: {},
			...{ timestamp: at, originalTimestamp: at, sentAt: at, receivedAt: at },
		};
	});
}

/** Where and when an event came in: late at times, under one of the person's identifiers, now and then under somebody else's. */
function lived(event: SourcedEvent, life: number, lives: number, dice: Dice): ArchivedEvent {
	const delay = pick(dice, 0, 0, 0, 1000, HOUR, 30 * HOUR, 5 * DAY);
	const receivedAt = new Date(Date.parse(event.timestamp) + delay).toISOString();
	const whose = dice() < 0.05 ? Math.floor(dice() * lives) : life;
	const seedId = seedOf(whose, Math.floor(dice() * SEEDS_OF_A_LIFE));
	const isOfPerson = event.source === "web" && event.type !== "track";
	return { seedId, event: { ...event, ...(isOfPerson && sayingMore(event, dice)), receivedAt } };
}

/** The plans of the source `web`, of which another is in force since some moment (ms); none in half of all worlds. */
type Plans = { readonly before?: TrackingPlan; readonly since: number; readonly after?: TrackingPlan };

function plansBy(dice: Dice): Plans {
	const since = RANDOM_NOW - dice() * 30 * DAY;
	return dice() < 0.5 ? { since } : { since, before: aPlan(dice), after: aPlan(dice) };
}

function aPlan(dice: Dice): TrackingPlan {
	const planned = (name: string) => (dice() < 0.7 ? { [name]: { required: dice() < 0.1 } } : {});
	const anEvent = (name: string) =>
		dice() < 0.9 ? { [name]: { properties: { ...planned("total"), ...planned("kind"), ...planned("cart") } } } : {};
	return {
		id: "web",
		events: { ...anEvent("A"), ...anEvent("B"), ...anEvent("C") },
		unplannedEvent: "quarantine",
		unplannedProperty: pick(dice, "omit", "omit", "quarantine"),
		violation: "quarantine",
	};
}

/** What the plan in force makes of an event, as the pass does; and of one that it sets aside some come again, and go on. */
function heldTo({ before, since, after }: Plans, one: ArchivedEvent, dice: Dice): LivedEvent[] {
	const { event } = one;
	const plan = event.source !== "web" ? undefined : Date.parse(event.receivedAt) < since ? before : after;
	const verdict = plan ? checkPlan(event, plan) : ({ kind: "passed", event, violations: [] } as const);
	if (verdict.kind === "passed") {
		return [{ ...one, omitted: verdict.violations.map(({ path }) => path), wentOn: verdict.event }];
	}
	const again = {
		...event,
		receivedAt: new Date(Date.parse(event.receivedAt) + pick(dice, HOUR, 3 * DAY)).toISOString(),
	};
	const aside = { ...one, quarantined: verdict.reason };
	return dice() < 0.3 ? [aside, { ...one, event: again, wentOn: again }] : [aside];
}

/** An identify call that says more, perhaps from another source, as RudderStack's SDKs do, or declared. */
function sayingMore(event: SourcedEvent, dice: Dice): Partial<SourcedEvent> {
	const traits: JsonObject = {
		...event.traits,
		...pick<JsonObject>(dice, {}, { score: pick<Json>(dice, 0, 1, 2, 5, 19.99, null, "gold", "free", true) }),
		...pick<JsonObject>(
			dice,
			{},
			{ tags: pick<Json>(dice, "gold", ["gold", ["free", "c1"]], ["c1", null, 5], null, [], { a: 1 }) },
		),
		...pick<JsonObject>(dice, {}, {}, {}, { plan: "x".repeat(1022) }, { plan: "x".repeat(1023) }),
	};
	const declared = pick<JsonObject>(dice, {}, {}, {}, { declared: true }, { declared: "yes" });
	const inContext = dice() < 0.15;
	return {
		source: pick(dice, "web", "web", "crm", "shop"),
		...(inContext ? pick<object>(dice, { traits: {} }, { traits: undefined }) : { traits }),
		context: { ...event.context, ...declared, ...(inContext && { traits }) },
	};
}

/** Identifiers of one life become one person, lives become one, and some come apart again. */
function changesOf(lives: number, dice: Dice): ArchivedIdentity[] {
	const changes: ArchivedIdentity[] = [];
	const become = (seeds: readonly SeedId[], profileId: SeedId, at: number) => {
		for (const seedId of seeds) {
			const messageId = `c${changes.length}`;
			changes.push({ seedId, profileId: profileId as ProfileId, at: new Date(at).toISOString(), messageId });
		}
	};
	const all = (life: number) => Array.from({ length: SEEDS_OF_A_LIFE }, (_, n) => seedOf(life, n));
	for (let life = 0; life < lives; life++) {
		if (dice() < 0.7)
			become(all(life).slice(0, pick<number>(dice, 2, 3)), seedOf(life, 0), RANDOM_NOW - dice() * 10 * DAY);
		if (dice() < 0.3) become(all(life), seedOf(Math.floor(dice() * lives), 0), RANDOM_NOW - dice() * 3 * DAY);
		if (dice() < 0.3) become(all(life).slice(1), seedOf(life, 1), RANDOM_NOW - DAY + dice() * 20 * DAY);
	}
	return changes;
}

/** The definitions of a world, ready to be folded by and asked. */
export function compiledOf({ conditions, traits }: SegmentWorld) {
	const ids = conditions.map((when, i) => ({ id: `s${i}`, when, version: 1, appliedAt: AT }));
	const others = Object.entries(RANDOM_SEGMENTS).map(([id, when]) => ({ id, when, version: 1, appliedAt: AT }));
	const lists = new Map(Object.entries(RANDOM_LISTS));
	const segments = compileSegments([...ids, ...others], sha256, { lists, traits });
	const rules = compileTraits(traits, sha256);
	const book = measureBook([...segments.measures.values(), ...rules.measures.values()], rules.placeOf);
	return { segments, rules, book };
}

export type Compiled = ReturnType<typeof compiledOf>;

/** An event as the pass folds it. */
export function admitted(event: SourcedEvent): SourcedEvent {
	const standard = standardiseEvent(event, { rules: LOYAL, vault: openVault, phones });
	if (standard.kind !== "ready") throw new Error("an event of the world is set aside");
	return standard.event;
}

/** Folds a batch into fragments, as the stream does. */
export function foldInto(
	fragments: Map<SeedId, Fragment>,
	batch: readonly LivedEvent[],
	{
		book,
		rules,
		now,
		anew = false,
	}: Pick<Compiled, "book" | "rules"> & { readonly now: Date; readonly anew?: boolean },
): void {
	const passed = batch.filter(({ wentOn }) => wentOn !== undefined);
	for (const [seedId, all] of Map.groupBy(passed, (one) => one.seedId as SeedId)) {
		const events = all.flatMap(({ wentOn }) => (wentOn ? [admitted(wentOn)] : []));
		const deps = { book, rules, hashOf: messageHash, now, anew };
		fragments.set(seedId, foldEvents(fragments.get(seedId) ?? emptyFragment(seedId), events, deps));
	}
}

/** Whose each identifier is at a moment. */
export function ownersAt(changes: readonly ArchivedIdentity[], now: number): (seedId: string) => ProfileId {
	const owners = new Map<string, ArchivedIdentity>();
	for (const change of changes) {
		const known = owners.get(change.seedId);
		const key = ({ at, profileId }: ArchivedIdentity) => at + profileId;
		if (Date.parse(change.at) <= now && (!known || key(change) > key(known))) owners.set(change.seedId, change);
	}
	return (seedId) => (owners.get(seedId)?.profileId ?? seedId) as ProfileId;
}

/** Everybody with a fragment, as a profile at a moment. */
export function profilesOf(
	fragments: ReadonlyMap<SeedId, Fragment>,
	ownerOf: (seedId: string) => ProfileId,
	{ rules, now }: Pick<Compiled, "rules"> & { readonly now: number },
): Map<ProfileId, Profile> {
	const people = Map.groupBy(fragments.values(), ({ seedId }) => ownerOf(seedId));
	return new Map(
		[...people].map(([profileId, own]) => [
			profileId,
			foldProfile({ profileId, nodes: [], fragments: own, view: { rules, now: () => new Date(now) } }),
		]),
	);
}
