import { chmodSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Secrets } from "#domain/model/ports.ts";

/** The name the installation key goes by where it is kept among the secrets; no definition may read it. */
const RESERVED = "vault";

/** The bits of a file's mode that let anybody but its owner in. */
const OTHERS = 0o077;

/** The secrets file cannot be used; the message says which file and why, and never what is in it. */
export class SecretsUnusable extends Error {
	constructor(file: string, reason: string) {
		super(`the secrets file ${file} cannot be used: ${reason}`);
		this.name = "SecretsUnusable";
	}
}

/**
 * Secrets from the environment, `TUTTI_SECRET_<NAME>` in upper case with `_` for `-`, else from `secrets.json` in the
 * data folder: one object of texts, made readable for its owner only. The file is read anew each time, so that a person
 * may edit it. Throws `SecretsUnusable` when it is there but not such a file.
 */
export function fileSecrets(deps: {
	readonly env: Readonly<Record<string, string | undefined>>;
	readonly dataFolder: string;
}): Secrets {
	const file = join(deps.dataFolder, "secrets.json");
	return {
		async read(name) {
			if (name === RESERVED) return undefined;
			return deps.env[`TUTTI_SECRET_${name.toUpperCase().replaceAll("-", "_")}`] ?? readSecrets(file).get(name);
		},
	};
}

function readSecrets(file: string): ReadonlyMap<string, string> {
	try {
		if ((statSync(file).mode & OTHERS) !== 0) chmodSync(file, 0o600);
		const secrets: unknown = JSON.parse(readFileSync(file, "utf8"));
		if (typeof secrets !== "object" || secrets === null || Array.isArray(secrets)) throw new SyntaxError();
		const entries = Object.entries(secrets);
		if (entries.some(([, value]) => typeof value !== "string")) throw new SyntaxError();
		return new Map(entries as [string, string][]); // every value is a text, as just seen
	} catch (error) {
		const code = error instanceof SyntaxError ? "SYNTAX" : ((error as NodeJS.ErrnoException).code ?? "unknown");
		if (code === "ENOENT") return new Map();
		// the parser's own words would quote the file
		throw new SecretsUnusable(
			file,
			code === "SYNTAX" ? 'it must be one JSON object of texts, {"name": "secret"}' : code,
		);
	}
}
