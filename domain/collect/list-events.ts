import type { ListProblem } from "#contracts/http/lists.ts";
import type { CollectedEvent } from "#domain/model/event.ts";
import { type Identifying, identifiersOf } from "#domain/model/event-identifiers.ts";
import type { JsonObject } from "#domain/model/json.ts";
import { LISTED_EVENT } from "#domain/rules/measures/measure-spec.ts";
import type { ListColumns } from "./list-columns.ts";

/** The rows of a part of an upload, and what makes events of them. */
export type ListRows = {
	readonly list: string;
	readonly upload: number;
	readonly columns: ListColumns["columns"];
	readonly rows: readonly { readonly line: number; readonly cells: readonly string[] }[];
	/** When the part came, ISO 8601 UTC. */
	readonly at: string;
};

export type ListDeps = {
	readonly identifying: Identifying;
	/** SHA-256 in base64url. */
	readonly hash: (text: string) => string;
};

type Cell = { readonly namespace: string; readonly value: string };

/** Why a value points at nobody, in the words of whoever mends the file. */
const REASONS: { readonly [code: string]: string } = {
	no_identifier: "no column of this row has anything in it",
	points_at_nobody: "this value points at nobody: it is blocked, or a placeholder such as null or unknown",
	identifier_too_long: "an identifier has at most 512 characters",
	not_an_identifier: "this is no identifier",
	not_an_email: "this is no e-mail address",
	not_a_phone_number: "this is no telephone number, or of a country that it does not say",
	not_text: "this is not text in UTF-8",
};

/**
 * An event for each row that names somebody, and what was left out. The same row of the same upload is the same event
 * whenever it is sent, so that a part may be sent again. Its name tells nothing of the person: it is made of seed ids.
 */
export function listEvents(
	given: ListRows,
	deps: ListDeps,
): { readonly events: readonly CollectedEvent[]; readonly problems: readonly ListProblem[] } {
	const problems: ListProblem[] = [];
	const events = given.rows.flatMap(({ line, cells }, index) => {
		const read = readRow(cells, given.columns, deps.identifying);
		const leftOut = read.good.length === 0 ? ("row" as const) : ("value" as const);
		for (const { code, column } of read.faults) {
			problems.push({ row: index + 1, line, ...(column && { column }), code, reason: REASONS[code] ?? code, leftOut });
		}
		return leftOut === "row" ? [] : [eventOf(read.good, given, deps)];
	});
	return { events, problems };
}

type Fault = { readonly code: string; readonly column?: string };

/** Each value by itself, so that one that is wrong does not cost the others of its row. */
function readRow(cells: readonly string[], columns: ListColumns["columns"], identifying: Identifying) {
	const given = columns.flatMap(({ namespace, position }): Cell[] => {
		const value = cells[position]?.trim() ?? "";
		return value === "" ? [] : [{ namespace, value }];
	});
	const faults: Fault[] = given.length === 0 ? [{ code: "no_identifier" }] : [];
	const good = given.filter((cell) => {
		const code = faultOf(cell, identifying);
		if (code !== undefined) faults.push({ code, column: cell.namespace });
		return code === undefined;
	});
	return { good, faults };
}

/** What the pass would say of it: asked in the same words, so that nothing is sent that it would set aside. */
function faultOf(cell: Cell, identifying: Identifying): string | undefined {
	if (/[\0\ufffd]/.test(cell.value) || !cell.value.isWellFormed()) return "not_text";
	const { identifiers, violations } = identifiersOf({ ...EMPTY, ...fieldsOf([cell]) }, identifying);
	return identifiers.length > 0 ? undefined : (violations[0]?.kind ?? "points_at_nobody");
}

function eventOf(cells: readonly Cell[], { list, upload, at }: ListRows, { identifying, hash }: ListDeps) {
	const fields = fieldsOf(cells);
	const ids = identifiersOf({ ...EMPTY, ...fields }, identifying).identifiers.map(({ id }) => id);
	return {
		messageId: `list-${hash([list, upload, ...ids].join("\n"))}`,
		type: "track",
		event: LISTED_EVENT,
		...fields,
		properties: { list, upload },
		timestamp: at,
		originalTimestamp: at,
		sentAt: at,
		receivedAt: at,
		// It is for profiles and segments: no destination is told of the list itself.
		flags: ["historical"],
	} as const satisfies CollectedEvent;
}

/** Where events carry identifiers: the two ids of the spec, and for all others `externalIds`. */
function fieldsOf(cells: readonly Cell[]): { userId?: string; anonymousId?: string; context: JsonObject } {
	const cellOf = (name: string) => cells.find(({ namespace }) => namespace === name)?.value;
	const [userId, anonymousId] = [cellOf("user_id"), cellOf("anonymous_id")];
	const others = cells.filter(({ namespace }) => namespace !== "user_id" && namespace !== "anonymous_id");
	const externalIds = others.map(({ namespace: type, value: id }) => ({
		...{ type, id },
		...{ collection: "users", encoding: "none" },
	}));
	return {
		...(userId !== undefined && { userId }),
		...(anonymousId !== undefined && { anonymousId }),
		context: externalIds.length > 0 ? { externalIds } : {},
	};
}

const EMPTY = {
	messageId: "",
	type: "track",
	timestamp: "",
	originalTimestamp: "",
	sentAt: "",
	receivedAt: "",
} as const;
