import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Segment, segment } from "#contracts/definitions/segment.ts";
import { type TraitDefinition, trait } from "#contracts/definitions/trait.ts";
import { queryAnswer } from "#contracts/http/admin-archive.ts";
import { membersAnswer, segmentAnswer } from "#contracts/http/admin-segments.ts";
import { readCondition } from "#domain/segment/read-condition.ts";
import { membersQuery, segmentsIn } from "#domain/segment/sql/members-query.ts";
import { DUCKDB } from "#domain/segment/sql-dialect.ts";
import type { Tutti } from "#local/server.ts";
import { until } from "../support/tutti.ts";

/** Segments that time moves people in and out of, of all kinds, about what `livesOf` tells. */
export const TIMED: readonly Segment[] = [
	{ id: "bought-lately", when: { event: "Order Completed", atLeast: 2, within: "6h" } },
	{ id: "bought-since-yesterday", when: { event: "Order Completed", atLeast: 3, within: "40h" } },
	{
		id: "looked-and-left",
		when: { sequence: [{ event: "Product Viewed" }, { not: { event: "Order Completed" } }], within: "4h" },
	},
	{
		id: "looked-twice",
		when: {
			sequence: [{ event: "Product Viewed" }, { event: "Product Viewed" }],
			key: "properties.product_id",
			within: "3h",
		},
	},
	{ id: "spent-much-lately", when: { trait: "spent_lately", is: { op: "gt", value: 90 } } },
	{
		id: "lately-and-not-left",
		when: { all: [{ segment: "bought-since-yesterday" }, { none: [{ segment: "looked-and-left" }] }] },
	},
	{ id: "elsewhere-for-long", when: { trait: "city", is: { op: "ne", value: "Rome" }, for: { atLeast: "2h" } } },
	{
		id: "last-order-large",
		when: {
			lastEvent: "Order Completed",
			has: [{ path: "properties.total", is: { op: "gte", value: 50 } }],
			within: "40h",
		},
	},
	{ id: "opens-often", when: { event: "Newsletter Opened", regularly: { period: "4h", periods: 2, of: 6 } } },
].map((one) => segment.parse(one));

const TIMED_TRAITS: readonly TraitDefinition[] = [
	{
		id: "spent-lately",
		trait: "spent_lately",
		compute: "sum",
		event: "Order Completed",
		property: "properties.total",
		within: "40h",
	},
].map((one) => trait.parse(one));

/** Puts segments and traits beside what is in a workspace's folder. */
export function writeTimed(workspaceFolder: string, segments = TIMED, traits = TIMED_TRAITS): void {
	const write = (folder: string, id: string, definition: object) => {
		mkdirSync(join(workspaceFolder, folder), { recursive: true });
		writeFileSync(join(workspaceFolder, folder, `${id}.yaml`), JSON.stringify(definition)); // JSON is YAML
	};
	for (const one of segments) write("segments", one.id, one);
	for (const one of traits) write("traits", one.id, one);
}

/** Who is in which of them: the profile ids, in order. */
export type Members = { readonly [segmentId: string]: readonly string[] };

type Server = Pick<Tutti, "url" | "adminToken">;

async function ask({ url, adminToken }: Server, path: string, body?: object): Promise<unknown> {
	const headers = { authorization: `Bearer ${adminToken}`, "content-type": "application/json" };
	const init = body && { method: "POST", body: JSON.stringify(body) };
	return (await fetch(url + path, { headers, ...init })).json();
}

/** Who is in them by what is kept, and since when, by segment and person: so nobody goes and comes back unseen. */
export async function entries(
	server: Server,
	segments = TIMED,
): Promise<Readonly<Record<string, Readonly<Record<string, string>>>>> {
	const found = segments.map(async ({ id }) => {
		const answer = membersAnswer.parse(await ask(server, `/v1/segments/${id}/members?limit=100`));
		return [id, Object.fromEntries(answer.members.map(({ profileId, enteredAt }) => [profileId, enteredAt]))] as const;
	});
	return Object.fromEntries(await Promise.all(found));
}

/** Who is in them by what is kept. */
export const members = async (server: Server, segments = TIMED): Promise<Members> =>
	Object.fromEntries(
		Object.entries(await entries(server, segments)).map(([id, since]) => [id, Object.keys(since).sort()]),
	);

/** Who is in them by SQL over all of the archive at this moment. */
export async function membersBySql(server: Server, now: Date, segments = TIMED): Promise<Members> {
	const known = { segments: new Map(segments.map((one) => [one.id, one])) };
	const sql = membersQuery({
		segments: segments.map(({ when }) => readCondition(when, known)),
		traits: TIMED_TRAITS,
		now: now.getTime(),
		dialect: DUCKDB,
	});
	const { rows } = queryAnswer.parse(await ask(server, "/v1/query", { sql, maxRows: 10_000 }));
	const within = rows.flatMap(([id, met]) => segmentsIn(String(met)).map((place) => [place, String(id)] as const));
	return Object.fromEntries(
		segments.map(({ id }, at) => [id, within.flatMap(([place, who]) => (place === at ? [who] : [])).sort()]),
	);
}

/** Waits until everybody was judged by all of them, and looked at at this time. */
export async function allJudged(server: Server, segments = TIMED): Promise<void> {
	const isDone = ({ readiness, freshnessSeconds }: ReturnType<typeof segmentAnswer.parse>) =>
		readiness.state === "live" && (freshnessSeconds ?? 0) < 30;
	for (const { id } of segments) {
		await until(async () => segmentAnswer.parse(await ask(server, `/v1/segments/${id}`)), isDone, 60);
	}
}
