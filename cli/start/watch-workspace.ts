import { type FSWatcher, watch } from "node:fs";
import { definitionsAnswer, type PlanAnswer, planAnswer } from "#contracts/http/admin-definitions.ts";
import type { Api } from "../api.ts";
import { loadWorkspace } from "../workspace.ts";

type Heard = {
	/** Something was applied. */
	readonly onApplied: (plan: PlanAnswer) => void;
	/** The folder is broken, or could not be applied: what was in force stays. */
	readonly onProblem: (error: unknown) => void;
};

/** Editors write a file in several steps. */
const SETTLE_MS = 150;

const nameOf = ({ kind, definition }: { readonly kind: string; readonly definition: { readonly id: string } }) =>
	`${kind}/${definition.id}`;

/**
 * Applies the workspace folder whenever something in it changes. A definition goes when its file does; what never was in
 * the folder is left alone. Answers how to stop.
 */
export function watchWorkspace(folder: string, api: Api, { onApplied, onProblem }: Heard): () => void {
	let known: ReadonlySet<string> = new Set();
	let timer: NodeJS.Timeout | undefined;
	let applying = loadWorkspace(folder)
		.then((definitions) => {
			known = new Set(definitions.map(nameOf));
		})
		.catch(onProblem);

	async function apply(): Promise<void> {
		const definitions = await loadWorkspace(folder);
		const names = new Set(definitions.map(nameOf));
		const vanished = new Set([...known].filter((name) => !names.has(name)));
		known = names;
		const { definitions: inForce } = await api.get("/v1/definitions", definitionsAnswer);
		const others = inForce.filter((each) => !names.has(nameOf(each)) && !vanished.has(nameOf(each)));
		const wanted = [...others.map(({ kind, definition }) => ({ kind, definition })), ...definitions];
		const plan = await api.post("/v1/definitions/apply", { definitions: wanted, prune: true }, planAnswer);
		if (plan.changes.some(({ change }) => change !== "unchanged")) onApplied(plan);
	}

	const soon = () => {
		clearTimeout(timer);
		timer = setTimeout(() => {
			applying = applying.then(apply).catch(onProblem);
		}, SETTLE_MS);
	};
	const watcher: FSWatcher = watch(folder, { recursive: true }, soon).on("error", onProblem);
	return () => {
		clearTimeout(timer);
		watcher.close();
	};
}
