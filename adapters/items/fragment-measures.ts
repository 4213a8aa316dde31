import type { MeasureState } from "#domain/model/profile.ts";
import { fromNumbers, fromStored, type StoredBucket, toNumbers, toStored } from "./fragment-buckets.ts";
import type { OriginTable, originsIn } from "./fragment-origins.ts";

type Buckets = MeasureState[string];

/**
 * A measure as the cold item holds it: one text, which costs less than lists do. Its stretches of time stand in order, each
 * as the distance from the one before in base 36, then what it holds (`fragment-buckets.ts`): `fiv,2:3` are one event and,
 * two stretches later, three. Where one of them holds more than numbers it is JSON: `[["0",{"v":{"$coffee":3}}]]`.
 */
export function toText(buckets: Buckets, origins: OriginTable): string {
	let before = 0;
	const sorted = Object.entries(buckets)
		.sort(([x], [y]) => Number(x) - Number(y))
		.map(([at, bucket]) => {
			const distance = (Number(at) - before).toString(36);
			before = Number(at);
			return { distance, bucket, numbers: toNumbers(bucket) };
		});
	return sorted.every(({ numbers }) => numbers !== undefined)
		? sorted.map(({ distance, numbers }) => (numbers ? `${distance}:${numbers}` : distance)).join()
		: JSON.stringify(sorted.map(({ distance, bucket }) => [distance, toStored(bucket, origins)]));
}

export function fromText(text: string, originAt: ReturnType<typeof originsIn>): Buckets {
	let at = 0;
	const parts = text.startsWith("[")
		? (JSON.parse(text) as [string, StoredBucket][]).map(([distance, stored]) => ({
				distance,
				bucket: fromStored(stored, originAt),
			}))
		: text.split(",").map((part) => {
				const [distance = ""] = part.split(":", 1);
				return { distance, bucket: fromNumbers(part.slice(distance.length + 1)) };
			});
	return Object.fromEntries(
		parts.map(({ distance, bucket }) => {
			at += Number.parseInt(distance, 36);
			return [String(at), bucket];
		}),
	);
}
