import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** An empty folder of its own for a test, and how to remove it. */
export function temporaryFolder(): { readonly folder: string; remove(): void } {
	const folder = mkdtempSync(join(tmpdir(), "tutti-test-"));
	return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
