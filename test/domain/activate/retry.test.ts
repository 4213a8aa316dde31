import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { classifyAnswer } from "#domain/activate/classify-answer.ts";
import { retryAfterSeconds } from "#domain/activate/retry-after.ts";
import { nextStep, RETRY } from "#domain/activate/retry-policy.ts";

describe("classifyAnswer", () => {
	it.each([
		{ answer: { status: 200 }, kind: "delivered" },
		{ answer: { status: 204 }, kind: "delivered" },
		{ answer: { status: 301 }, kind: "refused", reason: "http_301" },
		{ answer: { status: 400 }, kind: "refused", reason: "http_400" },
		{ answer: { status: 401 }, kind: "unauthorised", reason: "http_401" },
		{ answer: { status: 403 }, kind: "refused", reason: "http_403" },
		{ answer: { status: 404 }, kind: "refused", reason: "http_404" },
		{ answer: { status: 408 }, kind: "retry", reason: "http_408" },
		{ answer: { status: 410 }, kind: "refused", reason: "http_410" },
		{ answer: { status: 423 }, kind: "retry", reason: "http_423" },
		{ answer: { status: 429 }, kind: "retry", reason: "http_429" },
		{ answer: { status: 500 }, kind: "retry", reason: "http_500" },
		{ answer: { status: 501 }, kind: "refused", reason: "http_501" },
		{ answer: { status: 503 }, kind: "retry", reason: "http_503" },
		{ answer: { code: "timeout" }, kind: "retry", reason: "timeout" },
		{ answer: { code: "answer_broken" }, kind: "retry", reason: "answer_broken" },
		{ answer: { error: "TypeError" }, kind: "retry", reason: "no_answer" },
		{ answer: { code: "address_refused" }, kind: "refused", reason: "address_refused" },
		{ answer: { code: "invalid_request" }, kind: "refused", reason: "invalid_request" },
		{ answer: { error: "AggregateAjvError" }, kind: "refused", reason: "payload_validation_failed" },
		{ answer: { error: "ValidationError" }, kind: "refused", reason: "payload_validation_failed" },
		{
			answer: { status: 400, code: "PAYLOAD_VALIDATION_FAILED" },
			kind: "refused",
			reason: "payload_validation_failed",
		},
		{ answer: { status: 400, code: "Missing required fields" }, kind: "refused", reason: "missing_required_fields" },
		{ answer: { status: 401, code: "INVALID_AUTHENTICATION" }, kind: "unauthorised", reason: "invalid_authentication" },
		{ answer: { code: "OAUTH_REFRESH_FAILED" }, kind: "unauthorised", reason: "oauth_refresh_failed" },
		{ answer: { status: 429, code: "RETRYABLE_ERROR" }, kind: "retry", reason: "retryable_error" },
		{ answer: { status: 200, code: "RETRYABLE_ERROR" }, kind: "retry", reason: "retryable_error" },
	])("says $kind to $answer", ({ answer, kind, reason }) => {
		expect(classifyAnswer(answer)).toMatchObject({ kind, ...(reason && { reason }) });
	});

	it("keeps how long to wait where that helps, and nowhere else", () => {
		expect(classifyAnswer({ status: 429, retryAfterSeconds: 7 })).toMatchObject({ retryAfterSeconds: 7 });
		expect(classifyAnswer({ status: 400, retryAfterSeconds: 7 })).not.toHaveProperty("retryAfterSeconds");
	});

	it("delivers by a 2xx only, and makes of every code a reason that is fit for a log", () => {
		const answer = fc.record(
			{ status: fc.integer({ min: 100, max: 999 }), code: fc.string(), error: fc.string() },
			{ requiredKeys: [] },
		);
		fc.assert(
			fc.property(answer, (given) => {
				const verdict = classifyAnswer(given);
				const status = given.status ?? 0;
				if (verdict.kind === "delivered") expect(status >= 200 && status < 300).toBe(true);
				else expect(verdict.reason).toMatch(/^[a-z0-9_]{1,64}$/);
			}),
		);
	});
});

