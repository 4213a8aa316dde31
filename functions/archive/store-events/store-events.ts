import { phoneNumbers } from "#adapters/phone/phone-numbers.ts";
import { eventsCollected } from "#contracts/bus/events-collected.ts";
import type { Definitions } from "#domain/model/definitions.ts";
import type { SourcedEvent } from "#domain/model/event.ts";
import { type Identifying, identifiersOf } from "#domain/model/event-identifiers.ts";
import type { IdentifierVault } from "#domain/model/identifier.ts";
import type { Archive, ArchivedEvent, Collected } from "#domain/model/ports.ts";
import type { Log } from "#functions/shared/log.ts";
import { queueConsumer } from "#functions/shared/queue-consumer.ts";

type Deps = {
	readonly archive: Archive;
	readonly definitions: Definitions;
	readonly vault: Pick<IdentifierVault, "seedId">;
	readonly log: Log;
};

/**
 * Every accepted event into the archive, raw, with the seed id of its strongest identifier. All envelopes of a batch go in
 * one `store`: the more rows at once, the fewer billed records. When that fails the whole batch comes again.
 * Safe to run twice: the view over the archive shows each message once.
 */
export function storeEvents({ archive, definitions, vault, log }: Deps) {
	const phones = phoneNumbers();
	return queueConsumer({
		detail: eventsCollected,
		log,
		async run(batch) {
			const { identity: rules, blockedSeeds } = await definitions.current();
			const identifying = { rules, vault, phones, ...(blockedSeeds && { blockedSeeds }) };
			// The schema and the type say the same, but for `undefined`, which JSON does not have.
			const envelopes = batch.map(({ detail }) => detail as unknown as Collected);
			const rows = envelopes.flatMap(({ source, events }) =>
				events.map((event) => archived({ ...event, source }, identifying)),
			);
			await archive.store(rows);
			log.info("events were archived", { envelopes: batch.length, events: rows.length });
			return { failed: [] };
		},
	});
}

function archived(event: SourcedEvent, identifying: Identifying): ArchivedEvent {
	const [strongest] = identifiersOf(event, identifying).identifiers;
	return { event, seedId: strongest?.id ?? null };
}
