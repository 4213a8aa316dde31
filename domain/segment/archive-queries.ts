import { inSlice, type Slice } from "#domain/model/people-slices.ts";

/** How many people (seed ids) the archive knows: one row, one number. */
export const sizeQuery = (): string => "SELECT count(DISTINCT seed_id) AS people FROM events";

/** The seed ids of a slice, in order. */
export const peopleQuery = (slice: Slice): string =>
	`SELECT DISTINCT seed_id FROM events WHERE ${inSlice(slice)} ORDER BY seed_id`;
