import type { JsonObject } from "#domain/model/json.ts";
import { visitApp } from "./channels/app.ts";
import { call } from "./channels/call-centre.ts";
import { visitStore } from "./channels/store.ts";
import { type VisitPlan, visitWeb } from "./channels/web.ts";
import type { ShopEvent } from "./message.ts";
import { makePeople, type Person } from "./people.ts";
import { type Chance, chance } from "./random.ts";

export type { Message, ShopEvent } from "./message.ts";

export type ShopOptions = {
	/** @default 1 */
	readonly seed?: number;
	/** @default 3000 */
	readonly customers?: number;
	/** @default 90 */
	readonly days?: number;
	/** When the story ends; nothing arrives later. */
	readonly now: Date;
};

export type Shop = {
	/** Everything that comes in, in the order it does: late events come late, and some come twice. */
	readonly events: readonly ShopEvent[];
	/** The truth that identity resolution should find. */
	readonly people: readonly Person[];
};

const DAY = 24 * 60 * 60 * 1000;
/** SDKs that saw no answer send again: one event in fifty comes twice, with the same messageId. */
const DUPLICATE_PERCENT = 2;

/** A coffee shop with a web shop, an app, tills and a call centre, as it would be seen by Tutti. See demo/README.md. */
export function generateShop({ seed = 1, customers = 3000, days = 90, now }: ShopOptions): Shop {
	const luck = chance(seed);
	const people = makePeople(customers, luck.fork(1));
	const end = now.getTime();
	const span = { from: end - days * DAY, to: end };
	const once = people.flatMap((person, index) => live(person, luck.fork(1000 + index), span));
	const events = [...once, ...sentAgain(once, luck.fork(2))]
		.filter((event) => event.arrivesAt <= end)
		.sort((a, b) => a.arrivesAt - b.arrivesAt || a.message.messageId.localeCompare(b.message.messageId));
	return { events, people };
}

/** One person's ninety days: visits at chance times; whoever makes an account does so at some visit and is known from then on. */
function live(person: Person, luck: Chance, span: { from: number; to: number }): ShopEvent[] {
	const registersAt = person.registers ? luck.between(span.from, span.to) : Number.POSITIVE_INFINITY;
	const plan = (salt: number): VisitPlan => {
		const at = luck.between(span.from, span.to);
		return { person, chance: luck.fork(salt), at, known: at >= registersAt };
	};
	const times = <T>(count: number, salt: number, visit: (plan: VisitPlan) => T) =>
		Array.from({ length: count }, (_, index) => visit(plan(salt + index)));

	const visits = [
		...times(person.visits.web, 100, visitWeb),
		...times(person.visits.app, 200, visitApp),
		...times(person.visits.store, 300, visitStore),
	].flat();
	return [...visits, ...times(person.visits.calls, 400, (at) => call(at, lastOrderBefore(visits, at.at))).flat()];
}

function lastOrderBefore(events: readonly ShopEvent[], at: number): JsonObject | undefined {
	const orders = events.filter(
		({ message }) => message.event === "Order Completed" && Date.parse(message.timestamp) < at,
	);
	return orders.sort((a, b) => a.message.timestamp.localeCompare(b.message.timestamp)).at(-1)?.message.properties;
}

function sentAgain(events: readonly ShopEvent[], luck: Chance): ShopEvent[] {
	return events
		.filter(() => luck.happens(DUPLICATE_PERCENT))
		.map((event) => ({ ...event, arrivesAt: event.arrivesAt + luck.between(1_000, 6 * 60 * 60 * 1000) }));
}
