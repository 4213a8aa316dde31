import type { Json, JsonObject } from "#domain/model/json.ts";
import { MAX_LEVELS } from "./limits.ts";
import { isObject } from "./parse-body.ts";

/** What no part of an event may hold, and where it stands, with dots between the levels. */
export type Fault = {
	readonly code: "too_deep" | "forbidden_key" | "nul_character" | "invalid_unicode";
	readonly path: string;
};

/** Looks at every key and value: the exact check, for events whose text gave reason to. */
export function findFault(value: Json, level = 1): Fault | undefined {
	if (typeof value === "string") return findTextFault(value);
	if (typeof value !== "object" || value === null) return undefined;
	if (level > MAX_LEVELS) return { code: "too_deep", path: "" };
	for (const [key, child] of Object.entries(value)) {
		const fault = findKeyFault(key, child) ?? findFault(child, level + 1);
		if (fault) return { code: fault.code, path: fault.path === "" ? key : `${key}.${fault.path}` };
	}
	return undefined;
}

/** Whether it has more levels than that. Much quicker than `findFault`, as most batches have many brackets but few levels. */
export function isDeeper(value: Json, levels: number): boolean {
	if (typeof value !== "object" || value === null) return false;
	if (levels === 0) return true;
	return Array.isArray(value) ? hasDeeperItem(value, levels - 1) : hasDeeperField(value as JsonObject, levels - 1);
}

function hasDeeperItem(items: readonly Json[], levels: number): boolean {
	for (const item of items) if (typeof item === "object" && isDeeper(item, levels)) return true;
	return false;
}

function hasDeeperField(object: JsonObject, levels: number): boolean {
	for (const key in object) {
		const child = object[key];
		if (typeof child === "object" && isDeeper(child, levels)) return true;
	}
	return false;
}

function findKeyFault(key: string, child: Json): Fault | undefined {
	if (key === "__proto__") return { code: "forbidden_key", path: "" };
	if (key === "constructor" && isObject(child) && Object.hasOwn(child, "prototype")) {
		return { code: "forbidden_key", path: "prototype" };
	}
	return findTextFault(key);
}

function findTextFault(text: string): Fault | undefined {
	if (text.includes("\0")) return { code: "nul_character", path: "" };
	return text.isWellFormed() ? undefined : { code: "invalid_unicode", path: "" };
}
