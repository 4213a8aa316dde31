/** What the bundle of a function may weigh, and how long its import may take. */
export type Budget = {
	/** Minified, without its source map. */
	readonly kilobytes: number;
	/**
	 * Over the import of an empty module in a fresh process, on a machine that imports the SDK's two clients alone in
	 * `SDK_MILLISECONDS`: on another one, or a busy one, it is as many times what they take there.
	 */
	readonly milliseconds: number;
};

/** What the yardstick took when these budgets were set: two cores at rest, Node 24, November 2026. */
export const SDK_MILLISECONDS = 46;

/**
 * A budget for each function, held by `test/lib/bundles.test.ts`. The collector's is what somebody who sends an event waits for,
 * so it is the one that is fought for; the others stand a little over what they weigh and half above what they take (an import
 * differs by a third between runs), so that what makes one heavier is seen on the day it does. `deliver` without the vendors' code, which is imported when a delivery needs it.
 */
export const BUDGETS: { readonly [entry: string]: Budget } = {
	"collect/receive-events": { kilobytes: 450, milliseconds: 80 },
	"unify/process-events": { kilobytes: 750, milliseconds: 285 },
	"unify/publish-changes": { kilobytes: 400, milliseconds: 115 },
	"unify/resolve-again": { kilobytes: 575, milliseconds: 240 },
	"archive/store-identities": { kilobytes: 350, milliseconds: 135 },
	"segment/tick-segments": { kilobytes: 525, milliseconds: 255 },
	"segment/recompute-segments": { kilobytes: 950, milliseconds: 370 },
	"segment/reconcile-segments": { kilobytes: 950, milliseconds: 320 },
	"activate/route-deliveries": { kilobytes: 475, milliseconds: 165 },
	"activate/deliver": { kilobytes: 525, milliseconds: 215 },
	"watch/send-canary": { kilobytes: 675, milliseconds: 275 },
	"admin/serve-admin-api": { kilobytes: 1200, milliseconds: 390 },
};
