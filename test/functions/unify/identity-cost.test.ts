import { beforeAll, describe, expect, it } from "vitest";
import { benchIdentityCost, type IdentityFigures } from "../../../bench/identity-cost.ts";

/** The goals of DESIGN D11 and section 6, in DynamoDB's billed units as `adapters/meter` counts them. */
const KB = 1024;
const MAX_ITEMS_A_TRANSACTION = 12;

describe("what identity costs the table", () => {
	let figures: readonly IdentityFigures[] = [];
	beforeAll(async () => {
		figures = await benchIdentityCost();
	}, 300_000);

	function costOf(name: string): IdentityFigures {
		const found = figures.find((one) => one.name.startsWith(name));
		if (!found) throw new Error(`nobody measures ${name}`);
		return found;
	}

	it.each([
		"known visitor, a few seconds later",
		"known visitor, minutes later",
		"known visitor, on a worker that has just started",
		"known visitor, never signed in",
		"known visitor, in three segments' counts",
		"shared device: both in turn from then on",
	])("is one write of an item of 1 KB at most, and none of identity: %s", (name) => {
		const { events, writes, writeUnits, writeUnitsOf, transactions, hotItemBytes } = costOf(name);
		expect({ writes, writeUnits, writeUnitsOf, transactions }).toEqual({
			writes: events,
			writeUnits: events,
			writeUnitsOf: { F: events },
			transactions: 0,
		});
		expect(hotItemBytes.p99).toBeLessThanOrEqual(KB);
	});

	it("is one and a half read units for a known visitor whom the worker remembers: the cluster, and the fragment, which its write checks", () => {
		const { readUnits, events } = costOf("known visitor, a few seconds later");
		expect(readUnits).toBe(1.5 * events);
	});

	it("is two plain writes for a new visitor: who it is and what they did", () => {
		const { events, writeUnits, writeUnitsOf, transactions } = costOf("new anonymous visitor");
		expect({ writeUnits, writeUnitsOf, transactions }).toEqual({
			writeUnits: 2 * events,
			writeUnitsOf: { N: events, F: events },
			transactions: 0,
		});
	});

	it("is nothing written when events come again", () => {
		expect(costOf("the same events again")).toMatchObject({ writes: 0, writeUnits: 0 });
	});

	it.each([
		"busy customer, 300 events in a day, fifty segments",
		"busy customer, fifty segments that count every event",
		"known customer with 3 KB of traits, who says them",
		"known customer with 3 KB of traits, who looks around",
		"known visitor, after 500 events in a day",
		"1,000 events of one person, one at a time",
	])("is one write of a hot item of 1 KB at most, and now and then one of the cold item: %s", (name) => {
		const { events, writeUnits, writeUnitsOf, transactions, hotItemBytes } = costOf(name);
		expect({ writeUnitsOf, transactions }).toEqual({ writeUnitsOf: { F: writeUnits }, transactions: 0 });
		expect(writeUnits / events).toBeLessThanOrEqual(1.3);
		expect(hotItemBytes.max).toBeLessThanOrEqual(KB);
	});

	it("is one write for all that one person's events in a batch say, however many", () => {
		// the messageIds alone are 4 KB, written in one transaction with the hot item
		expect(costOf("1,000 events of one person, one envelope").writeUnitsOf.F).toBeLessThanOrEqual(12);
		expect(costOf("1,000 events of one person, 50 envelopes").writes).toBe(5 + 2); // two say that it is another day
	});

	it("is a plain write for each identifier of a known visitor once a day: when it was seen last", () => {
		const { events, writeUnitsOf, transactions } = costOf("known visitor, the first event of a day");
		expect({ writeUnitsOf, transactions }).toEqual({ writeUnitsOf: { N: 2 * events, F: events }, transactions: 0 });
	});

	it("is never a transaction of more than twelve items, however large the profiles that become one or several", () => {
		expect(figures.length).toBeGreaterThan(20);
		for (const { name, largestTransaction } of figures) {
			const most = Math.min(largestTransaction, MAX_ITEMS_A_TRANSACTION);
			expect({ name, largestTransaction }).toEqual({ name, largestTransaction: most });
		}
		expect(costOf("two profiles of 200 identifiers").largestTransaction).toBe(
			costOf("two profiles of 20 identifiers").largestTransaction,
		);
	});

	it("depends on how many profiles a device that becomes a hub stood between, not on how large they are", () => {
		const [small, large] = [costOf("a device becomes a hub"), costOf("the same, each of the 20")];
		expect(large.transactions).toBe(small.transactions);
		expect(large.largestTransaction).toBe(small.largestTransaction);
	});

	it("reads all that hangs together once where a hub tears it into five hundred, whatever the steps", () => {
		const { readUnits, writeUnits } = costOf("an address that joined 500 devices");
		expect(readUnits).toBeLessThanOrEqual(2000);
		expect(writeUnits).toBeLessThanOrEqual(5000);
	});

	it("is the same for a till's hundredth customer and its two thousandth", () => {
		const bill = ({ writeUnits, readUnits, largestTransaction, writes }: IdentityFigures) => ({
			writeUnits,
			readUnits,
			largestTransaction,
			writes,
		});
		expect(bill(costOf("a till's 2,000th customer"))).toEqual(bill(costOf("a till's 100th customer")));
	});

	it("never has a hot item of more than 1 KB", () => {
		expect(Math.max(...figures.map(({ hotItemBytes }) => hotItemBytes.max))).toBeLessThanOrEqual(KB);
	});
});
