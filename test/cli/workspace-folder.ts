import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";

/** A workspace folder with these files in it, gone when the test is over. */
export function aWorkspace(files: { readonly [path: string]: string | Uint8Array }): string {
	const folder = mkdtempSync(join(tmpdir(), "tutti-workspace-"));
	onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
	for (const [path, content] of Object.entries(files)) {
		mkdirSync(dirname(join(folder, path)), { recursive: true });
		writeFileSync(join(folder, path), content);
	}
	return folder;
}
