import type { SegmentChanged } from "#contracts/bus/segment-changed.ts";
import type { ProfileId } from "#domain/model/identifier.ts";
import type { Membership } from "#domain/model/membership.ts";
import type { Memberships } from "#domain/segment/ports.ts";

/** Memberships in memory that remember every change and its news, and every look, in the order they were written. */
export function memoryMemberships() {
	const rows = new Map<string, Membership>();
	const changes: { next: Membership; news: SegmentChanged | undefined }[] = [];
	const looks: { profileId: ProfileId; at: number }[] = [];
	const next = new Map<ProfileId, number>();
	const entered = (segmentId: string) =>
		[...rows.values()].filter((row) => row.segmentId === segmentId && row.state === "entered");

	const of = async (profileId: ProfileId) => [...rows.values()].filter((row) => row.profileId === profileId);

	const memberships: Memberships = {
		of,
		held: async (profileId) => {
			const nextLookAt = next.get(profileId);
			return { rows: await of(profileId), ...(nextLookAt !== undefined && { nextLookAt }) };
		},
		planLook: async (profileId, at) => {
			looks.push({ profileId, at });
			next.set(profileId, at);
		},
		change: async (next, news) => {
			const key = `${next.profileId}:${next.segmentId}`;
			if ((rows.get(key)?.version ?? 0) !== next.version - 1) return "refused";
			rows.set(key, next);
			changes.push({ next, news });
			return "written";
		},
		membersOf: async (segmentId) => ({
			members: entered(segmentId).map(({ profileId, at, version }) => ({ profileId, enteredAt: at, version })),
		}),
		size: async (segmentId) => entered(segmentId).length,
	};
	const stateOf = (profileId: string, segmentId: string) =>
		rows.get(`${profileId as ProfileId}:${segmentId}`)?.state ?? "exited";
	return { memberships, changes, looks, stateOf };
}
