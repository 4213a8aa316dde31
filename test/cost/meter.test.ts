import { expect, it } from "vitest";
import { dynamoItemStore } from "#adapters/aws/dynamodb/item-store.ts";
import type { ItemStore } from "#adapters/items/item-store.ts";
import { openBill } from "#adapters/meter/bill.ts";
import { meteredItemStore } from "#adapters/meter/metered-item-store.ts";
import { openUsage } from "#adapters/meter/usage.ts";
import { memoryItemStore } from "#test/support/memory-item-store.ts";
import { awsInMemory } from "../../cost/wire/aws.ts";

const text = (kilobytes: number) => "x".repeat(kilobytes * 1024);
const key = (sk: string) => ({ pk: "p", sk });

/** Every kind of call, with items small and large, there and not, conditions that hold and that do not. */
async function work(items: ItemStore): Promise<void> {
	await items.put({ ...key("small"), n: 1 }, { absent: true });
	await items.put({ ...key("large"), text: text(5), n: 1.5 });
	await items.put({ ...key("large"), text: text(1), n: 2 });
	await items.update(key("small"), { add: { n: 2 }, set: { list: ["é", null, true, { deep: 1 }] } }, { present: true });
	await items.update(key("grown"), { set: { text: text(3) } });
	await items.get(key("large"));
	await items.get(key("nobody"));
	await items.batchGet([key("small"), key("large"), key("nobody")]);
	await items.batchGet([key("small"), key("large"), key("nobody")], { mayBeStale: true });
	await items.query({ pk: "p" });
	await items.query({ pk: "p", prefix: "gr", limit: 1 });
	await items.query({ pk: "p", from: "l", to: "m", reverse: true });
	await items.transact([
		{ kind: "put", item: { ...key("both"), text: text(2) }, condition: { absent: true } },
		{ kind: "update", key: key("small"), changes: { remove: ["list"] } },
		{ kind: "check", key: key("large"), condition: { equals: { n: 2 } } },
		{ kind: "delete", key: key("grown") },
	]);
	await items.delete(key("both"));
}

it("counts at the SDK's client, over the wire, what the metered store counts beside it", async () => {
	const [bill, memory, meter] = [openBill(), memoryItemStore(), openUsage()];
	await work(meteredItemStore(memory, bill.add));
	const { dynamo } = awsInMemory().clients(meter);
	const overTheWire = dynamoItemStore({ client: dynamo, table: "items" });
	await work(overTheWire);

	const { writeUnits, readUnits } = bill.sum();
	expect(meter.read().counts).toEqual({ writeUnits, readUnits });
	expect(writeUnits).toBeGreaterThan(30);
	for (const item of memory.all()) expect(await overTheWire.get(item)).toEqual(item);
});

it("bills a write that is refused, alone and in a transaction", async () => {
	const meter = openUsage();
	const { dynamo } = awsInMemory().clients(meter);
	const items = dynamoItemStore({ client: dynamo, table: "items" });
	expect(await items.put({ ...key("a"), text: text(2) }, { present: true })).toEqual({ kind: "refused", at: [0] });
	expect(meter.read().counts.writeUnits).toBe(3);
	const put = { kind: "put", item: { ...key("a"), text: text(2) }, condition: { present: true } } as const;
	expect(await items.transact([{ kind: "check", key: key("b"), condition: { absent: true } }, put])).toEqual({
		kind: "refused",
		at: [1],
	});
	expect(meter.read().counts.writeUnits).toBe(3 + 2 * (1 + 3));
});
