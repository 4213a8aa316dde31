import type { TrackingPlan } from "#contracts/definitions/tracking-plan.ts";
import type { Workspace } from "#domain/model/definitions.ts";

/** The tracking plan of each source that has one, by the source's id. */
export function plansBySource({
	sources,
	trackingPlans,
}: Pick<Workspace, "sources" | "trackingPlans">): ReadonlyMap<string, TrackingPlan> {
	const plans = new Map(trackingPlans.map((plan) => [plan.id, plan]));
	return new Map(
		sources.flatMap(({ id, trackingPlan }) => {
			const plan = trackingPlan === undefined ? undefined : plans.get(trackingPlan);
			return plan ? [[id, plan] as const] : [];
		}),
	);
}
