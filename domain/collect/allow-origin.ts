import type { Source } from "#contracts/definitions/source.ts";

/**
 * Whether a page of this origin may use the source's key. Only public keys are held to origins, and only browsers say
 * one: apps and servers with a public key send no `Origin`.
 */
export function allowsOrigin({ key }: Source, origin: string | undefined): boolean {
	if (origin === undefined || key.kind === "secret") return true;
	return key.origins.includes("*") || key.origins.includes(origin);
}

/**
 * Whether answers to this origin carry CORS headers: a page that may use any public key may read why its call was
 * refused, also with a key that is wrong, and a preflight comes without a key.
 */
export const isKnownOrigin = (sources: readonly Source[], origin: string): boolean =>
	sources.some((source) => source.key.kind === "public" && allowsOrigin(source, origin));
