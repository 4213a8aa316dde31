import { destination } from "#contracts/definitions/destination.ts";
import { identity } from "#contracts/definitions/identity.ts";
import { segment } from "#contracts/definitions/segment.ts";
import { source } from "#contracts/definitions/source.ts";
import { trackingPlan } from "#contracts/definitions/tracking-plan.ts";
import { trait } from "#contracts/definitions/trait.ts";
import type { Definition } from "#domain/model/definition-register.ts";

/** Write keys of the sources; `off` is switched off, and `slow` may send one request in ten seconds. */
export const KEYS = { server: "sk_chaos_server", off: "sk_chaos_switched_off", slow: "sk_chaos_slow_one" } as const;

/** The tracking plan sets this event aside: it is in the archive and on nobody's profile. */
export const SET_ASIDE = "Never Agreed";

const BUYERS = "buyers";
/** Segments that a destination hears of: all. */
export const TOLD = [BUYERS, "spenders", "lately", "gold", "not-yet"] as const;

export const RULES_OF_IDENTITY = identity.parse({
	id: "identity",
	identifiers: [
		{ namespace: "user_id", unique: true },
		{ namespace: "loyalty_id", max: 2 },
		{ namespace: "email", maxPeers: 12 },
		{ namespace: "phone" },
		{ namespace: "anonymous_id" },
	],
	defaultCountry: "DE",
});

const ORDER = "Order Completed";
const secret = (writeKey: string) => ({ kind: "secret" as const, writeKey });
const planned = [ORDER, "Product Viewed", "Newsletter Opened"].map((name) => [name, {}] as const);

/** What is in force in every story of this folder: a little of all that is computed from events. */
export const DEFINITIONS: readonly Definition[] = [
	...[
		{ id: "server", key: secret(KEYS.server), trackingPlan: "plan" },
		{ id: "off", enabled: false, key: secret(KEYS.off) },
		{ id: "slow", key: secret(KEYS.slow), rate: { perSecond: 0.1, burst: 1 }, trackingPlan: "plan" },
	].map((one): Definition => ({ kind: "source", definition: source.parse(one) })),
	{
		kind: "tracking-plan",
		definition: trackingPlan.parse({ id: "plan", events: Object.fromEntries(planned), unplannedEvent: "quarantine" }),
	},
	{ kind: "identity", definition: RULES_OF_IDENTITY },
	...[
		{ id: "orders", trait: "orders", compute: "count", event: ORDER },
		{ id: "spent", trait: "spent", compute: "sum", event: ORDER, property: "properties.total" },
	].map((one): Definition => ({ kind: "trait", definition: trait.parse(one) })),
	...[
		{ id: BUYERS, when: { event: ORDER } },
		{ id: "spenders", when: { event: ORDER, sum: { of: "properties.total", is: { op: "gte", value: 150 } } } },
		{ id: "lately", when: { event: "Product Viewed", atLeast: 2, within: "3h" } },
		{ id: "gold", when: { trait: "tier", is: { op: "eq", value: "gold" } } },
		{ id: "not-yet", when: { all: [{ event: "Product Viewed" }, { none: [{ segment: BUYERS }] }] } },
	].map((one): Definition => ({ kind: "segment", definition: segment.parse(one) })),
	{
		kind: "destination",
		definition: destination.parse({
			id: "listener",
			type: "webhook",
			settings: { url: "https://listener.example", secret: "{{secret:listener}}" },
			subscriptions: [...TOLD.map((id) => ({ on: { segment: id } })), { on: { event: ORDER } }],
		}),
	},
];
