import * as z from "zod";
import {
	type HistoryAnswer,
	historyQuery,
	type MembersAnswer,
	type ReconcileAnswer,
	type SegmentsAnswer,
} from "#contracts/http/admin-segments.ts";
import type { Definitions, Workspace } from "#domain/model/definitions.ts";
import type { CompiledSegments } from "#domain/segment/compiled.ts";
import type { DueLooks, Memberships, PassBeats, Recomputes, Reconciles, SegmentState } from "#domain/segment/ports.ts";
import { readinessOf } from "#domain/segment/readiness.ts";
import type { TransitionCounts } from "#domain/segment/transition-counts.ts";
import { notFound, ok } from "./answer.ts";
import { page } from "./page.ts";
import { type Route, route } from "./route.ts";
import { type Known, segmentAnswerOf, summaryOf } from "./segment-answers.ts";

export type SegmentDeps = {
	readonly definitions: Definitions;
	readonly memberships: Pick<Memberships, "membersOf" | "size">;
	readonly recomputes: Pick<Recomputes, "states" | "run" | "sizes">;
	readonly transitions: Pick<TransitionCounts, "days">;
	readonly reconciles: Pick<Reconciles, "ask">;
	readonly looks: Pick<DueLooks, "progress">;
	readonly beats: Pick<PassBeats, "last">;
	readonly now: () => Date;
	readonly compile: (workspace: Workspace) => CompiledSegments;
};

/** Members are counted one by one: beyond this many the count of the last recompute is answered. */
const COUNTED = 10_000;
/** Of a longer list none is counted: each takes some queries, however few its members are. */
const LIST_COUNTED = 25;

export const segmentRoutes = (deps: SegmentDeps): Route[] => [
	route("GET /v1/segments", {
		run: async () => {
			const { known } = await look(deps);
			const isCounted = known.length <= LIST_COUNTED;
			const counts = await Promise.all(known.map((one) => isCounted && sizeOf(one.segment.id, one.state, deps)));
			return ok({
				segments: known.map((one, at) => ({ ...summaryOf(one), ...counts[at] })),
			} satisfies SegmentsAnswer);
		},
	}),
	route("GET /v1/segments/:id", {
		run: async ({ path }) => {
			const { known, all } = await look(deps, path.id);
			const [one] = known;
			if (!one) return noSegment();
			return ok(segmentAnswerOf(one, await sizeOf(one.segment.id, one.state, deps), all));
		},
	}),
	route("GET /v1/segments/:id/members", {
		query: z.strictObject(page),
		run: async ({ path, query: { limit, cursor } }) => {
			const id = await idOf(path.id, deps);
			if (id === undefined) return noSegment();
			const found = await deps.memberships.membersOf(id, { limit, ...(cursor !== undefined && { cursor }) });
			const answer: MembersAnswer = {
				members: found.members.map(({ profileId, enteredAt }) => ({ profileId, enteredAt })),
				...(found.cursor !== undefined && { cursor: found.cursor }),
			};
			return ok(answer);
		},
	}),
	route("GET /v1/segments/:id/history", {
		query: historyQuery,
		run: async ({ path, query: { limit } }) => {
			const id = await idOf(path.id, deps);
			if (id === undefined) return noSegment();
			const [sizes, days] = await Promise.all([deps.recomputes.sizes(id, limit), deps.transitions.days(id, limit)]);
			return ok({ id, sizes: [...sizes], days: [...days] } satisfies HistoryAnswer);
		},
	}),
	route("POST /v1/segments/reconcile", {
		run: async () => {
			const askedAt = deps.now().toISOString();
			await deps.reconciles.ask(askedAt);
			return ok({ askedAt } satisfies ReconcileAnswer);
		},
	}),
];

export const noSegment = () => notFound("There is no segment of this id.");

type LookDeps = Pick<SegmentDeps, "definitions" | "recomputes" | "looks" | "beats" | "now" | "compile">;

/** All segments or one, with how far each is and how fresh. */
export async function look(
	deps: LookDeps,
	id?: string,
): Promise<{ readonly known: readonly Known[]; readonly all: CompiledSegments }> {
	const workspace = await deps.definitions.current();
	const wanted = workspace.segments.filter((segment) => id === undefined || segment.id === id);
	const all = deps.compile(workspace);
	if (wanted.length === 0) return { known: [], all };
	const [states, run, tick, pass] = await Promise.all([
		deps.recomputes.states(wanted.map((segment) => segment.id)),
		deps.recomputes.run(),
		deps.looks.progress(),
		deps.beats.last(),
	]);
	const byId = new Map(all.segments.map((compiled) => [compiled.id, compiled]));
	const known = wanted.flatMap((segment) => {
		const [compiled, state] = [byId.get(segment.id), states.get(segment.id)];
		if (!compiled) return [];
		return [
			{ segment, compiled, state, readiness: readinessOf(compiled, { state, run, tick, pass, now: deps.now() }) },
		];
	});
	return { known, all };
}

async function idOf(id: string | undefined, { definitions }: SegmentDeps): Promise<string | undefined> {
	return (await definitions.current()).segments.find((segment) => segment.id === id)?.id;
}

async function sizeOf(id: string, state: SegmentState | undefined, { memberships, now }: SegmentDeps) {
	return state !== undefined && state.size > COUNTED
		? { size: state.size, sizeAt: state.measuredAt }
		: { size: await memberships.size(id), sizeAt: now().toISOString() };
}
