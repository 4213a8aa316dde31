import type { Fragment } from "#domain/model/profile.ts";
import { HASH_LENGTH, remember } from "#domain/unify/ring.ts";

type Ring = Fragment["ring"];

const HOUR_MS = 60 * 60 * 1000;

/** What a ring has that the cold item's has not. */
export function ringBeyond(cold: Ring, ring: Ring): Ring {
	const hours = Object.entries(ring).flatMap(([hour, text]): [string, string][] => {
		const fresh = textBeyond(cold[hour] ?? "", text);
		return fresh === "" ? [] : [[hour, fresh]];
	});
	return Object.fromEntries(hours);
}

/** Both rings together: as one that never was apart, so what is too old or too much in it is gone. */
export function bothRings(cold: Ring, hot: Ring): Ring {
	const hours = Object.entries(hot).map(([hour, text]): [string, string] => {
		const before = cold[hour] ?? "";
		return [hour, before + textBeyond(before, text)];
	});
	const all = { ...cold, ...Object.fromEntries(hours) };
	const last = Math.max(...Object.keys(all).map(Number));
	return Number.isFinite(last) ? remember(all, [], new Date(last * HOUR_MS)) : all;
}

/** Whether a ring has all that the cold item's has, but for what goes by itself. Never false where events were folded. */
export function isGrown(cold: Ring, ring: Ring): boolean {
	if (Object.entries(cold).every(([hour, text]) => ring[hour]?.startsWith(text))) return true;
	const kept = bothRings(cold, ring);
	return Object.entries(kept).every(([hour, text]) => text.length === (ring[hour] ?? "").length);
}

/** Mostly the one begins with the other. */
function textBeyond(known: string, text: string): string {
	if (text.startsWith(known)) return text.slice(known.length);
	const before = new Set(hashesIn(known));
	return hashesIn(text)
		.filter((hash) => !before.has(hash))
		.join("");
}

const hashesIn = (text: string): string[] =>
	Array.from({ length: text.length / HASH_LENGTH }, (_, i) => text.slice(i * HASH_LENGTH, (i + 1) * HASH_LENGTH));
