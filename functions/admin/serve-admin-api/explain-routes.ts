import type { ExplainSegmentAnswer } from "#contracts/http/admin-segments.ts";
import type { IdentifierVault } from "#domain/model/identifier.ts";
import type { Membership } from "#domain/model/membership.ts";
import type { Profile } from "#domain/model/profile.ts";
import type { CompiledSegments } from "#domain/segment/compiled.ts";
import type { Memberships, Profiles } from "#domain/segment/ports.ts";
import { notFound, ok } from "./answer.ts";
import { nobodyHas, seedIdOf } from "./find-profile.ts";
import { badIdentifier } from "./identity-routes.ts";
import { type Route, route } from "./route.ts";
import { explainedAnswerOf, type Known } from "./segment-answers.ts";
import { look, noSegment, type SegmentDeps } from "./segment-routes.ts";

export type ExplainDeps = Omit<SegmentDeps, "memberships" | "reconciles"> & {
	readonly memberships: Pick<Memberships, "of">;
	readonly profiles: Profiles;
	readonly vault: Pick<IdentifierVault, "seedId">;
};

/** Why somebody is in a segment or not. Before the routes of profiles, as `identityRoutes` are, and for the same reason. */
export const explainRoutes = (deps: ExplainDeps): Route[] => [
	route("GET /v1/profiles/*reference/segments/:id/explain", {
		run: async ({ path: { reference = "", id = "" } }) => {
			const { identity: rules } = await deps.definitions.current();
			const seedId = seedIdOf(reference, deps.vault, rules);
			if (!seedId) return badIdentifier("The path");
			const { known, all } = await look(deps, id);
			const [one] = known;
			if (!one) return noSegment();
			const profile = await deps.profiles.read(seedId);
			if (!profile) return notFound(nobodyHas(reference, rules));
			const held = (await deps.memberships.of(profile.profileId)).find(({ segmentId }) => segmentId === id);
			return ok(explainAnswerOf({ known: one, all, profile, held }, deps.now()));
		},
	}),
];

type Asked = {
	readonly known: Known;
	readonly all: CompiledSegments;
	readonly profile: Profile;
	readonly held: Membership | undefined;
};

function explainAnswerOf({ known, all, profile, held }: Asked, now: Date): ExplainSegmentAnswer {
	const { segment, compiled, readiness } = known;
	const explained = all.explain(segment.id, profile, now.getTime());
	if (!explained) throw new Error(`the segment ${segment.id} is in force and not compiled`);
	const condition = explainedAnswerOf(explained);
	const { nextChangeAt } = all.look(segment.id, profile, now.getTime());
	return {
		segmentId: segment.id,
		segmentVersion: segment.version,
		profileId: profile.profileId,
		at: now.toISOString(),
		membership: {
			state: held?.state ?? "never",
			at: held?.at ?? null,
			cause: held?.cause.kind ?? null,
			leaf: held?.cause.leaf ?? null,
		},
		meets: condition.isMet,
		nextChangeAt: nextChangeAt === undefined ? null : new Date(nextChangeAt).toISOString(),
		class: compiled.class,
		readiness: { state: readiness.state, reason: readiness.reason },
		condition,
	};
}
