import type { Asked } from "./asked.ts";
import type { Facts, Standing } from "./compiled.ts";
import { NEVER } from "./spans.ts";

/** Moments that are tried before the next one is taken unseen: somebody who looks too early looks again. */
const MAX_TRIES = 20;

/**
 * Whether a condition is met, and until when if nothing happens. What parts say of themselves may be too early for the
 * whole, so it is looked at in that moment, and at the one after it: nobody is to be looked at in vain.
 */
export function lookAhead(asked: Asked, facts: Facts, now: number): Standing {
	const isMember = asked.test(facts, now);
	if (!asked.isTimed) return { isMember };
	let next = asked.nextChange(facts, now);
	for (let i = 0; i < MAX_TRIES && next !== NEVER && asked.test(facts, next) === isMember; i++) {
		next = asked.nextChange(facts, next);
	}
	return next === NEVER ? { isMember } : { isMember, nextChangeAt: next };
}
