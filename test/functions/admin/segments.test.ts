import { describe, expect, it } from "vitest";
import { sha256 } from "#adapters/crypto/sha256.ts";
import { segment as segmentShape } from "#contracts/definitions/segment.ts";
import {
	explainSegmentAnswer,
	historyAnswer,
	previewAnswer,
	segmentAnswer,
	segmentsAnswer,
} from "#contracts/http/admin-segments.ts";
import { profileAnswer } from "#contracts/http/profiles.ts";
import type { Workspace } from "#domain/model/definitions.ts";
import type { Membership } from "#domain/model/membership.ts";
import { SqlRefused } from "#domain/model/ports.ts";
import { compileSegments } from "#domain/segment/compile-segments.ts";
import type { SegmentState } from "#domain/segment/ports.ts";
import { DUCKDB } from "#domain/segment/sql-dialect.ts";
import { clearVault } from "#test/support/phones.ts";
import { aWorkspace } from "../unify/pass.ts";
import { anAdminApi, aProfile, NOW, recordingSql, seed } from "./ask.ts";

const DAY = 86_400_000;
const segments = [
	{ id: "buyers", name: "Buyers", when: { event: "Order Completed", atLeast: 3, within: "30d" } },
	{ id: "gold", when: { trait: "tier", is: { op: "eq", value: "gold" } } },
	{ id: "best", when: { all: [{ segment: "gold" }, { event: "Order Completed", within: "30d" }] } },
	{ id: "firms", when: { account: { users: "any", meet: { trait: "tier", is: { op: "eq", value: "gold" } } } } },
].map((segment) => ({ ...segmentShape.parse(segment), version: 3, appliedAt: "2026-10-01T00:00:00.000Z" }));

const workspace: Workspace = aWorkspace({ segments });
const compiled = compileSegments(segments, sha256);
const [orders = ""] = compiled.segments.find(({ id }) => id === "buyers")?.measures ?? [];
const day = Math.floor(Date.parse(NOW) / DAY);

/** Three orders: two of today, one of 30 days ago, which counts until the day is over. */
const ada = aProfile({
	traits: { tier: { value: "gold" } },
	measures: { [orders]: { [day]: { n: 2 }, [day - 30]: { n: 1 } } },
});

const state = (over: Partial<SegmentState> = {}): SegmentState => ({
	...{ version: 3, size: 7, recomputedAt: "2026-10-09T03:00:00.000Z", measuredAt: "2026-10-09T03:05:00.000Z" },
	standing: [],
	...over,
});

const member = (segmentId: string, over: Partial<Membership> = {}): Membership => ({
	...{ profileId: ada.profileId, segmentId, state: "entered", version: 1, segmentVersion: 3 },
	at: "2026-10-08T00:00:00.000Z",
	cause: { kind: "event", messageId: "m-1", leaf: "when" },
	...over,
});

function open(
	over: { states?: Record<string, SegmentState>; held?: readonly Membership[] } & Parameters<typeof anAdminApi>[0] = {},
) {
	const { states = {}, held = [], ...more } = over;
	return anAdminApi({
		definitions: { current: async () => workspace },
		recomputes: {
			states: async () => new Map(Object.entries(states)),
			run: async () => undefined,
			sizes: async (id, limit) => [{ at: NOW, size: id.length, version: limit }],
		},
		transitions: { days: async (_id, limit) => [{ day: NOW.slice(0, 10), entered: limit, exited: 2 }] },
		looks: { progress: async () => ({ version: 1, from: 0, lookedUpTo: "2026-10-09T08:53:00.000Z" }) },
		beats: { last: async () => ({ at: NOW, lagSeconds: 2 }) },
		memberships: {
			of: async () => held,
			size: async (id) => (id === "gold" ? 42 : 0),
			membersOf: async (_id, page) => ({
				members: [{ profileId: seed("1"), enteredAt: "2026-10-02T00:00:00.000Z", version: 1 }],
				cursor: `after ${page?.cursor} ${page?.limit}`,
			}),
		},
		profiles: { read: async (id) => (id === "user_id:ada" ? ada : undefined) },
		vault: clearVault,
		...more,
	});
}

