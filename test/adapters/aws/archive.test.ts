import { FirehoseClient } from "@aws-sdk/client-firehose";
import { afterEach, describe, expect, it } from "vitest";
import { firehoseArchive } from "#adapters/aws/firehose/archive.ts";
import { ArchiveRefused } from "#domain/model/ports.ts";
import { anArchivedEvent } from "../archived-events.ts";
import { type AnsweringServer, answering, type Call } from "./answering.ts";
import { noWaiting } from "./waits.ts";

type Records = { DeliveryStreamName: string; Records: { Data: string }[] };
type Row = { message_id: string; properties: string };

const recordsOf = ({ input }: Call<Records>) => input.Records.map(({ Data }) => Buffer.from(Data, "base64"));
const firstOf = (record: Buffer) => numberIn(record.toString().split("\n")[0] ?? "");
const numberIn = (line: string) => (JSON.parse((JSON.parse(line) as Row).properties) as { n: number }).n;
/** Events of so many bytes that each record of 1,000 KB takes only some of them. */
const events = (count: number, size = 30_000) =>
	Array.from({ length: count }, (_, n) => anArchivedEvent({ properties: { n, text: "x".repeat(size) } }));

describe("firehoseArchive", () => {
	let server: AnsweringServer<Records>;
	afterEach(() => server.close());

	async function open(failing: (firstInRecord: number, nth: number) => boolean, resending = noWaiting()) {
		server = await answering<Records>((call, nth) => {
			const failed = recordsOf(call).map((record) => failing(firstOf(record), nth));
			return {
				FailedPutCount: failed.filter(Boolean).length,
				RequestResponses: failed.map((isFailed) =>
					isFailed ? { ErrorCode: "ServiceUnavailableException", ErrorMessage: "later" } : { RecordId: "id" },
				),
			};
		});
		return firehoseArchive({ client: new FirehoseClient(server.settings), stream: "archive", resending });
	}

	it("packs rows as lines into few records, each under the limits, all of them in order", async () => {
		const archive = await open(() => false);
		await archive.store(events(200));
		const records = server.calls.flatMap(recordsOf);
		const lines = records.flatMap((record) => record.toString().split("\n").slice(0, -1));
		expect(lines.map(numberIn)).toEqual(Array.from({ length: 200 }, (_, n) => n));
		expect(records.length).toBe(7);
		expect(records.map((record) => record.byteLength).filter((bytes) => bytes > 1_000_000 || bytes < 5120)).toEqual([]);
	});

	it("puts no more than 4 MB a call, into its stream", async () => {
		const archive = await open(() => false);
		await archive.store(events(200));
		expect(server.calls.length).toBe(2);
		for (const call of server.calls) {
			expect(Buffer.concat(recordsOf(call)).byteLength).toBeLessThanOrEqual(4 * 1024 * 1024);
			expect(call.input.DeliveryStreamName).toBe("archive");
		}
	});

	it("sends again only the records that failed", async () => {
		const resending = noWaiting();
		const archive = await open((first, nth) => first > 0 && nth === 1, resending);
		await archive.store(events(70));
		const firsts = server.calls.map((call) => recordsOf(call).map(firstOf));
		expect(firsts).toHaveLength(2);
		expect(firsts[0]?.length).toBe(3);
		expect(firsts[1]).toEqual(firsts[0]?.slice(1));
		expect(resending.waited).toEqual([1]);
	});

	it("says exactly which rows stayed failed and why, after its tries", async () => {
		const archive = await open((first) => first === 32, noWaiting(4));
		const refused = await archive.store(events(70)).catch((error: unknown) => error);
		expect(refused).toBeInstanceOf(ArchiveRefused);
		expect(refused).toMatchObject({ message: "the archive refused 32 of 70 rows: ServiceUnavailableException" });
		const { refused: positions } = refused as ArchiveRefused;
		expect([...positions]).toEqual(Array.from({ length: 32 }, (_, n) => n + 32));
		expect(server.calls.map((call) => recordsOf(call).map(firstOf).at(-1))).toEqual([64, 32, 32, 32]);
		expect(server.calls.map((call) => recordsOf(call).length)).toEqual([3, 1, 1, 1]);
	});

	it("asks Firehose nothing when there is nothing to store", async () => {
		const archive = await open(() => false);
		await archive.store([]);
		expect(server.calls).toEqual([]);
	});
});
