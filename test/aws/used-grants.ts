import { appIdIn, appIdOf } from "./app-id.ts";
import { type DeployedFunction, type Grant, grantsOf } from "./deployed-policies.ts";
import type { Exchange } from "./forwarder.ts";
import { ANY, type Need, needsOf } from "./iam-actions.ts";

export type Use = Need & { readonly entry: string };

/** What the calls that a function made by itself needed. Throws on a call of a function that is not among `functions`. */
export function usesOf(
	exchanges: readonly Exchange[],
	functions: readonly DeployedFunction[],
	account: string,
): readonly Use[] {
	return exchanges.flatMap((exchange) => {
		const name = callerOf(exchange);
		if (name === undefined) return [];
		const caller = functions.find((fn) => appIdOf(fn.name) === name);
		if (!caller) throw new Error(`a function called AWS that is not deployed: ${name}`);
		return needsOf(exchange, account).map((need) => ({ ...need, entry: caller.entry }));
	});
}

/** Which function made a call, by the id that `lambda-network.ts` makes the SDK say; undefined for other callers. */
export const callerOf = ({ headers }: Pick<Exchange, "headers">): string | undefined => appIdIn(headers["user-agent"]);

/** The grants that none of the uses needed. */
export function unusedGrants(functions: readonly DeployedFunction[], uses: readonly Use[]): readonly Grant[] {
	const grants = functions.flatMap(grantsOf);
	return grants.filter((grant) => !uses.some((use) => isCovered(use, grant)));
}

/** Whether it is this grant that lets the use be. */
export function isCovered({ entry, action, resource }: Use, grant: Grant): boolean {
	if (entry !== grant.entry || action !== grant.action) return false;
	return resource === ANY || pattern(grant.resource).test(resource);
}

/** A secret's ARN ends in six characters that only AWS knows beforehand: a call names it without them. */
function pattern(granted: string): RegExp {
	const plain = granted.replace(/(:secret:.*)-[A-Za-z0-9]{6}$/, "$1");
	const escaped = plain.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&");
	return new RegExp(`^${escaped.replaceAll("*", ".*")}$`);
}
