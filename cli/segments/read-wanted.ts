import { existsSync } from "node:fs";
import { basename, extname } from "node:path";
import type { PreviewRequest } from "#contracts/http/admin-segments.ts";
import { Failure } from "../failure.ts";
import { printProblem } from "../workspace-problem.ts";
import { readDefinition } from "../workspace-yaml.ts";

const YAML = new Set([".yaml", ".yml"]);

/** What to preview: the definition in a file, or the segment in force of that id. A `Failure` names each line that is wrong. */
export async function readWanted(fileOrId: string): Promise<PreviewRequest> {
	const ending = extname(fileOrId);
	if (!YAML.has(ending) && !existsSync(fileOrId)) return { id: fileOrId };
	const read = await readDefinition({ file: fileOrId, kind: "segment", name: basename(fileOrId, ending) });
	if (read.kind === "broken") throw new Failure(read.problems.map(printProblem).join("\n"));
	if (read.definition.kind !== "segment") throw new Error("a file was read as a segment and is none");
	return { segment: read.definition.definition };
}