describe("GET /v1/segments", () => {
	it("answers each with its class and why, its readiness, how fresh it is, and its size, counted where it is small", async () => {
		const states = { buyers: state(), gold: state({ version: 2 }), firms: state({ size: 20_000 }) };
		const { body } = await open({ states }).ask("GET /v1/segments");
		const about = segmentsAnswer
			.parse(body)
			.segments.map(({ id, class: { kind }, readiness, freshnessSeconds, size }) => ({
				...{ id, kind, state: readiness.state, freshnessSeconds, size },
			}));
		expect(about).toEqual([
			{ id: "buyers", kind: "tick", state: "live", freshnessSeconds: 20, size: 0 },
			{ id: "gold", kind: "stream", state: "building", freshnessSeconds: null, size: 42 },
			{ id: "best", kind: "tick", state: "building", freshnessSeconds: null, size: 0 },
			{ id: "firms", kind: "batch", state: "live", freshnessSeconds: 21_200, size: 20_000 },
		]);
	});

	it("answers an empty list where there are none", async () => {
		const api = open({ definitions: { current: async () => aWorkspace() } });
		expect((await api.ask("GET /v1/segments")).body).toEqual({ segments: [] });
	});
});

describe("GET /v1/segments/{id}", () => {
	it("answers its condition in words, its size, and what is kept for it with whom", async () => {
		const reconciled = { at: "2026-10-09T04:00:00.000Z", repaired: 1 };
		const states = { buyers: state({ reconciled, standing: ["above"] }) };
		const { body } = await open({ states }).ask("GET /v1/segments/buyers");
		expect(segmentAnswer.parse(body)).toEqual({
			...{ id: "buyers", name: "Buyers", version: 3, appliedAt: "2026-10-01T00:00:00.000Z" },
			class: { kind: "tick", why: expect.stringContaining("Order Completed") },
			readiness: { state: "live", reason: expect.any(String) },
			freshnessSeconds: 20,
			...{ size: 0, sizeAt: NOW },
			condition: "did Order Completed at least 3 times in the last 30 days",
			measures: [
				{ about: "how many Order Completed, by 1440 minutes", isFilled: true, since: null, sharedWith: ["best"] },
			],
			...{ recomputedAt: "2026-10-09T03:00:00.000Z", reconciled, volume: ["above"] },
		});
	});

	it.each([
		{ seen: { size: 10_001 }, answer: { size: 10_001, sizeAt: "2026-10-09T03:05:00.000Z" } },
		{ seen: { size: 10_000 }, answer: { size: 42, sizeAt: NOW } },
	])("answers $answer where the last recompute counted $seen", async ({ seen, answer }) => {
		const { body } = await open({ states: { gold: state(seen) } }).ask("GET /v1/segments/gold");
		expect(body).toMatchObject(answer);
	});

	it("pages its members", async () => {
		const { body } = await open().ask("GET /v1/segments/gold/members", { query: { limit: "7", cursor: "c" } });
		expect(body).toEqual({
			members: [{ profileId: seed("1"), enteredAt: "2026-10-02T00:00:00.000Z" }],
			cursor: "after c 7",
		});
	});

	it("answers how large it was, and who came and went", async () => {
		const { body } = await open().ask("GET /v1/segments/gold/history", { query: { limit: "7" } });
		expect(historyAnswer.parse(body)).toEqual({
			id: "gold",
			sizes: [{ at: NOW, size: 4, version: 7 }],
			days: [{ day: NOW.slice(0, 10), entered: 7, exited: 2 }],
		});
	});

	it.each([
		["members", "0"],
		["members", "501"],
		["members", "x"],
		["members", "1.5"],
		["history", "0"],
		["history", "1001"],
	])("answers 400 to %s with a limit of %s", async (what, limit) => {
		const { status, body } = await open().ask(`GET /v1/segments/gold/${what}`, { query: { limit } });
		expect(status).toBe(400);
		expect(body.problems).toMatchObject([{ path: "limit" }]);
	});

	it.each(["", "/members", "/history"])("answers 404 to /v1/segments/silver%s", async (what) => {
		expect((await open().ask(`GET /v1/segments/silver${what}`)).status).toBe(404);
		expect((await open().ask(`GET /v1/segments/__proto__${what}`)).status).toBe(404);
	});
});

