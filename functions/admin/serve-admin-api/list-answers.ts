import type { Condition } from "#contracts/definitions/condition.ts";
import type { Upload, UploadedList } from "#domain/collect/lists.ts";
import type { Workspace } from "#domain/model/definitions.ts";
import { leavesIn } from "#domain/rules/walk-condition.ts";

/** A list as all answers show it. */
export function shown({ id, inForce }: UploadedList, { segments }: Workspace) {
	return {
		id,
		upload: inForce?.upload ?? null,
		rows: inForce?.rows ?? 0,
		at: inForce?.at ?? null,
		by: inForce?.by ?? null,
		segments: segments.filter(({ when }) => looksAt(when, id)).map((segment) => segment.id),
	};
}

const looksAt = (when: Condition, list: string): boolean =>
	leavesIn(when).some(({ leaf }) => "list" in leaf && leaf.list === list);

/** One of its uploads. */
export function shownUpload({ number, startedAt, finishedAt, by, parts }: Upload, { inForce }: UploadedList) {
	const finished = number === inForce?.upload ? ("in force" as const) : ("replaced" as const);
	return {
		upload: number,
		state: finishedAt === undefined ? ("unfinished" as const) : finished,
		startedAt,
		finishedAt: finishedAt ?? null,
		by,
		parts: parts.size,
		rows: [...parts.values()].reduce((sum, rows) => sum + rows, 0),
	};
}
