import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { afterEach, describe, expect, it } from "vitest";
import { eventBridgeBus } from "#adapters/aws/eventbridge/bus.ts";
import { type BusEntry, BusRefused } from "#domain/model/ports.ts";
import { type AnsweringServer, answering, type Call, ServiceError } from "./answering.ts";
import { noWaiting } from "./waits.ts";

type PutEvents = { Entries: { Source: string; DetailType: string; Detail: string; EventBusName: string }[] };

const entry = (n: number, text = ""): BusEntry => ({
	source: "tutti.collect",
	detailType: "EventsCollected",
	detail: { n, text },
});
const entries = (count: number) => Array.from({ length: count }, (_, n) => entry(n));
const numbersOf = ({ input }: Call<PutEvents>) =>
	input.Entries.map(({ Detail }) => (JSON.parse(Detail) as { n: number }).n);
const taken = { EventId: "id" };
const throttled = { ErrorCode: "ThrottlingException", ErrorMessage: "slow down" };

describe("eventBridgeBus", () => {
	let server: AnsweringServer<PutEvents>;
	afterEach(() => server.close());

	async function open(answer: (numbers: number[], nth: number) => object, resending = noWaiting()) {
		server = await answering<PutEvents>((call, nth) => answer(numbersOf(call), nth));
		return eventBridgeBus({ client: new EventBridgeClient(server.settings), bus: "tutti", resending });
	}
	const takingAll = (numbers: number[]) => ({ FailedEntryCount: 0, Entries: numbers.map(() => taken) });

	it("puts each entry on the bus with its source, its type and its detail as JSON", async () => {
		const bus = await open(takingAll);
		await bus.publish([entry(1, "Zoë")]);
		expect(server.calls).toEqual([
			{
				operation: "PutEvents",
				input: {
					Entries: [
						{
							EventBusName: "tutti",
							Source: "tutti.collect",
							DetailType: "EventsCollected",
							Detail: '{"n":1,"text":"Zoë"}',
						},
					],
				},
			},
		]);
	});

	it("puts ten entries a call", async () => {
		const bus = await open(takingAll);
		await bus.publish(entries(25));
		expect(server.calls.map((call) => numbersOf(call).length)).toEqual([10, 10, 5]);
		expect(server.calls.flatMap(numbersOf)).toEqual(entries(25).map((_, n) => n));
	});

	it("puts no more than 256 KB a call, and a larger entry alone", async () => {
		const bus = await open(takingAll);
		const sizes = [100_000, 100_000, 100_000, 300_000, 10];
		await bus.publish(sizes.map((size, n) => entry(n, "x".repeat(size))));
		expect(server.calls.map(numbersOf)).toEqual([[0, 1], [2], [3], [4]]);
	});

	it("counts an entry's bytes in UTF-8", async () => {
		const bus = await open(takingAll);
		await bus.publish([0, 1].map((n) => entry(n, "é".repeat(70_000))));
		expect(server.calls.map(numbersOf)).toEqual([[0], [1]]);
	});

	it("sends again only the entries that were refused, and is content when they are taken", async () => {
		const resending = noWaiting();
		const bus = await open(
			(numbers, nth) => ({
				FailedEntryCount: nth === 1 ? 2 : 0,
				Entries: numbers.map((n) => (nth === 1 && n % 3 === 1 ? throttled : taken)),
			}),
			resending,
		);
		await bus.publish(entries(6));
		expect(server.calls.map(numbersOf)).toEqual([
			[0, 1, 2, 3, 4, 5],
			[1, 4],
		]);
		expect(resending.waited).toEqual([1]);
	});

	it("throws BusRefused with what stayed refused and why, after its tries", async () => {
		const resending = noWaiting(4);
		const bus = await open(
			(numbers) => ({
				FailedEntryCount: 1,
				Entries: numbers.map((n) => (n === 2 ? throttled : taken)),
			}),
			resending,
		);
		const error = await bus.publish(entries(3)).catch((thrown: unknown) => thrown);
		expect(error).toBeInstanceOf(BusRefused);
		expect(error).toMatchObject({ refused: 1, codes: ["ThrottlingException"] });
		expect((error as BusRefused).message).toBe("the bus refused 1 of 3 entries: ThrottlingException");
		expect(server.calls.map(numbersOf)).toEqual([[0, 1, 2], [2], [2], [2]]);
		expect(resending.waited).toEqual([1, 2, 3]);
	});

	it("believes no count: an entry without an id of its own was not taken", async () => {
		const bus = await open((numbers) => ({ FailedEntryCount: 0, Entries: numbers.slice(1).map(() => taken) }));
		await expect(bus.publish(entries(2))).rejects.toThrow("the bus refused 1 of 2 entries: NoResult");
	});

	it("throws what the bus throws", async () => {
		const bus = await open(() => {
			throw new ServiceError("InternalException");
		});
		await expect(bus.publish(entries(1))).rejects.toThrow("InternalException");
	});
});