describe("GET /v1/profiles/{…}/segments/{id}/explain", () => {
	const explain = async (id: string, over: Parameters<typeof open>[0] = {}) =>
		open(over).ask(`GET /v1/profiles/user_id:ada/segments/${id}/explain`);

	it("says which condition holds with which values, and until when if nothing happens", async () => {
		const { body } = await explain("best", { states: { best: state() }, held: [member("best")] });
		const answer = explainSegmentAnswer.parse(body);
		expect(answer).toMatchObject({
			...{ segmentId: "best", segmentVersion: 3, profileId: ada.profileId, at: NOW, meets: true },
			membership: { state: "entered", at: "2026-10-08T00:00:00.000Z", cause: "event", leaf: "when" },
			class: { kind: "tick" },
			readiness: { state: "live" },
			nextChangeAt: "2026-11-09T00:00:00.000Z",
		});
		expect(answer.condition.parts).toMatchObject([
			{
				path: "when.all.0",
				text: expect.stringContaining('tier is "gold"'),
				isMet: true,
				values: { value: "gold" },
				nextChangeAt: null,
			},
			{ path: "when.all.1", text: "did Order Completed in the last 30 days", isMet: true, values: { count: 3 } },
		]);
	});

	it("says so where somebody is no member and never was, and of a segment that is not ready why", async () => {
		const { body } = await explain("gold");
		expect(body).toMatchObject({
			membership: { state: "never", at: null, cause: null, leaf: null },
			meets: true,
			readiness: { state: "building", reason: expect.any(String) },
		});
	});

	it("does not pretend to know what only the scheduled run can tell", async () => {
		const { body } = await explain("firms", { held: [member("firms", { cause: { kind: "recompute" } })] });
		expect(explainSegmentAnswer.parse(body)).toMatchObject({
			meets: null,
			condition: { isMet: null },
			membership: { state: "entered", cause: "recompute" },
		});
	});

	it.each([
		{ line: "user_id:ada/segments/silver", status: 404, code: "not_found" },
		{ line: "user_id:nobody/segments/gold", status: 404, code: "not_found" },
		{ line: "ada/segments/gold", status: 400, code: "bad_identifier" },
	])("answers $status to $line", async ({ line, status, code }) => {
		expect(await open().ask(`GET /v1/profiles/${line}/explain`)).toMatchObject({ status, body: { code } });
	});

	it("leaves the profile of somebody whose id looks so to be asked for with a blank behind it", async () => {
		const odd = "user_id:x/segments/gold/explain";
		const api = open({ profiles: { read: async (id) => (id === odd ? aProfile() : undefined) } });
		// `ask` takes a line apart at blanks
		const event = { rawPath: `/v1/profiles/${odd} ` };
		expect((await api.ask("GET /v1/profiles/x", { event })).body.profileId).toBe(seed("1"));
	});
});

