import { sha256 } from "#adapters/crypto/sha256.ts";
import type { Segment } from "#contracts/definitions/segment.ts";
import { type PreviewAnswer, type PreviewRequest, previewRequest } from "#contracts/http/admin-segments.ts";
import type { Definition } from "#domain/model/definition-register.ts";
import type { Definitions, Workspace } from "#domain/model/definitions.ts";
import { type Sql, SqlRefused } from "#domain/model/ports.ts";
import { checkSegments } from "#domain/rules/check-segments.ts";
import { compileSegments } from "#domain/segment/compile-segments.ts";
import { describeWhole } from "#domain/segment/describe-condition.ts";
import type { Samples } from "#domain/segment/ports-of-preview.ts";
import { type Preview, previewSegment } from "#domain/segment/preview-segment.ts";
import type { SqlDialect } from "#domain/segment/sql-dialect.ts";
import type { HttpAnswer } from "#functions/shared/http-answer.ts";
import { ok, refuse } from "./answer.ts";
import { type Route, route } from "./route.ts";
import { noSegment } from "./segment-routes.ts";

export type PreviewDeps = {
	readonly definitions: Definitions;
	readonly sql: Pick<Sql, "query">;
	readonly samples: Pick<Samples, "current">;
	readonly dialect: SqlDialect;
	readonly now: () => Date;
};

export const previewRoutes = (deps: PreviewDeps): Route[] => [
	route("POST /v1/segments/preview", {
		body: previewRequest,
		run: async ({ body }) => {
			const workspace = await deps.definitions.current();
			const wanted = wantedIn(body, workspace);
			return wanted ? preview(wanted, workspace, deps) : noSegment();
		},
	}),
];

/** No segment can be called so: a condition by itself stands for none. */
const NAMELESS = "(previewed)";

function wantedIn(body: PreviewRequest, { segments }: Workspace): Segment | undefined {
	if ("segment" in body) return body.segment;
	if ("when" in body) return { id: NAMELESS, when: body.when };
	return segments.find(({ id }) => id === body.id);
}

async function preview(wanted: Segment, workspace: Workspace, deps: PreviewDeps): Promise<HttpAnswer> {
	const others = workspace.segments.filter(({ id }) => id !== wanted.id);
	const { traits = [] } = workspace;
	const problems = newProblems([...others, wanted], workspace);
	if (problems.length > 0) return invalid(problems, wanted.id);
	const segments = [...others, { ...wanted, version: 0, appliedAt: deps.now().toISOString() }];
	const compiled = compileSegments(segments, sha256, workspace).segments;
	const own = compiled.find(({ id }) => id === wanted.id);
	if (!own) throw new Error("a segment was compiled and is not there");
	const asked = { root: own.root, others: compiled.filter((one) => one !== own), traits };
	try {
		const found = await previewSegment(asked, deps);
		const segmentId = wanted.id === NAMELESS ? null : wanted.id;
		return ok(answerOf({ segmentId, condition: describeWhole(own.root), class: own.class }, found));
	} catch (error) {
		if (error instanceof SqlRefused) return refuse(400, "query_refused", error.message);
		throw error;
	}
}

/** What is wrong with these segments that is not wrong with those in force: a circle may be told of another segment in it. */
function newProblems(segments: readonly Segment[], { segments: inForce, traits = [] }: Workspace) {
	const known = new Set(checkSegments(definitionsOf(inForce, traits)).map((each) => JSON.stringify(each)));
	return checkSegments(definitionsOf(segments, traits)).filter((each) => !known.has(JSON.stringify(each)));
}

/** `segments` as a check of a workspace takes them. */
const definitionsOf = (segments: readonly Segment[], traits: NonNullable<Workspace["traits"]>): Definition[] => [
	...segments.map((definition) => ({ kind: "segment" as const, definition })),
	...traits.map((definition) => ({ kind: "trait" as const, definition })),
];

const invalid = (problems: ReturnType<typeof checkSegments>, own: string): HttpAnswer =>
	refuse(
		422,
		"definitions_invalid",
		"The segment is not right as it is.",
		problems.map(({ kind, id, path, wrong, right }) => ({
			...(id !== own && { kind, id }),
			path: path.join("."),
			message: `${wrong}: ${right}`,
		})),
	);

const answerOf = (
	about: Pick<PreviewAnswer, "segmentId" | "condition" | "class">,
	{ members, overlap, ...found }: Preview,
): PreviewAnswer => ({
	...about,
	...found,
	members: [...members],
	overlap: overlap.map((one) => ({ ...one })).sort((a, b) => b.size - a.size || (a.segmentId < b.segmentId ? -1 : 1)),
});
