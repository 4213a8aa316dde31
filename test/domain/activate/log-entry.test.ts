import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { afterAttempt, afterRedrive, type LoggedDelivery, waiting } from "#domain/activate/log-entry.ts";
import type { Next } from "#domain/activate/retry-policy.ts";
import { AT, aDestination, changeNews, deliveryOf } from "./examples.ts";

const DELIVERY = deliveryOf(changeNews(), aDestination());

type Step = { readonly round: number; readonly attempt: number; readonly what: "redrive" | Next | undefined };

/** Anything that can happen to a delivery, in any order: attempts of any round, and redrives. */
const step: fc.Arbitrary<Step> = fc.record({
	round: fc.integer({ min: 1, max: 4 }),
	attempt: fc.integer({ min: 1, max: 10 }),
	what: fc.constantFrom<Step["what"][]>(
		"redrive",
		undefined,
		{ kind: "retry", afterSeconds: 30 },
		{ kind: "set-aside", state: "dead", reason: "http_400" },
		{ kind: "set-aside", state: "paused", reason: "http_401" },
	),
});

const after = (log: LoggedDelivery, { round, attempt, what }: Step): LoggedDelivery => {
	if (what === "redrive") return afterRedrive(log, { ...DELIVERY, round });
	const outcome = what === undefined ? ("delivered" as const) : ("retry" as const);
	return afterAttempt(log, { round, attempt, at: AT, milliseconds: 1, outcome }, what);
};

describe("the row of a delivery", () => {
	it("stays delivered once it is, whatever other copies of its messages come to", () => {
		fc.assert(
			fc.property(fc.array(step), fc.array(step), (before, later) => {
				const delivered = after(before.reduce(after, waiting(DELIVERY)), { round: 1, attempt: 1, what: undefined });
				expect(delivered.state).toBe("delivered");
				const { attempts: _attempts, ...rest } = delivered;
				expect(later.reduce(after, delivered)).toMatchObject(rest);
			}),
		);
	});

	it("says when the next try is due while it is retrying, and why it stopped when it did", () => {
		fc.assert(
			fc.property(fc.array(step, { minLength: 1 }), (steps) => {
				const row = steps.reduce(after, waiting(DELIVERY));
				expect("nextAttemptAt" in row).toBe(row.state === "retrying");
				expect("reason" in row).toBe(row.state === "dead" || row.state === "paused");
			}),
		);
	});

	it("keeps the latest thirty attempts", () => {
		const steps = Array.from({ length: 40 }, (_, n) => ({ round: 1, attempt: n + 1, what: undefined }));
		const row = steps.reduce(after, waiting(DELIVERY));
		expect(row.attempts.map(({ attempt }) => attempt)).toEqual(Array.from({ length: 30 }, (_, n) => n + 11));
	});
});
