import { generateShop } from "#demo/shop.ts";
import type { CollectedEvent } from "#domain/model/event.ts";
import { anEvent } from "#test/functions/unify/pass.ts";
import { measure, SCENARIOS } from "./identity/scenarios.ts";
import { aWorld, type Cost } from "./identity/world.ts";

export type IdentityFigures = Cost & { readonly name: string };

/**
 * What events cost the table, in DynamoDB's billed units: identity and profile, no segments. The figures do not depend on
 * the machine; `test/functions/unify/identity-cost.test.ts` holds them to the goals.
 */
export async function benchIdentityCost(): Promise<IdentityFigures[]> {
	const figures: IdentityFigures[] = [];
	for (const scenario of SCENARIOS) figures.push({ name: scenario.name, ...(await measure(scenario)) });
	return [...figures, { name: "the demo shop, 300 customers, requests of 20", ...(await theShop()) }];
}

/** Ninety days of a shop as they came in: what a mixture of all this costs, by a law of large numbers. */
async function theShop(): Promise<Cost> {
	const shop = generateShop({ customers: 300, now: new Date("2026-01-30T00:00:00Z") });
	const world = aWorld();
	try {
		return await world.cost(shop.events.map(asCollected), { anEnvelopeOf: 20 });
	} finally {
		world.close();
	}
}

function asCollected({ message, arrivesAt }: ReturnType<typeof generateShop>["events"][number]): CollectedEvent {
	const { timestamp, ...fields } = message;
	return anEvent({ ...fields, at: timestamp, receivedAt: new Date(arrivesAt).toISOString() });
}
