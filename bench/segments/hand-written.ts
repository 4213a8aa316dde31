import { beginOf, NUMBERS, type Plain, SEGMENTS, TEXTS } from "./sql-world.ts";

/**
 * The same hundred segments as a person would write them for DuckDB, who knows the data and the definitions: one scan, each JSON
 * parsed once into typed columns and only where it is looked at, one aggregate for each thing asked, and no FILTER where a NULL says as
 * much. No other way that was tried was faster: a window over what was said, a list for each person, a row for each trait.
 */
export function handWritten(): string {
	const traits = [...TEXTS, ...NUMBERS];
	const latest = traits.flatMap((name) => [
		`arg_max(said.${name}, stamp_declared) AS ${name}_declared`,
		`arg_max(said.${name}, stamp_inferred) AS ${name}_inferred`,
	]);
	const counted = SEGMENTS.flatMap(aggregates);
	const struct = (fields: readonly (readonly [string, string])[]) =>
		`'${JSON.stringify(Object.fromEntries(fields)).replaceAll("'", "''")}'`;
	const said = struct([
		...TEXTS.map((name) => [name, "VARCHAR"] as const),
		...NUMBERS.map((name) => [name, "DOUBLE"] as const),
	]);
	const order = struct([
		["total", "DOUBLE"],
		["kind", "VARCHAR"],
	]);
	return `WITH parsed AS (
		SELECT coalesce(profile_id, e.seed_id) AS person, event, timestamp AS happened,
			epoch_ms(timestamp)::varchar || message_id AS stamp,
			json_transform(traits, ${said}) AS said,
			CASE WHEN type = 'identify' AND strpos(context, '"declared"') > 0 THEN context::json->>'$.declared' = 'true' END IS TRUE AS declared,
			json_transform(properties, ${order}) AS o
		FROM events e LEFT JOIN identities i ON i.seed_id = e.seed_id WHERE quarantined IS NULL
	), rows AS (
		SELECT *, CASE WHEN declared THEN stamp END AS stamp_declared, CASE WHEN NOT declared THEN stamp END AS stamp_inferred
		FROM parsed
	), people AS (
		SELECT person, ${[...new Set([...latest, ...counted])].join(",\n")} FROM rows GROUP BY person
	), known AS (
		SELECT *, ${traits.map((name) => `coalesce(${name}_declared, ${name}_inferred) AS ${name}`).join(", ")} FROM people
	), judged AS (
		SELECT person, ${SEGMENTS.map((segment, i) => `${conditionSql(segment)} AS s${i}`).join(",\n")} FROM known
	)`;
}

const nameOf = (plain: Plain): string =>
	JSON.stringify(plain)
		.replaceAll(/[^a-z0-9]+/gi, "_")
		.toLowerCase();

function aggregates(plain: Plain): string[] {
	const inDays = (days?: number) => (days === undefined ? "" : ` AND happened >= ${beginOf(days)}`);
	switch (plain.kind) {
		case "trait":
			return [];
		case "count": {
			const over = plain.over === undefined ? "" : ` AND o.total > ${plain.over}`;
			return [`count(CASE WHEN event = '${plain.event}'${over}${inDays(plain.days)} THEN 1 END) AS ${nameOf(plain)}`];
		}
		case "sum":
			return [
				`sum(CASE WHEN event = '${plain.event}'${inDays(plain.days)} THEN o.total::decimal(18, 6) END) AS ${nameOf(plain)}`,
			];
		case "last":
			return [`arg_max(CASE WHEN event = '${plain.event}' THEN o.kind END, stamp) AS ${nameOf(plain)}`];
		case "all":
			return [...plain.parts, ...plain.none].flatMap(aggregates);
	}
}

function conditionSql(plain: Plain): string {
	switch (plain.kind) {
		case "trait": {
			if (plain.op === "exists") return `(${plain.trait} IS NOT NULL)`;
			const value = typeof plain.value === "string" ? `'${plain.value}'` : `${plain.value}::double`;
			return `coalesce(${plain.trait} ${plain.op === "eq" ? "=" : ">"} ${value}, false)`;
		}
		case "count":
			return `(${nameOf(plain)} >= ${plain.atLeast})`;
		case "sum":
			return `coalesce(${nameOf(plain)} >= ${plain.atLeast}, false)`;
		case "last":
			return `coalesce(${nameOf(plain)} = '${plain.is}', false)`;
		case "all":
			return `(${[...plain.parts.map(conditionSql), ...plain.none.map((part) => `NOT ${conditionSql(part)}`)].join(" AND ")})`;
	}
}
