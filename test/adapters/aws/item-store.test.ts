import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { afterEach, describe, expect, it } from "vitest";
import { dynamoItemStore } from "#adapters/aws/dynamodb/item-store.ts";
import type { Write } from "#adapters/items/item-store.ts";
import { type AnsweringServer, answering, type Call, ServiceError } from "./answering.ts";
import { noWaiting } from "./waits.ts";

type Key = { pk: { S: string }; sk: { S: string } };
type Input = { RequestItems?: { items: { Keys: Key[]; ConsistentRead: boolean } } } & { [field: string]: unknown };

const keys = (count: number) => Array.from({ length: count }, (_, n) => ({ pk: "p", sk: `${n}` }));
const asked = ({ input }: Call<Input>) => input.RequestItems?.items.Keys.map((key) => Number(key.sk.S)) ?? [];
const writes = (count: number) =>
	keys(count).map((key): Write => ({ kind: "put", item: key, condition: { absent: true } }));
const cancelled = (...codes: string[]) =>
	new ServiceError("TransactionCanceledException", { CancellationReasons: codes.map((Code) => ({ Code })) });

describe("dynamoItemStore", () => {
	let server: AnsweringServer<Input>;
	afterEach(() => server.close());

	async function open(answer: (call: Call<Input>, nth: number) => object, resending = noWaiting()) {
		server = await answering<Input>(answer);
		return dynamoItemStore({ client: new DynamoDBClient(server.settings), table: "items", resending });
	}

	describe("batchGet", () => {
		/** Answers the keys that `takes` says, leaves the others unprocessed. */
		const taking = (takes: (n: number, nth: number) => boolean) => (call: Call<Input>, nth: number) => {
			const all = call.input.RequestItems?.items.Keys ?? [];
			const left = all.filter((key) => !takes(Number(key.sk.S), nth));
			return {
				Responses: { items: all.filter((key) => !left.includes(key)) },
				UnprocessedKeys: left.length === 0 ? {} : { items: { Keys: left } },
			};
		};

		it("asks for a hundred keys a call, consistently", async () => {
			const store = await open(taking(() => true));
			expect(await store.batchGet(keys(230))).toHaveLength(230);
			expect(server.calls.map((call) => asked(call).length).sort((a, b) => b - a)).toEqual([100, 100, 30]);
			expect(server.calls.every((call) => call.input.RequestItems?.items.ConsistentRead)).toBe(true);
		});

		it("asks for half the price where what it reads may be stale", async () => {
			const store = await open(taking(() => true));
			await store.batchGet(keys(3), { mayBeStale: true });
			expect(server.calls.map((call) => call.input.RequestItems?.items.ConsistentRead)).toEqual([false]);
		});

		it("asks again for the keys that were left, until none is", async () => {
			const resending = noWaiting(5);
			const store = await open(
				taking((n, nth) => n < nth * 2),
				resending,
			);
			const items = await store.batchGet(keys(6));
			expect(items.map((item) => item.sk)).toEqual(["0", "1", "2", "3", "4", "5"]);
			expect(server.calls.map(asked)).toEqual([
				[0, 1, 2, 3, 4, 5],
				[2, 3, 4, 5],
				[4, 5],
			]);
			expect(resending.waited).toEqual([1, 2]);
		});

		it("throws rather than leave keys unread", async () => {
			const store = await open(taking((n) => n !== 1));
			await expect(store.batchGet(keys(3))).rejects.toThrow("the table left 1 of 3 keys unread");
			expect(server.calls.map(asked)).toEqual([[0, 1, 2], [1], [1]]);
		});
	});

	describe("transact", () => {
		it.each<{ codes: string[]; at: number[] }>([
			{ codes: ["None", "ConditionalCheckFailed", "None"], at: [1] },
			{ codes: ["ConditionalCheckFailed", "None", "ConditionalCheckFailed"], at: [0, 2] },
			{ codes: ["TransactionConflict", "ConditionalCheckFailed", "None"], at: [1] },
		])("says that $at were refused when the reasons are $codes, and asks once", async ({ codes, at }) => {
			const store = await open(() => {
				throw cancelled(...codes);
			});
			expect(await store.transact(writes(3))).toEqual({ kind: "refused", at });
			expect(server.calls).toHaveLength(1);
		});

		it("tries again what only met another transaction", async () => {
			const store = await open((_, nth) => {
				if (nth < 3) throw cancelled("None", "TransactionConflict");
				return {};
			});
			expect(await store.transact(writes(2))).toEqual({ kind: "written" });
			const tokens = server.calls.map(({ input }) => input.ClientRequestToken);
			expect(new Set(tokens).size).toBe(3);
		});

		it("throws a conflict that does not end, for a retry of the whole", async () => {
			const resending = noWaiting(4);
			const store = await open(() => {
				throw cancelled("TransactionConflict", "None");
			}, resending);
			await expect(store.transact(writes(2))).rejects.toThrow("TransactionCanceledException");
			expect(server.calls).toHaveLength(4);
		});

		it.each(["ThrottlingError", "ProvisionedThroughputExceeded", "ItemCollectionSizeLimitExceeded", "ValidationError"])(
			"throws when a reason is %s",
			async (code) => {
				const store = await open(() => {
					throw cancelled("None", code);
				});
				await expect(store.transact(writes(2))).rejects.toThrow("TransactionCanceledException");
				expect(server.calls).toHaveLength(1);
			},
		);
	});

	it("takes a condition that does not hold as an answer, and every other error as an error", async () => {
		const store = await open((_, nth) => {
			throw new ServiceError(nth === 1 ? "ConditionalCheckFailedException" : "ResourceNotFoundException");
		});
		expect(await store.put({ pk: "p", sk: "s" }, { absent: true })).toEqual({ kind: "refused", at: [0] });
		await expect(store.put({ pk: "p", sk: "s" }, { absent: true })).rejects.toThrow("ResourceNotFoundException");
	});

	it("tries a single write again that met a transaction", async () => {
		const store = await open((_, nth) => {
			if (nth === 1) throw new ServiceError("TransactionConflictException");
			return {};
		});
		expect(await store.update({ pk: "p", sk: "s" }, { add: { count: 1 } })).toEqual({ kind: "written" });
		expect(server.calls).toHaveLength(2);
	});

	it("asks nothing for bounds that leave no room, by the bytes of their UTF-8", async () => {
		const store = await open(() => ({ Items: [] }));
		expect(await store.query({ pk: "p", from: "b", to: "a" })).toEqual({ items: [] });
		expect(await store.query({ pk: "p", from: "😀", to: "～" })).toEqual({ items: [] });
		expect(server.calls).toEqual([]);
		await store.query({ pk: "p", from: "～", to: "😀" });
		expect(server.calls).toHaveLength(1);
	});

	it("gives a cursor that fits a URL and takes it back", async () => {
		const last = { pk: { S: "p" }, sk: { S: "～/?+😀" } };
		const store = await open(() => ({ Items: [], LastEvaluatedKey: last }));
		const { cursor = "" } = await store.query({ pk: "p" });
		expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/);
		await store.query({ pk: "p", cursor });
		expect(server.calls[1]?.input.ExclusiveStartKey).toEqual(last);
	});
});
