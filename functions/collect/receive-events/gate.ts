import { hash, timingSafeEqual } from "node:crypto";
import type { Source } from "#contracts/definitions/source.ts";
import { allowsOrigin, isKnownOrigin } from "#domain/collect/allow-origin.ts";
import { findSource, type KeyCheck, type KeyRing, keyRing } from "#domain/collect/find-source.ts";
import { type Bucket, takeToken } from "#domain/collect/take-token.ts";
import type { Applied, Definitions, Workspace } from "#domain/model/definitions.ts";
import { describeError, type Log } from "#functions/shared/log.ts";
import { RETRY_SECONDS, type Refusal } from "./refusal.ts";

type Deps = { readonly definitions: Definitions; readonly now: () => Date; readonly log: Log };

/** Who may come in. */
export interface Gate {
	/** The source whose key this is, if it may send from this origin, and now. */
	admit(key: string | undefined, origin: string | undefined): Promise<Applied<Source> | Refusal>;
	/** The same for what reads only: it takes nothing from the source's rate, and a source that is off is found as well. */
	find(key: string | undefined, origin: string | undefined): Promise<Applied<Source> | Refusal>;
	/** Whether a page of this origin may read answers. */
	knows(origin: string): Promise<boolean>;
}

const keyCheck: KeyCheck = { digest: (key) => hash("sha256", key, "buffer"), equal: timingSafeEqual };

/** The rate is kept by each process for itself: a deployed source may send its rate to every running copy. */
export function openGate({ definitions, now, log }: Deps): Gate {
	const buckets = new Map<string, Bucket>();
	const rings = new WeakMap<Workspace, KeyRing<Applied<Source>>>();
	let latest: Workspace | undefined;

	/** Yesterday's definitions are better than none: the collector must not stand still because the table does. */
	async function workspace(): Promise<Workspace | undefined> {
		try {
			latest = await definitions.current();
		} catch (error) {
			log.error("the definitions could not be read", { goesOn: latest !== undefined, ...describeError(error) });
		}
		return latest;
	}

	async function find(key: string | undefined, origin: string | undefined): Promise<Applied<Source> | Refusal> {
		if (key === undefined) return { code: "missing_key" };
		const current = await workspace();
		if (!current) return { code: "unavailable", retryAfterSeconds: RETRY_SECONDS };
		const ring = rings.get(current) ?? keyRing(current.sources, keyCheck);
		rings.set(current, ring);
		const source = findSource(ring, key, keyCheck);
		if (!source) return { code: "unknown_key" };
		return allowsOrigin(source, origin) ? source : { code: "origin_not_allowed" };
	}

	return {
		find,
		async admit(key, origin) {
			const source = await find(key, origin);
			if ("code" in source) return source;
			if (!source.enabled) return { code: "source_disabled" };
			const { bucket, waitSeconds } = takeToken(buckets.get(source.id), source.rate, now().getTime());
			buckets.set(source.id, bucket);
			return waitSeconds === 0 ? source : { code: "rate_limited", retryAfterSeconds: waitSeconds };
		},
		knows: async (origin) => isKnownOrigin((await workspace())?.sources ?? [], origin),
	};
}
