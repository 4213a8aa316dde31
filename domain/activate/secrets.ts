import type { Json, JsonObject } from "#domain/model/json.ts";

const REFERENCE = /\{\{\s*secret:([a-zA-Z0-9/_+=.@-]+)\s*\}\}/g;

/** The names of the secrets that settings refer to as `{{secret:name}}`, each once. */
export function secretNames(settings: Json): string[] {
	const found = [...JSON.stringify(settings).matchAll(REFERENCE)].flatMap(([, name]) => name ?? []);
	return [...new Set(found)];
}

/** Settings with the secrets in their places. A reference that is not among them stays as it is. */
export function fillSecrets(settings: JsonObject, secrets: ReadonlyMap<string, string>): JsonObject {
	return Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, filled(value, secrets)]));
}

function filled(value: Json, secrets: ReadonlyMap<string, string>): Json {
	if (typeof value === "string") return value.replace(REFERENCE, (whole, name: string) => secrets.get(name) ?? whole);
	if (Array.isArray(value)) return value.map((item) => filled(item, secrets));
	return typeof value === "object" && value !== null ? fillSecrets(value as JsonObject, secrets) : value;
}
