import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import type { Condition } from "#contracts/definitions/condition.ts";

/** The moment the benchmark asks at. */
export const NOW = Date.parse("2026-03-10T12:00:00.000Z");
const DAY = 86_400_000;

/** What one of the hundred segments is about, from which both queries are made. */
export type Plain =
	| {
			readonly kind: "trait";
			readonly trait: string;
			readonly op: "eq" | "gt" | "exists";
			readonly value: string | number;
	  }
	| {
			readonly kind: "count";
			readonly event: string;
			readonly over?: number;
			readonly days?: number;
			readonly atLeast: number;
	  }
	| { readonly kind: "sum"; readonly event: string; readonly days: number; readonly atLeast: number }
	| { readonly kind: "last"; readonly event: string; readonly is: string }
	| { readonly kind: "all"; readonly parts: readonly Plain[]; readonly none: readonly Plain[] };

export const TEXTS = ["plan", "country", "city", "language", "device", "channel"] as const;
export const NUMBERS = ["age", "score", "points", "visits", "rating", "orders"] as const;
const EVENTS = Array.from({ length: 10 }, (_, i) => `Event ${i}`);
const DAYS = [7, 14, 30, 60, 90];

const at = <T>(of: readonly T[], i: number): T => of[i % of.length] as T;

const aTrait = (i: number): Plain => {
	if (i % 8 === 7) return { kind: "trait", trait: at([...TEXTS, ...NUMBERS], i), op: "exists", value: 0 };
	return i % 2 === 0
		? { kind: "trait", trait: at(TEXTS, i / 2), op: "eq", value: `v${i % 9}` }
		: { kind: "trait", trait: at(NUMBERS, (i - 1) / 2), op: "gt", value: (i * 7) % 100 };
};
const aCount = (i: number): Plain => ({
	kind: "count",
	event: at(EVENTS, i),
	atLeast: 1 + (i % 3),
	...(i % 2 === 0 && { over: (i * 13) % 90 }),
	...(i % 5 !== 0 && { days: at(DAYS, i) }),
});

/** A hundred segments that have nothing to do with each other: no two share a condition. */
export const SEGMENTS: readonly Plain[] = Array.from({ length: 100 }, (_, i): Plain => {
	if (i < 40) return aTrait(i);
	if (i < 80) return aCount(i);
	if (i < 90) return { kind: "sum", event: at(EVENTS, i), days: at(DAYS, i), atLeast: 20 + i };
	if (i < 95) return { kind: "last", event: at(EVENTS, i), is: `k${i % 4}` };
	return { kind: "all", parts: [aTrait(2 * i), aCount(i + 7)], none: [aCount(i + 12)] };
});

export function conditionOf(plain: Plain): Condition {
	switch (plain.kind) {
		case "trait": {
			const { trait, op, value } = plain;
			if (op === "exists") return { trait, is: { op } };
			return op === "eq" ? { trait, is: { op, value } } : { trait, is: { op, value } };
		}
		case "count":
			return {
				event: plain.event,
				where: plain.over === undefined ? [] : [{ path: "properties.total", is: { op: "gt", value: plain.over } }],
				atLeast: plain.atLeast,
				...(plain.days !== undefined && { within: `${plain.days}d` }),
			};
		case "sum": {
			const sum = { of: "properties.total", is: { op: "gte" as const, value: plain.atLeast } };
			return { event: plain.event, where: [], within: `${plain.days}d`, sum };
		}
		case "last":
			return {
				lastEvent: plain.event,
				where: [],
				has: [{ path: "properties.kind", is: { op: "eq", value: plain.is } }],
			};
		case "all":
			return { all: [...plain.parts.map(conditionOf), { none: plain.none.map(conditionOf) }] };
	}
}

/** When a window of days begins: at the beginning of a stretch, which is a tenth of it, a day at most. */
export function beginOf(days: number): string {
	const stretch = days >= 10 ? DAY : 12 * 3_600_000;
	const begin = Math.floor((NOW - days * DAY) / stretch) * stretch;
	return `timestamp '${new Date(begin).toISOString().slice(0, 23).replace("T", " ")}'`;
}

export type SqlWorld = { readonly connection: DuckDBConnection; close(): void };

/** An archive of so many people in DuckDB's memory: four and a half events each, one of them in twenty on two identifiers. */
export async function openSqlWorld(people: number): Promise<SqlWorld> {
	const instance = await DuckDBInstance.create(":memory:", { threads: "2", memory_limit: "8GB" });
	const connection = await instance.connect();
	await connection.run(`CREATE TABLE events AS ${eventsSql(people)}`);
	await connection.run(
		`CREATE TABLE identities AS SELECT md5((i * 20)::varchar)::uuid::varchar AS seed_id,
			md5((i * 20 + 1)::varchar)::uuid::varchar AS profile_id FROM range(${people / 20}) t(i)`,
	);
	return { connection, close: () => instance.closeSync() };
}

/** Each person has an identify call, every second another one; and three track events. One in fifty calls is declared. */
function eventsSql(people: number): string {
	const texts = TEXTS.map((name, n) => `'"${name}":"v' || (hash(i, ${n}) % 12) || '"'`);
	const numbers = NUMBERS.map((name, n) => `'"${name}":' || (hash(i, ${n + 10}) % 1200) / 10`);
	const traits = [...texts, ...numbers]
		.map((text, n) => `CASE WHEN hash(i, ${n + 20}) % 4 > 0 THEN ${text} END`)
		.join(", ");
	const isCall = `i < ${people * 1.5}`;
	return `SELECT 'm' || hash(i) AS message_id, CASE WHEN ${isCall} THEN 'identify' ELSE 'track' END AS type,
		CASE WHEN ${isCall} THEN NULL ELSE 'Event ' || (hash(i, 1) % 10) END AS event,
		CASE WHEN hash(i, 2) % 3 = 0 THEN 'app' ELSE 'web' END AS source, NULL::varchar AS group_id,
		md5((i % ${people})::varchar)::uuid::varchar AS seed_id,
		timestamp '2026-03-10 11:59:59' - to_milliseconds((hash(i, 3) % ${120 * 86_400})::bigint * 1000) AS timestamp,
		CASE WHEN ${isCall} THEN NULL ELSE '{"sku":"s' || (hash(i, 4) % 1000) || '","total":' || (hash(i, 5) % 10000) / 100
			|| ',"kind":"k' || (hash(i, 6) % 4) || '","currency":"EUR"}' END AS properties,
		CASE WHEN ${isCall} THEN '{' || concat_ws(',', ${traits}) || '}' END AS traits,
		CASE WHEN hash(i, 7) % 50 = 0 THEN '{"declared":true}' ELSE '{"library":{"name":"js"}}' END AS context,
		NULL::varchar AS quarantined, NULL::varchar AS omitted
		FROM range(${people * 4.5}) t(i)`;
}
