import type { World } from "../world.ts";
import { type Finding, finding } from "./finding.ts";
import type { Snapshot } from "./snapshot.ts";

/** Every event that was answered 2xx is in the archive, once after de-duplication, as it was sent; and nothing else is. */
export function checkArchive({ ledger }: Pick<World, "ledger">, { rows }: Snapshot): Finding[] {
	const [accepted, unsure] = [ledger.of("accepted"), ledger.of("unsure")];
	return [
		finding("accepted events are archived", accepted, (id) =>
			rows.has(id) ? undefined : `${id} was accepted and is not in the archive`,
		),
		finding("archived events were accepted, or nobody could say", rows.keys(), (id) =>
			accepted.has(id) || unsure.has(id) ? undefined : `${id} is in the archive and nobody accepted it`,
		),
		finding("rows of one event say the same", rows, ([id, copies]) =>
			new Set(copies.map(saidIn)).size === 1 ? undefined : `${id} stands in the archive in two versions`,
		),
	];
}

/** What the sender said, without the moments at which copies of it came in, and whether his clock was ahead of them. */
const saidIn = ({
	received_at: _,
	sent_at: __,
	timestamp: ___,
	flags,
	...said
}: Snapshot["rows"] extends ReadonlyMap<string, readonly (infer Row)[]> ? Row : never): string =>
	JSON.stringify([said, (flags ?? "").split(",").filter((flag) => flag !== "" && flag !== "future_timestamp")]);
