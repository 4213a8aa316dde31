/** One import that the table forbids. */
export type ImportViolation = { readonly rule: { readonly name: string }; readonly from: string; readonly to: string };

/** What the import table speaks of. */
export const FOLDERS: readonly string[];

/** dependency-cruiser's own summary of these paths under the rules of the root, or of `cwd`. */
export function cruise(
	paths: readonly string[],
	cwd?: string,
): Promise<{ readonly violations: readonly ImportViolation[]; readonly totalCruised: number }>;
