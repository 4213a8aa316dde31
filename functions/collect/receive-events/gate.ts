import { hash, timingSafeEqual } from "node:crypto";
import type { Source } from "#contracts/definitions/source.ts";
import { allowsOrigin, isKnownOrigin } from "#domain/collect/allow-origin.ts";
import { findSource, type KeyCheck, keyRing } from "#domain/collect/find-source.ts";
import type { Applied, Sources, Workspace } from "#domain/model/definitions.ts";
import { describeError, type Log } from "#functions/shared/log.ts";
import type { RateLimit } from "./rate-limit.ts";
import { RETRY_SECONDS, type Refusal } from "./refusal.ts";

type Deps = {
	readonly definitions: Sources;
	readonly limit: Pick<RateLimit, "wait">;
	readonly now: () => Date;
	readonly log: Log;
};

/** Who may come in, by the definitions as they stand now. */
export type Gate = {
	/** The source whose key this is, if it may send from this origin, and now. */
	admit(key: string | undefined, origin: string | undefined): Applied<Source> | Refusal;
	/** The same for what reads only: it takes nothing from the source's rate, and a source that is off is found as well. */
	find(key: string | undefined, origin: string | undefined): Applied<Source> | Refusal;
	/** Whether a page of this origin may read answers. */
	knows(origin: string): boolean;
};

/** Opens the gate for one request. Never throws: without definitions nobody comes in, and nobody is known. */
export type OpenGate = () => Promise<Gate>;

const keyCheck: KeyCheck = {
	digest: (key) => hash("sha256", key, "buffer"),
	read: (base64url) => Buffer.from(base64url, "base64url"),
	equal: (a, b) => a.length === b.length && timingSafeEqual(a, b),
};

/** Gates by definitions that are looked at again for each request. */
export function gates({ definitions, limit, now, log }: Deps): OpenGate {
	let latest: { readonly workspace: Pick<Workspace, "sources">; readonly gate: Gate } | undefined;
	let askAgainAt = 0;

	return async () => {
		if (latest && askAgainAt > 0 && now().getTime() < askAgainAt) return latest.gate;
		try {
			const workspace = await definitions.current();
			askAgainAt = 0;
			if (latest?.workspace !== workspace) latest = { workspace, gate: gate(workspace.sources, limit) };
		} catch (error) {
			// Yesterday's definitions are better than none: the collector must not stand still because the table does.
			askAgainAt = now().getTime() + RETRY_SECONDS * 1000;
			log.error("the definitions could not be read", { goesOn: latest !== undefined, ...describeError(error) });
		}
		return latest?.gate ?? SHUT;
	};
}

const UNAVAILABLE: Refusal = { code: "unavailable", retryAfterSeconds: RETRY_SECONDS };
const SHUT: Gate = { admit: () => UNAVAILABLE, find: () => UNAVAILABLE, knows: () => false };

function gate(sources: readonly Applied<Source>[], limit: Deps["limit"]): Gate {
	const sourceOf = sourceFinder(sources);
	const find: Gate["find"] = (key, origin) => {
		if (key === undefined) return { code: "missing_key" };
		const source = sourceOf(key);
		if (!source) return { code: "unknown_key" };
		return allowsOrigin(source, origin) ? source : { code: "origin_not_allowed" };
	};
	return {
		find,
		admit(key, origin) {
			const source = find(key, origin);
			if ("code" in source) return source;
			if (!source.enabled) return { code: "source_disabled" };
			const waitSeconds = limit.wait(source);
			return waitSeconds === 0 ? source : { code: "rate_limited", retryAfterSeconds: waitSeconds };
		},
		knows: (origin) => isKnownOrigin(sources, origin),
	};
}

/**
 * Finds sources by key, and remembers each key that was right: hashing costs as much as parsing a small event. A Map
 * looks by a hash of the whole text, seeded anew in every process, so a wrong key never shows how near it came.
 */
function sourceFinder(sources: readonly Applied<Source>[]) {
	const ring = keyRing(sources, keyCheck);
	const proven = new Map<string, Applied<Source>>();
	return (key: string): Applied<Source> | undefined => {
		const known = proven.get(key);
		if (known) return known;
		const found = findSource(ring, key, keyCheck);
		if (found) proven.set(key, found);
		return found;
	};
}
