import { type ReportAnswer, reportQuery } from "#contracts/http/identity-report.ts";
import type { Sql } from "#domain/model/ports.ts";
import type { HealthKind, IdentityGraph, IdentityHealth } from "#domain/unify/ports.ts";
import { figuresOf } from "#domain/unify/report-figures.ts";
import { findUnhealthy, type HealthFound } from "#domain/unify/report-health.ts";
import { samplePeople } from "#domain/unify/report-sample.ts";
import { ok } from "./answer.ts";
import { isSeedId } from "./find-profile.ts";
import { type Route, route } from "./route.ts";
import { sqlText } from "./sql-text.ts";

export type ReportDeps = {
	readonly identities: Pick<IdentityGraph, "look" | "records">;
	readonly health: IdentityHealth;
	readonly sql: Sql;
	readonly now: () => Date;
};

const DAY_MS = 24 * 60 * 60 * 1000;

export const reportRoutes = (deps: ReportDeps): Route[] => [
	route("GET /v1/identity/report", {
		query: reportQuery,
		run: async ({ query: { sample: size, days, values } }) => {
			const { identities: graph, health } = deps;
			const since = new Date(deps.now().getTime() - days * DAY_MS).toISOString().slice(0, 10);
			const listed = async (kind: HealthKind) => foundAs(await findUnhealthy(kind, { health, graph }), values);
			const [ids, hubs, saturated, contested] = await Promise.all([
				seedIds(since, size + 1, deps.sql),
				listed("hub"),
				listed("saturated"),
				listed("contested"),
			]);
			const sample = await samplePeople(ids.slice(0, size), graph);
			const answer: ReportAnswer = {
				at: deps.now().toISOString(),
				sample: {
					people: sample.people.length,
					identifiers: sample.identifiers,
					isEverybody: sample.isWhole && ids.length <= size,
				},
				namespaces: figuresOf(sample.people),
				hubs,
				saturated,
				contested,
			};
			return ok(answer);
		},
	}),
];

/** The smallest seed ids of those days. They are hashes, so this is as good as drawing lots, and the same each time. */
async function seedIds(since: string, limit: number, sql: Sql) {
	const { rows } = await sql.query(
		`SELECT DISTINCT seed_id FROM events WHERE seed_id IS NOT NULL AND day >= ${sqlText(since)} ORDER BY seed_id LIMIT ${limit}`,
		{ maxRows: limit },
	);
	return rows.flatMap(([id]) => (typeof id === "string" && isSeedId(id) ? [id] : []));
}

/** A person's values are told only to who asks for them. */
const foundAs = ({ count, isMore, examples }: HealthFound, values: boolean): ReportAnswer["hubs"] => ({
	count,
	isMore,
	examples: examples.map(({ node, identifiers, peers }) => ({
		id: node.id,
		namespace: node.namespace,
		...(values && { value: node.value }),
		...(identifiers !== undefined && { identifiers }),
		...(peers !== undefined && { peers }),
	})),
});
