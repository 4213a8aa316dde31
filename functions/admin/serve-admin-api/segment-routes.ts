import { z } from "zod";
import type { MembersAnswer, SegmentAnswer } from "#contracts/http/admin-segments.ts";
import type { Definitions } from "#domain/model/definitions.ts";
import type { Memberships, Recomputes } from "#domain/segment/ports.ts";
import { notFound, ok } from "./answer.ts";
import { page } from "./page.ts";
import { type Route, route } from "./route.ts";

export type SegmentDeps = {
	readonly definitions: Definitions;
	readonly memberships: Memberships;
	readonly recomputes: Pick<Recomputes, "states">;
	readonly now: () => Date;
};

/** Members are counted one by one: beyond this many the count of the last recompute is answered. */
const COUNTED = 10_000;

export const segmentRoutes = ({ definitions, memberships, recomputes, now }: SegmentDeps): Route[] => [
	route("GET /v1/segments/:id", {
		run: async ({ path }) => {
			const segment = (await definitions.current()).segments.find(({ id }) => id === path.id);
			if (!segment) return notFound("There is no segment of this id.");
			const { id, name, description, version, appliedAt } = segment;
			const state = (await recomputes.states([id])).get(id);
			const isLarge = state !== undefined && state.size > COUNTED;
			const answer: SegmentAnswer = {
				id,
				...(name !== undefined && { name }),
				...(description !== undefined && { description }),
				version,
				appliedAt,
				size: isLarge ? state.size : await memberships.size(id),
				sizeAt: isLarge ? state.recomputedAt : now().toISOString(),
				isComplete: state?.version === version,
				...(state && { recomputedAt: state.recomputedAt }),
			};
			return ok(answer);
		},
	}),
	route("GET /v1/segments/:id/members", {
		query: z.strictObject(page),
		run: async ({ path, query: { limit, cursor } }) => {
			const segment = (await definitions.current()).segments.find(({ id }) => id === path.id);
			if (!segment) return notFound("There is no segment of this id.");
			const found = await memberships.membersOf(segment.id, { limit, ...(cursor !== undefined && { cursor }) });
			const answer: MembersAnswer = {
				members: found.members.map(({ profileId, enteredAt }) => ({ profileId, enteredAt })),
				...(found.cursor !== undefined && { cursor: found.cursor }),
			};
			return ok(answer);
		},
	}),
];
