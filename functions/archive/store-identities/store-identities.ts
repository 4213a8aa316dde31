import { identityChanged } from "#contracts/bus/identity-changed.ts";
import type { Archive, ArchivedIdentity } from "#domain/model/ports.ts";
import type { Log } from "#functions/shared/log.ts";
import { queueConsumer } from "#functions/shared/queue-consumer.ts";

type Deps = { readonly identityArchive: Archive<ArchivedIdentity>; readonly log: Log };

/**
 * Every change of who is who into the archive, a row for each identifier that moved. All changes of a batch go in one
 * `store`; when that fails the whole batch comes again. Safe to run twice, and in any order: the view over the rows takes
 * the latest of each identifier by its own time.
 */
export function storeIdentities({ identityArchive, log }: Deps) {
	return queueConsumer({
		detail: identityChanged,
		log,
		async run(batch) {
			const rows = batch.flatMap(({ detail: { at, messageId, changes } }) =>
				changes.map((change) => ({ ...change, at, messageId })),
			);
			await identityArchive.store(rows);
			log.info("changes of identity were archived", { changes: batch.length, identifiers: rows.length });
			return { failed: [] };
		},
	});
}
