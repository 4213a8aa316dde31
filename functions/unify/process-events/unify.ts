import type { SeedId } from "#domain/model/identifier.ts";
import { foldBatch } from "#domain/unify/fold-batch.ts";
import { type LinkedBatch, linkStars } from "#domain/unify/link-stars.ts";
import { findPlaces } from "#domain/unify/read-profile.ts";
import { resolveAgain } from "#domain/unify/resolve-again.ts";
import { gatherStars } from "#domain/unify/star.ts";
import { toldAt } from "#domain/unify/unsettled.ts";
import { describeError, type Log } from "#functions/shared/log.ts";
import type { Context } from "./context.ts";
import { failing, type Placed, type Ready, type Work } from "./work.ts";

/**
 * Takes what the events say about who is who into the identity graph, folds them into the fragments of their strongest
 * identifiers, and says which profile each of them belongs to now.
 */
export async function unify(work: Work<Ready>, context: Context): Promise<Work<Placed>> {
	const { identities: graph, memory, workspace, fragments, now, pause, hashOf, log } = context;
	const { rules } = context.view;
	const linked = await linkStars(gatherStars(work.events), {
		graph,
		memory,
		rules: workspace.identity,
		now,
		pause,
		onSaturated: (seedId) => log.warn("evidence was kept but not followed: a profile grew past its limit", { seedId }),
	});
	logFailures("identities could not be linked", linked.failed, log);
	const able = failing(work, ({ identifiers }) => identifiers.some(({ id }) => linked.failed.has(id)));

	const additions = new Map(able.events.map((event) => [event.event, event.additions]));
	const book = { ...context.book, additionsOf: (event: Ready["event"]) => additions.get(event) ?? [] };
	const folded = await foldBatch(able.events, { fragments, book, rules, hashOf, now, pause });
	logFailures("events could not be folded", folded.failed, log);
	const done = failing(able, ({ identifiers: [strongest] }) => folded.failed.has(strongest.id));

	const places = await placesOf(done.events, linked.nodes, context);
	const counts = Map.groupBy(done.events, ({ identifiers: [strongest] }) => strongest.id);
	const events = done.events.flatMap((event) => {
		const { id } = event.identifiers[0];
		const [place, fragment] = [places.get(id), folded.fragments.get(id)];
		if (!place || !fragment) throw new Error(`the identifier ${id} has an event and no profile`);
		const isNew = folded.repeated.has(id) || fragment.eventCount <= (counts.get(id)?.length ?? 0);
		const told = toldAt(event.identifiers, places).flatMap((one) => places.get(one)?.record ?? []);
		return [{ ...event, place, told, isNew }];
	});
	return { ...done, events };
}

/**
 * Where the strongest identifier of each event belongs, and of those with a hub the others, too. A change of many steps that
 * was left halfway, by a crash, is gone on with first.
 */
async function placesOf(events: readonly Ready[], known: LinkedBatch["nodes"], context: Context) {
	const { identities: graph, workspace, now, pause, log } = context;
	const strongest = await findPlaces([...new Set(events.map(({ identifiers: [{ id }] }) => id))], graph, known);
	const others = new Set(
		events.flatMap(({ identifiers }) => toldAt(identifiers, strongest)).filter((id) => !strongest.has(id)),
	);
	const places = new Map([...strongest, ...(others.size > 0 ? await findPlaces([...others], graph, known) : [])]);
	const halfway = [...places].filter(([, { record }]) => record?.pending).map(([id]) => id);
	if (halfway.length === 0) return places;
	for (const id of halfway) {
		const resolved = resolveAgain(id, { graph, rules: workspace.identity, now, pause });
		await resolved.catch((error: unknown) => logFailures("a change stays halfway", new Map([[id, error]]), log));
	}
	return findPlaces([...places.keys()], graph);
}

function logFailures(message: string, failed: ReadonlyMap<SeedId, unknown>, log: Log): void {
	for (const [seedId, error] of failed) log.error(message, { seedId, ...describeError(error) });
}
