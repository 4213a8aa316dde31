import { utf8Bytes } from "../batches.ts";

/** Firehose bills every record as 5 KB at least. */
export const BILLED_BYTES = 5 * 1024;
/** A record is 1,000 KB at most, and Firehose takes at most 500 lines apart when it sorts them into partitions. */
export const RECORD_LIMITS = { bytes: 1_000_000, lines: 500 };

/** Full records stay this far below the limits, so that a last one too small to stand alone always fits into the one before. */
const FULL = { bytes: RECORD_LIMITS.bytes - BILLED_BYTES, lines: RECORD_LIMITS.lines - 50 };

/** Lines for one record: those at the positions from `from` on, `to` not among them. */
export type PackedRecord = { readonly data: Buffer; readonly from: number; readonly to: number };

/**
 * Packs lines into as few records as the limits allow, in their order. No record is under `BILLED_BYTES`, unless all
 * the lines together are. A line that is larger than a record makes one of its own, for Firehose to refuse.
 */
export function packRecords(lines: readonly string[]): PackedRecord[] {
	const records: string[][] = [];
	let bytes = FULL.bytes;
	for (const line of lines) {
		const size = utf8Bytes(line);
		const last = records.at(-1);
		if (last && bytes + size <= FULL.bytes && last.length < FULL.lines) {
			last.push(line);
			bytes += size;
		} else {
			records.push([line]);
			bytes = size;
		}
	}
	if (bytes < BILLED_BYTES && records.length > 1) records.at(-2)?.push(...(records.pop() ?? []));
	let from = 0;
	return records.map((record) => {
		const packed = { data: Buffer.from(record.join("")), from, to: from + record.length };
		from = packed.to;
		return packed;
	});
}
