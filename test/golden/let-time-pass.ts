import { sha256 } from "#adapters/crypto/sha256.ts";
import { itemDueLooks } from "#adapters/items/due-looks.ts";
import type { Workspace } from "#domain/model/definitions.ts";
import type { ProfileId, SeedId } from "#domain/model/identifier.ts";
import { segmentCompiler } from "#domain/segment/compile-segments.ts";
import { tickSegments } from "#domain/segment/tick-segments.ts";
import { updateMemberships } from "#domain/segment/update-memberships.ts";
import type { Pass } from "../functions/unify/pass.ts";

/** The clock of a story, which stands still until somebody moves it. */
export type Clock = { readonly now: () => Date; moveTo(iso: string): void };

export function clockAt(start: string): Clock {
	let at = start;
	return {
		now: () => new Date(at),
		moveTo(iso) {
			at = iso;
		},
	};
}

type Scene = {
	readonly pass: Pass;
	readonly workspace: Workspace;
	readonly clock: Clock;
	/** Everybody whom the story may be about. */
	readonly ids: readonly SeedId[];
};

/** Moves the clock on, and looks at everybody at the moment that was planned, as the tick does. */
export async function letTimePass(until: string, scene: Scene): Promise<void> {
	for (;;) {
		const planned = await Promise.all((await peopleOf(scene)).map((id) => scene.pass.memberships.held(id)));
		const ahead = planned.flatMap(({ nextLookAt = 0 }) => (nextLookAt > scene.clock.now().getTime() ? nextLookAt : []));
		const next = Math.min(...ahead);
		if (next > Date.parse(until)) break;
		scene.clock.moveTo(new Date(next).toISOString());
		await tick(scene);
	}
	scene.clock.moveTo(until);
}

async function tick(scene: Scene): Promise<void> {
	const { now } = scene.clock;
	await tickSegments({
		...updating(scene),
		definitions: { current: async () => scene.workspace },
		compile: segmentCompiler(sha256),
		// minutes in which nobody is due are left out
		looks: {
			...itemDueLooks({ items: scene.pass.items, now }),
			progress: async () => undefined,
			saveProgress: async () => "saved",
		},
		budgetSeconds: 60,
		onFailed: (_, error) => {
			throw error;
		},
	});
}

/** Judges everybody, as the scheduled run does once another upload of a list is in force. */
export async function judgeEverybody(scene: Scene): Promise<void> {
	const compiled = segmentCompiler(sha256)(scene.workspace);
	for (const profileId of await peopleOf(scene)) {
		await updateMemberships({ profileId, compiled, causeIn: () => ({ kind: "list" }) }, updating(scene));
	}
}

const updating = ({ pass, clock }: Scene) => ({
	memberships: pass.memberships,
	profiles: { read: pass.profileOf },
	now: clock.now,
	pause: async () => {},
});

async function peopleOf({ pass, ids }: Scene): Promise<readonly ProfileId[]> {
	const profiles = await Promise.all(ids.map((id) => pass.profileOf(id)));
	return [...new Set(profiles.flatMap((profile) => profile?.profileId ?? []))];
}
