import { messageHash } from "#adapters/crypto/message-hash.ts";
import { sha256 } from "#adapters/crypto/sha256.ts";
import { phoneNumbers } from "#adapters/phone/phone-numbers.ts";
import { eventsCollected } from "#contracts/bus/events-collected.ts";
import { bookkeeper } from "#domain/rules/measures/measure-book.ts";
import { segmentCompiler } from "#domain/segment/compile-segments.ts";
import { evidenceMemory } from "#domain/unify/evidence-memory.ts";
import { joinMemory } from "#domain/unify/join-accounts.ts";
import { traitCompiler } from "#domain/unify/trait-rules.ts";
import { pauseWithJitter } from "#functions/shared/pause.ts";
import { queueConsumer } from "#functions/shared/queue-consumer.ts";
import { archive } from "./archive.ts";
import { beatNowAndThen } from "./beat.ts";
import type { Context, ProcessEventsDeps } from "./context.ts";
import { group } from "./group.ts";
import { rememberSeedIds } from "./remember-seed-ids.ts";
import { segment } from "./segment.ts";
import { setAside } from "./set-aside.ts";
import { standardise } from "./standardise.ts";
import { tell } from "./tell.ts";
import { unify } from "./unify.ts";
import { validate } from "./validate.ts";
import { unpack } from "./work.ts";

/**
 * The one pass (DESIGN D2, ADR 0016): every accepted event once, from its envelope to the archive, its profile and the segments
 * that it tips.
 * Each step takes the whole batch, so that what belongs together costs one write, and none looks into another.
 *
 * Safe to run twice, and beside others: evidence and marks of segments are what they are however often they are written,
 * an event's effect and the mark that it was had are one write, and what goes on the bus is named for good.
 */
export function processEvents({ pause = pauseWithJitter, beats, trace, ...given }: ProcessEventsDeps) {
	const deps = { ...given, vault: rememberSeedIds(given.vault) };
	const compile = segmentCompiler(sha256);
	const compileTraits = traitCompiler(sha256);
	const openBook = bookkeeper();
	const memory = evidenceMemory(deps);
	const phones = phoneNumbers();
	const joined = joinMemory(deps.now);
	const beat = beatNowAndThen({ ...deps, ...(beats && { beats }) });
	return queueConsumer({
		detail: eventsCollected,
		log: deps.log,
		eventIds: ({ events }) => events.map(({ messageId }) => messageId),
		...(trace && { trace }),
		async run(batch) {
			const workspace = await deps.definitions.current();
			const [compiled, rules] = [compile(workspace), compileTraits(workspace)];
			const context: Context = {
				...deps,
				pause,
				beat,
				workspace,
				compiled,
				book: openBook(compiled, rules),
				view: { rules, now: deps.now },
				memory,
				hashOf: messageHash,
				phones,
				joined,
			};

			const validated = validate(unpack(batch), context);
			const standardised = standardise(validated, context);
			const archived = await archive(standardised, context);
			const kept = await setAside(archived, context);
			const unified = await unify(kept, context);
			const grouped = await group(unified, context);
			const segmented = await segment(grouped, context);
			const { failed } = await tell(segmented, context);
			return { failed: [...failed] };
		},
	});
}
