import { expect, it } from "vitest";
import { DEFAULT_IDENTITY, type IdentityRules } from "#contracts/definitions/identity.ts";
import type { Seen } from "#test/support/identity.ts";
import { anIdentityWorld, type IdentityWorld, peopleIn } from "#test/support/identity-world.ts";
import { lawRuns, lawTime } from "#test/support/law-runs.ts";

/** Kinds as the short names spell them; otherwise as where a workspace says nothing. */
const RULES: IdentityRules = {
	...DEFAULT_IDENTITY,
	identifiers: DEFAULT_IDENTITY.identifiers.filter(({ namespace }) => /user_id|email|anonymous_id/.test(namespace)),
};
/** Five thousand, and a hundred thousand at night. */
const CUSTOMERS = Math.max(5_000, 10 * lawRuns());

const seen = (minute: number, ...names: string[]): Seen => ({ names, at: new Date(minute * 60_000).toISOString() });

/** What an event reads and writes. */
async function costOf(world: IdentityWorld, ...events: Seen[]) {
	Object.assign(world.items.counts, { reads: 0, writes: 0, largest: 0 });
	for (const event of events) await world.take([event]);
	const { reads, writes, largest } = world.items.counts;
	return { reads, writes, largest };
}

it(
	"a store's till that a whole town uses costs its last customer what it cost the thousandth, and others nothing",
	lawTime(CUSTOMERS, 30),
	async () => {
		const world = anIdentityWorld({ rules: RULES });
		const customer = (i: number) => seen(i, `u:${i}`, `e:${i}`, "a:till");
		const neighbour = (i: number) => [
			seen(1, `u:new-${i}`, `a:new-${i}`),
			seen(2, `u:new-${i}`, `e:new-${i}`, `a:new-${i}`),
		];
		const beside = await costOf(world, ...neighbour(0));
		for (let i = 1; i < 1000; i++) await world.take([customer(i)]);
		const thousandth = await costOf(world, customer(1000));
		for (let i = 1001; i < CUSTOMERS; i++) await world.take([customer(i)]);
		expect(await costOf(world, customer(CUSTOMERS))).toEqual(thousandth);
		expect(thousandth.largest).toBeLessThanOrEqual(12);
		expect(await costOf(world, ...neighbour(1))).toEqual(beside);
		expect(await peopleIn(world, ["a:till", `u:${CUSTOMERS}`])).toEqual({
			"a:till": { id: "a:till", with: ["a:till"], contested: false },
			[`u:${CUSTOMERS}`]: { id: `u:${CUSTOMERS}`, with: [`e:${CUSTOMERS}`, `u:${CUSTOMERS}`], contested: false },
		});
	},
);