describe("nextStep", () => {
	const retry = { kind: "retry", reason: "http_503" } as const;
	const first = { attempt: 1, elapsedSeconds: 0, random: 0.5 };

	it.each([
		{
			what: "what no try will cure",
			failed: { ...retry, kind: "refused" as const },
			state: "dead",
			reason: "http_503",
		},
		{
			what: "what must be let in first",
			failed: { ...retry, kind: "unauthorised" as const },
			state: "paused",
			reason: "http_503",
		},
	])("sets $what aside at once", ({ failed, state, reason }) => {
		expect(nextStep(failed, first)).toEqual({ kind: "set-aside", state, reason });
	});

	it.each([
		{ attempt: 1, longest: 30 },
		{ attempt: 2, longest: 90 },
		{ attempt: 5, longest: 2430 },
		{ attempt: 9, longest: 28_800 },
	])("waits up to $longest s after attempt $attempt", ({ attempt, longest }) => {
		expect(nextStep(retry, { ...first, attempt, random: 0.999999 })).toEqual({ kind: "retry", afterSeconds: longest });
		expect(nextStep(retry, { ...first, attempt, random: 0 })).toEqual({ kind: "retry", afterSeconds: 1 });
	});

	it("gives up after the tenth attempt, and says after what", () => {
		expect(nextStep(retry, { ...first, attempt: 10 })).toEqual({
			kind: "set-aside",
			state: "dead",
			reason: "gave_up_after_http_503",
		});
	});

	it("gives up when the next try would come after a day", () => {
		const late = { ...first, attempt: 5, elapsedSeconds: RETRY.windowSeconds - 1000, random: 0.9 };
		expect(nextStep(retry, late)).toMatchObject({ kind: "set-aside", state: "dead" });
		expect(nextStep({ ...retry, retryAfterSeconds: 2 * RETRY.windowSeconds }, first)).toMatchObject({
			kind: "set-aside",
		});
	});

	const trial = fc.record({
		attempt: fc.integer({ min: 1, max: 20 }),
		elapsedSeconds: fc.double({ min: 0, max: 2 * RETRY.windowSeconds, noNaN: true }),
		random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
	});

	it("never comes back sooner than it was asked to, nor after the window, nor an eleventh time", () => {
		fc.assert(
			fc.property(trial, fc.option(fc.integer({ min: 0, max: 200_000 }), { nil: undefined }), (given, asked) => {
				const next = nextStep({ ...retry, ...(asked !== undefined && { retryAfterSeconds: asked }) }, given);
				if (next.kind === "set-aside") return;
				expect(Number.isInteger(next.afterSeconds)).toBe(true);
				expect(next.afterSeconds).toBeGreaterThanOrEqual(Math.max(1, asked ?? 0));
				expect(next.afterSeconds).toBeLessThanOrEqual(Math.max(RETRY.longestSeconds, (asked ?? 0) * 1.1));
				expect(given.elapsedSeconds + next.afterSeconds).toBeLessThanOrEqual(RETRY.windowSeconds);
				expect(given.attempt).toBeLessThan(RETRY.attempts);
			}),
		);
	});

	it("always ends", () => {
		const draws = fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), {
			minLength: 12,
			maxLength: 12,
		});
		fc.assert(
			fc.property(draws, (randoms) => {
				let [elapsedSeconds, tries] = [0, 0];
				for (const random of randoms) {
					tries += 1;
					const next = nextStep(retry, { attempt: tries, elapsedSeconds, random });
					if (next.kind === "set-aside") break;
					elapsedSeconds += next.afterSeconds;
				}
				expect(tries).toBeLessThanOrEqual(RETRY.attempts);
			}),
		);
	});
});

describe("retryAfterSeconds", () => {
	const now = new Date("2026-03-01T10:00:00.000Z");

	it.each([
		{ header: "120", seconds: 120 },
		{ header: " 0 ", seconds: 0 },
		{ header: "Sun, 01 Mar 2026 10:02:00 GMT", seconds: 120 },
		{ header: "Sun, 01 Mar 2026 09:00:00 GMT", seconds: 0 },
		{ header: "-5", seconds: undefined },
		{ header: "1.5", seconds: undefined },
		{ header: "soon", seconds: undefined },
		{ header: "", seconds: undefined },
		{ header: null, seconds: undefined },
		{ header: undefined, seconds: undefined },
	])("reads $header as $seconds", ({ header, seconds }) => {
		expect(retryAfterSeconds(header, now)).toBe(seconds);
	});
});
