import type { Json, JsonObject } from "#domain/model/json.ts";

const REFERENCE = /\{\{\s*secret:\s*([^{}]*?)\s*\}\}/g;
const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_-]{0,63}$/;
/** The key that seals identifiers lies among the secrets; no destination may be told it. */
const OURS = "vault";

/** The names of the secrets that settings refer to as `{{secret:name}}`, each once. */
export function secretNames(settings: Json): string[] {
	const found = [...JSON.stringify(settings).matchAll(REFERENCE)].flatMap(([, name]) => name ?? []);
	return [...new Set(found)];
}

/** Whether a destination may have the secret of this name: letters, digits, hyphens and underscores, and not our own. */
export const isSecretName = (name: string): boolean => NAME.test(name) && name !== OURS;

/** Settings with the secrets in their places. A reference that is not among them stays as it is. */
export function fillSecrets(settings: JsonObject, secrets: ReadonlyMap<string, string>): JsonObject {
	return Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, filled(value, secrets)]));
}

function filled(value: Json, secrets: ReadonlyMap<string, string>): Json {
	if (typeof value === "string") return value.replace(REFERENCE, (whole, name: string) => secrets.get(name) ?? whole);
	if (Array.isArray(value)) return value.map((item) => filled(item, secrets));
	return typeof value === "object" && value !== null ? fillSecrets(value as JsonObject, secrets) : value;
}