describe("POST /v1/segments/preview", () => {
	const row = [200, `${seed("1")},${seed("2")}`, 50, 20, 0, 50];
	const sampled = { asOf: "2026-10-09T03:00:00.000Z", people: 20_000, share: 0.01, events: "sampled" };
	const preview = (
		body: unknown,
		{ rows = [row], sample }: { rows?: (typeof row)[]; sample?: typeof sampled } = {},
	) => {
		const sql = recordingSql(rows);
		const api = open({ sql, samples: { current: async () => sample }, dialect: DUCKDB });
		return { sql, answer: api.ask("POST /v1/segments/preview", { body }) };
	};
	const silver = { id: "silver", when: { trait: "tier", is: { op: "eq", value: "silver" } } };

	it("answers size, members and what it shares with others, the most first", async () => {
		const { body } = await preview({ segment: silver }).answer;
		expect(previewAnswer.parse(body)).toEqual({
			...{ segmentId: "silver", condition: 'tier is "silver"', class: { kind: "stream", why: expect.any(String) } },
			...{ size: 50, low: 50, high: 50, isExact: true, people: 200, lookedAt: 200, asOf: NOW },
			members: [seed("1"), seed("2")],
			overlap: [
				{ segmentId: "best", size: 50, low: 50, high: 50 },
				{ segmentId: "buyers", size: 20, low: 20, high: 20 },
			],
		});
	});

	it("says how sure it is where some were drawn by lot, as of when they were", async () => {
		const { body } = await preview({ when: silver.when }, { sample: sampled }).answer;
		const { segmentId, size, low, high, isExact, asOf, people } = previewAnswer.parse(body);
		expect({ segmentId, size, isExact, asOf, people }).toEqual({
			...{ segmentId: null, size: 5000, isExact: false, asOf: sampled.asOf, people: 20_000 },
		});
		expect([low < 5000, high > 5000]).toEqual([true, true]);
	});

	it("looks at a changed segment in the place of the one in force, and at one in force by its id", async () => {
		const changed = await preview({ segment: { ...silver, id: "gold" } }, { rows: [[10, "", 1, 1, 1, 1]] }).answer;
		expect(previewAnswer.parse(changed.body).overlap.map(({ segmentId }) => segmentId)).toEqual([
			"best",
			"buyers",
			"firms",
		]);
		const { sql, answer } = preview({ id: "buyers" });
		expect(previewAnswer.parse((await answer).body).condition).toContain("Order Completed at least 3 times");
		expect(sql.asked[0]).toContain("Order Completed");
	});

	it.each<{ what: string; body: unknown; status: number; path: string; says: RegExp }>([
		{ what: "nothing", body: {}, status: 400, path: "", says: /segment, when, id/ },
		{ what: "an odd field", body: { segment: { ...silver, wen: 1 } }, status: 400, path: "segment.wen", says: /when/ },
		{
			what: "an odd operator",
			body: { when: { trait: "tier", is: { op: "equals", value: 1 } } },
			status: 400,
			path: "when.is.op",
			says: /eq/,
		},
		{
			what: "an unknown segment in it",
			body: { when: { segment: "glod" } },
			status: 422,
			path: "when.segment",
			says: /did you mean gold/,
		},
		{
			what: "itself in it",
			body: { segment: { id: "gold", when: { segment: "gold" } } },
			status: 422,
			path: "when.segment",
			says: /./,
		},
		{
			what: "a circle through another",
			body: { segment: { id: "gold", when: { segment: "best" } } },
			status: 422,
			path: "when.all.0.segment",
			says: /./,
		},
	])("answers $status to $what, with the place and what was meant", async ({ body, status, path, says }) => {
		const { sql, answer } = preview(body);
		expect(await answer).toMatchObject({
			status,
			body: { problems: [{ path, message: expect.stringMatching(says) }] },
		});
		expect(sql.asked).toEqual([]);
	});

	it.each([
		{ what: "groups", open: '{"none":[', close: "]}" },
		{ what: "accounts", open: '{"account":{"users":"any","meet":', close: "}}" },
	])("answers 400 to 10,000 $what within one another, and asks nothing", async ({ open: opened, close }) => {
		const deep = `{"when":${opened.repeat(10_000)}{"event":"x"}${close.repeat(10_000)}}`;
		const { sql, answer } = preview(deep);
		expect((await answer).status).toBe(400);
		expect(sql.asked).toEqual([]);
	});

	it("answers 404 to a segment that is not in force", async () => {
		expect((await preview({ id: "silver" }).answer).status).toBe(404);
	});

	it("answers 400 where the engine refuses, in its words", async () => {
		const query = async () => {
			throw new SqlRefused("the query is too long");
		};
		const api = open({ sql: { query }, samples: { current: async () => undefined }, dialect: DUCKDB });
		const answer = await api.ask("POST /v1/segments/preview", { body: { id: "gold" } });
		expect(answer).toMatchObject({ status: 400, body: { code: "query_refused", detail: "the query is too long" } });
	});
});

describe("POST /v1/segments/reconcile", () => {
	it("asks for a comparison from now on, and does not wait for it", async () => {
		const asked: string[] = [];
		const api = open({ reconciles: { ask: async (at) => void asked.push(at) } });
		expect((await api.ask("POST /v1/segments/reconcile")).body).toEqual({ askedAt: NOW });
		expect(asked).toEqual([NOW]);
	});
});

describe("the segments of a profile", () => {
	const segmentsOf = async (held: readonly Membership[], over: Parameters<typeof open>[0] = {}) => {
		const api = open({ held, ...over });
		const { body } = await api.ask("GET /v1/profiles/user_id:ada", { query: { include: "segments" } });
		return profileAnswer.parse(body).segments?.map(({ id, nextChangeAt }) => [id, nextChangeAt]);
	};

	it("say when time alone may change them, worked out as it is now", async () => {
		const held = ["buyers", "gold", "best", "firms", "gone"].map((id) => member(id));
		expect(await segmentsOf(held)).toEqual([
			["buyers", "2026-10-10T00:00:00.000Z"],
			["gold", null],
			["best", "2026-11-09T00:00:00.000Z"],
			["firms", null],
			["gone", null],
		]);
	});

	it("are due now where somebody meets one no more and nobody has looked yet", async () => {
		const profiles = { read: async () => aProfile() };
		expect(await segmentsOf([member("gold")], { profiles })).toEqual([["gold", NOW]]);
	});

	it("do not say when while the past of what they look at is not complete", async () => {
		const [meaning = ""] = [...compiled.measures.values()].map((measure) => measure.meaning);
		const counts = new Map([[meaning, [{ since: NOW, isFilled: false }]]]);
		const definitions = { current: async () => ({ ...workspace, counts }) };
		expect(await segmentsOf([member("buyers")], { definitions })).toEqual([["buyers", null]]);
	});
});
