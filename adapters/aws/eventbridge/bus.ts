import { type EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from "@aws-sdk/client-eventbridge";
import { type Bus, type BusEntry, BusRefused } from "#domain/model/ports.ts";
import { batchesOf, utf8Bytes } from "../batches.ts";
import { codesOf, type Refused, type Resending, sendUntilTaken, withJitter } from "../resend.ts";

/** PutEvents takes 10 entries a call, and 256 KB of them together where the newer 1 MB is not there yet. */
const LIMITS = { count: 10, bytes: 256 * 1024 };

/**
 * The bus on EventBridge. `PutEvents` can answer 200 and still have lost entries: each one's own result is read, and
 * only those that were refused are sent again.
 */
export function eventBridgeBus(deps: {
	readonly client: EventBridgeClient;
	readonly bus: string;
	readonly resending?: Resending;
}): Bus {
	const { client, bus, resending = withJitter } = deps;

	const toEntry = ({ source, detailType, detail }: BusEntry): PutEventsRequestEntry => ({
		EventBusName: bus,
		Source: source,
		DetailType: detailType,
		Detail: JSON.stringify(detail),
	});

	async function put(entries: readonly PutEventsRequestEntry[]): Promise<Refused<PutEventsRequestEntry>[]> {
		const refused: Refused<PutEventsRequestEntry>[] = [];
		for (const batch of batchesOf(entries, LIMITS, entryBytes)) {
			const { Entries: results } = await client.send(new PutEventsCommand({ Entries: batch }));
			for (const [i, item] of batch.entries()) {
				const result = results?.[i];
				if (!result?.EventId) refused.push({ item, code: result?.ErrorCode ?? "NoResult" });
			}
		}
		return refused;
	}

	return {
		async publish(entries) {
			const refused = await sendUntilTaken(entries.map(toEntry), put, resending);
			if (refused.length > 0) throw new BusRefused(refused.length, entries.length, codesOf(refused));
		},
	};
}

/** An entry's size as EventBridge counts it: its texts in UTF-8 (Tutti sets no time and no resources). */
const entryBytes = ({ Source = "", DetailType = "", Detail = "" }: PutEventsRequestEntry): number =>
	utf8Bytes(Source) + utf8Bytes(DetailType) + utf8Bytes(Detail);
