import type { SourcedEvent } from "#domain/model/event.ts";
import { type Identifying, identifiersOf } from "#domain/model/event-identifiers.ts";
import { type ArchivedEvent, ArchiveRefused } from "#domain/model/ports.ts";
import type { Violation } from "#domain/model/violation.ts";
import { describeError } from "#functions/shared/log.ts";
import type { Context } from "./context.ts";
import type { InFlight, Ready, SetAside, Work } from "./work.ts";

/**
 * Every event of the batch into the archive, as it was accepted, with the seed id it is to be folded under and what became of it:
 * all in one `store`, because few large records cost less than many small ones.
 *
 * It comes before anything is written elsewhere: nothing is on a profile that the archive does not have. What could not be
 * archived goes no further, and its message comes again; the view over the archive shows each message once.
 */
export async function archive(work: Work<Ready>, context: Context): Promise<Work<Ready>> {
	const inFlight: readonly InFlight[] = [...work.events, ...work.quarantined];
	const lost = await store(rowsOf(work, context), context);
	if (lost === "none") return work;
	const refused = lost === "all" ? inFlight : inFlight.filter((_, at) => lost.has(at));
	const raws = new Set(refused.map(({ raw }) => raw));
	const isKept = ({ raw }: InFlight) => !raws.has(raw);
	return {
		events: work.events.filter(isKept),
		quarantined: work.quarantined.filter(isKept),
		broken: work.broken.filter(isKept),
		failed: new Set([...work.failed, ...refused.map(({ message }) => message)]),
	};
}

/** The positions of the rows that the archive did not take. */
async function store(rows: readonly ArchivedEvent[], context: Context): Promise<ReadonlySet<number> | "none" | "all"> {
	try {
		await context.archive.store(rows);
		return "none";
	} catch (error) {
		const refused = error instanceof ArchiveRefused ? error.refused : "all";
		const codes = error instanceof ArchiveRefused ? { codes: error.codes } : {};
		const failed = refused === "all" ? rows.length : refused.size;
		context.log.error("events could not be archived", { failed, of: rows.length, ...codes, ...describeError(error) });
		return refused;
	}
}

/** In the order of the events that go on, then of those that are set aside. */
function rowsOf({ events, quarantined, broken }: Work<Ready>, context: Context): ArchivedEvent[] {
	const { workspace, vault, phones } = context;
	const { identity: rules, blockedSeeds } = workspace;
	const identifying = { rules, vault, phones, ...(blockedSeeds && { blockedSeeds }) };
	const takenOff = new Map<SourcedEvent, string[]>();
	for (const { raw, violations } of broken) {
		const paths = violations.filter(isTakenOff).map(({ path }) => path);
		if (paths.length > 0) takenOff.set(raw, [...(takenOff.get(raw) ?? []), ...paths]);
	}
	return [
		...events.map(({ raw, identifiers: [strongest] }): ArchivedEvent => {
			const omitted = takenOff.get(raw);
			return { event: raw, seedId: strongest.id, ...(omitted && { omitted }) };
		}),
		...quarantined.map((one) => asideRow(one, identifying)),
	];
}

/** An identifier that is none is told of as omitted too, but stays in the event. */
const isTakenOff = ({ outcome, kind }: Violation): boolean =>
	outcome === "omitted" && (kind === "unplanned_property" || kind === "trait_too_large");

const asideRow = ({ raw, reason }: SetAside, identifying: Identifying): ArchivedEvent => ({
	event: raw,
	seedId: seedIdOf(raw, identifying),
	quarantined: reason,
});

/** What makes the pass fail may do so here again, and is archived all the same. */
function seedIdOf(event: SourcedEvent, identifying: Identifying): string | null {
	try {
		return identifiersOf(event, identifying).identifiers[0]?.id ?? null;
	} catch {
		return null;
	}
}
