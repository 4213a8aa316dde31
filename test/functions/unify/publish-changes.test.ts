import type { DynamoDBRecord } from "aws-lambda";
import { describe, expect, it } from "vitest";
import { type BusEntry, BusRefused } from "#domain/model/ports.ts";
import type { Transition } from "#domain/segment/transition-counts.ts";
import { publishChanges } from "#functions/unify/publish-changes/publish-changes.ts";
import { aContext } from "../shared/queue-event.ts";
import { recordingLog } from "../shared/recording-log.ts";
import { outboxInsert, streamEvent } from "./stream-event.ts";

const entry = (n: number): BusEntry => ({ source: "tutti.segment", detailType: "SegmentEntered", detail: { n } });

/** A bus that remembers its calls and refuses every call with an entry of these numbers in it. */
function aBus(refused: readonly number[] = []) {
	const published: number[] = [];
	const publish = async (entries: readonly BusEntry[]) => {
		const numbers = entries.map(({ detail }) => (detail as { n: number }).n);
		const bad = numbers.filter((n) => refused.includes(n));
		if (bad.length > 0) throw new BusRefused(bad.length, entries.length, ["InternalFailure"]);
		published.push(...numbers);
	};
	return { bus: { publish }, published };
}

async function run(bus: ReturnType<typeof aBus>["bus"], ...records: DynamoDBRecord[]) {
	const log = recordingLog();
	const answer = await publishChanges({ bus, log })(streamEvent(...records), aContext);
	return { failed: answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier), log };
}

describe("publishChanges", () => {
	it("publishes the entries of inserted rows in their order, in one go", async () => {
		const calls: BusEntry[][] = [];
		const bus = { publish: async (entries: readonly BusEntry[]) => void calls.push([...entries]) };
		const { failed } = await run(bus, outboxInsert("100", entry(1)), outboxInsert("200", entry(2)));
		expect(calls).toEqual([[entry(1), entry(2)]]);
		expect(failed).toEqual([]);
	});

	it.each<[string, Partial<DynamoDBRecord>]>([
		["a row that expired", { eventName: "REMOVE" }],
		["a row that was written again", { eventName: "MODIFY" }],
		["an item that is no outbox row", { dynamodb: { Keys: { pk: { S: "F#1" } }, SequenceNumber: "150" } }],
	])("does not tell of %s", async (_, other) => {
		const { bus, published } = aBus();
		const { failed } = await run(bus, { ...outboxInsert("150", entry(9)), ...other }, outboxInsert("200", entry(1)));
		expect([published, failed]).toEqual([[1], []]);
	});

	it.each<[string, DynamoDBRecord["dynamodb"]]>([
		["no image", {}],
		["no entry", { NewImage: {} }],
		["an entry that is not JSON", { NewImage: { entry: { S: "ada@example.com" } } }],
		["an entry of another shape", { NewImage: { entry: { S: '{"detail":"ada@example.com"}' } } }],
	])("reports a row with %s, without quoting it, and publishes the others", async (_, dynamodb) => {
		const { bus, published } = aBus();
		const bad = outboxInsert("200", entry(9));
		const row = { ...bad, dynamodb: { ...dynamodb, SequenceNumber: "200", Keys: { pk: { S: "OUT#x" } } } };
		const { failed, log } = await run(bus, outboxInsert("100", entry(1)), row, outboxInsert("300", entry(3)));
		expect([published, failed]).toEqual([[1, 3], ["200"]]);
		expect(log.lines).toMatchObject([{ level: "error", fields: { sequenceNumber: "200" } }]);
		expect(JSON.stringify(log.lines)).not.toContain("ada@");
	});

	it("reports what the bus refuses, and publishes the others all the same", async () => {
		const { bus, published } = aBus([2]);
		const rows = [1, 2, 3].map((n) => outboxInsert(`${n}00`, entry(n)));
		expect((await run(bus, ...rows)).failed).toEqual(["200"]);
		expect(published).toEqual([1, 3]);
	});

	it("leaves the whole batch to a retry when the bus cannot be reached", async () => {
		const bus = { publish: async () => Promise.reject(new Error("connection reset")) };
		await expect(run(bus, outboxInsert("100", entry(1)))).rejects.toThrow("connection reset");
	});

	describe("counts", () => {
		const change = (n: number, detailType = "SegmentEntered"): BusEntry => ({
			source: "tutti.segment",
			detailType,
			detail: { n, transitionId: `p${n}:gold:1`, segmentId: "gold", at: "2026-03-10T10:00:00.000Z" },
		});
		async function counted(refused: readonly number[], ...entries: BusEntry[]) {
			const seen: string[] = [];
			const transitions = {
				count: async (some: readonly Transition[]) => void seen.push(...some.map(({ id, kind }) => `${id} ${kind}`)),
			};
			const records = entries.map((one, i) => outboxInsert(String(100 + i), one));
			await publishChanges({ bus: aBus(refused).bus, log: recordingLog(), transitions })(
				streamEvent(...records),
				aContext,
			);
			return seen;
		}

		it("who entered and exited, once that is told, and no other news", async () => {
			const merged = { ...change(3), detailType: "ProfilesMerged" };
			expect(await counted([2], change(1), change(2), merged, change(4, "SegmentExited"))).toEqual([
				"p1:gold:1 entered",
				"p4:gold:1 exited",
			]);
		});

		it("nothing and tells the news all the same when counting fails", async () => {
			const { bus, published } = aBus();
			const log = recordingLog();
			const transitions = { count: async () => Promise.reject(new Error("throttled")) };
			const answer = await publishChanges({ bus, log, transitions })(
				streamEvent(outboxInsert("1", change(1))),
				aContext,
			);
			expect([answer.batchItemFailures, published]).toEqual([[], [1]]);
			expect(log.lines).toMatchObject([{ level: "error", fields: { of: 1, error: "Error" } }]);
		});
	});
});
