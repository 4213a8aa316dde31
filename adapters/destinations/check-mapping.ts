import type { JsonObject } from "#domain/model/json.ts";
import type { Chunk } from "./chunk.ts";

/** mapping-kit's own directives. */
const DIRECTIVES =
	"@path @template @if @case @replace @arrayPath @json @flatten @merge @transform @excludeWhenNull @literal @liquid";

/** Whether mapping-kit understands a mapping; the path of each problem begins at the mapping. */
export function checkMapping(
	mapping: JsonObject,
	transform: Chunk["transform"],
): { readonly path: readonly string[]; readonly message: string }[] {
	try {
		// It checks the mapping first, then fills it, from an event with nothing in it.
		transform(structuredClone(mapping), {});
		return [];
	} catch (error) {
		return errorsIn(error).flatMap(({ name, message }) => {
			// "/email/@if should be …": what fails beyond that fails for want of an event.
			const [path = "", ...words] = name === "ValidationError" ? message.split(" ") : [];
			if (words.length === 0) return [];
			const hint = message.includes("invalid directive") ? ` There are: ${DIRECTIVES}` : "";
			return [{ path: path.split("/").filter((step) => step !== ""), message: words.join(" ") + hint }];
		});
	}
}

const errorsIn = (error: unknown): Error[] =>
	(error instanceof Object && Symbol.iterator in error ? [...(error as Iterable<unknown>)] : [error]).filter(
		(one): one is Error => one instanceof Error,
	);
