import type { Fragment } from "#domain/model/profile.ts";

/** Characters of one hash: 6 bytes in base64. Among 512 of them a new one is taken for a known one once in 5 × 10¹¹ times. */
export const HASH_LENGTH = 8;

const MAX_HASHES = 512;
const HOURS = 24;
const HOUR_MS = 60 * 60 * 1000;

/** Whether a fragment remembers a hash at this time: those of the last 24 hours. */
export const remembers = (ring: Fragment["ring"], hash: string, now: Date): boolean =>
	Object.entries(ring).some(([hour, text]) => isCurrent(hour, now) && holds(text, hash));

/** Hashes stand one after the other: what is found across two of them is none. */
function holds(text: string, hash: string): boolean {
	let at = text.indexOf(hash);
	while (at >= 0 && at % HASH_LENGTH !== 0) at = text.indexOf(hash, at + 1);
	return at >= 0;
}

/** The ring with more hashes, in the hour it is now: the last 512 of the last 24 hours. */
export function remember(ring: Fragment["ring"], fresh: readonly string[], now: Date): Fragment["ring"] {
	const hour = String(hourOf(now));
	const kept = current(ring, now);
	const all = { ...kept, [hour]: (kept[hour] ?? "") + fresh.join("") };
	let room = MAX_HASHES * HASH_LENGTH;
	const trimmed = Object.entries(all)
		.sort(([x], [y]) => Number(y) - Number(x))
		.flatMap(([of, text]): [string, string][] => {
			const last = room > 0 ? text.slice(-room) : "";
			room -= last.length;
			return last === "" ? [] : [[of, last]];
		});
	return Object.fromEntries(trimmed.reverse());
}

const current = (ring: Fragment["ring"], now: Date): Fragment["ring"] =>
	Object.fromEntries(Object.entries(ring).filter(([hour]) => isCurrent(hour, now)));

/**
 * Whether the ring may have forgotten an event that was received then (ISO 8601 UTC): it was folded in that hour at the
 * earliest, so what was received in an hour that is remembered is in the ring if it was folded.
 */
export const isForgotten = (receivedAt: string, now: Date): boolean =>
	!isCurrent(String(hourOf(new Date(receivedAt))), now);

const isCurrent = (hour: string, now: Date): boolean => Number(hour) > hourOf(now) - HOURS;

/** Hours since 1970: the name of a ring's part. */
const hourOf = (now: Date): number => Math.floor(now.getTime() / HOUR_MS);
