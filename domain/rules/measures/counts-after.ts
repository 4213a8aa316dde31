import type { Counting } from "#domain/model/definitions.ts";
import { type Counts, countingFor } from "./keep-measure.ts";
import type { Hash, Look } from "./measure.ts";
import { meaningOf } from "./measure-of.ts";

/**
 * How far the measures are once this is looked at. One that is kept already goes on, as far back as somebody still looks. For
 * whoever looks further back than it is kept another begins beside it, so that all others go on as they are. What nobody looks
 * at any more is not kept up, so it is forgotten, and begun anew when it comes back.
 */
export function countsAfter(
	counts: Counts,
	looks: readonly Look[],
	{ hash, fresh }: { readonly hash: Hash; readonly fresh: Counting },
): Counts {
	const wanted = Map.groupBy(looks, ({ spec }) => meaningOf(spec, hash));
	return new Map(
		[...wanted].map(([meaning, all]) => {
			const known = counts.get(meaning) ?? [];
			const chosen = Map.groupBy(all, ({ keptMs }) => countingFor(known, keptMs) ?? fresh);
			return [meaning, [...chosen].map(([counting, lookers]) => keptFor(counting, lookers))];
		}),
	);
}

/** As far back as whoever looks back furthest. */
function keptFor({ since, isFilled }: Counting, looks: readonly Look[]): Counting {
	const keptMs = Math.max(...looks.map((look) => look.keptMs));
	return { since, isFilled, ...(Number.isFinite(keptMs) && { keptMs }) };
}
