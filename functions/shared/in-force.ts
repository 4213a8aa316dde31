import { sha256 } from "#adapters/crypto/sha256.ts";
import type { Workspace } from "#domain/model/definitions.ts";
import type { IdentifierVault } from "#domain/model/identifier.ts";
import { bookkeeper } from "#domain/rules/measures/measure-book.ts";
import { segmentCompiler } from "#domain/segment/compile-segments.ts";
import type { InForce } from "#domain/segment/plan-recompute.ts";
import { traitCompiler } from "#domain/unify/trait-rules.ts";
import { admitterOf } from "./admit-past.ts";

/** Makes the definitions ready to be used, only when they are others than before. */
export function inForceCompiler(
	vault: Pick<IdentifierVault, "seedId">,
): (workspace: Workspace) => Omit<InForce, "workspace"> {
	const [compileSegments, compileTraits, openBook] = [segmentCompiler(sha256), traitCompiler(sha256), bookkeeper()];
	let last: { readonly of: Workspace; readonly admit: InForce["admit"] } | undefined;
	return (workspace) => {
		if (last?.of !== workspace) {
			const admit = admitterOf(workspace, vault);
			last = { of: workspace, admit: (event) => admit(event)?.event };
		}
		const compiled = compileSegments(workspace);
		return { compiled, book: openBook(compiled, compileTraits(workspace)), admit: last.admit };
	};
}
