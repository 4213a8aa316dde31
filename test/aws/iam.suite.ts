import { beforeAll, expect, it } from "vitest";
import { type DeployedFunction, deployedFunctions, type Grant } from "./deployed-policies.ts";
import type { Installation } from "./installation.ts";
import { UNUSED_GRANTS } from "./unused-grants.ts";
import { callerOf, type Use, unusedGrants, usesOf } from "./used-grants.ts";

const ACCOUNT = "000000000000";

/** After all else: what the functions were seen to do, beside what their roles let them do. */
export function iamSuite(installation: () => Installation): void {
	let functions: readonly DeployedFunction[];
	let uses: readonly Use[];
	let unused: readonly Grant[];
	beforeAll(async () => {
		const { endpoint, exchanges } = installation();
		functions = await deployedFunctions(endpoint);
		uses = usesOf(exchanges, functions, ACCOUNT);
		unused = unusedGrants(functions, uses);
	});

	it("has seen every function call AWS", () => {
		expect(functions.length).toBeGreaterThan(8);
		expect([...new Set(uses.map(({ entry }) => entry))].sort()).toEqual(functions.map(({ entry }) => entry).sort());
	});

	it("lets each function do what it does: no call was denied", () => {
		const denied = installation().exchanges.filter(
			(exchange) => callerOf(exchange) !== undefined && /AccessDenied|NotAuthorized/.test(exchange.refusal),
		);
		expect(denied.map(({ refusal, path, headers }) => [headers["x-amz-target"] ?? path, refusal])).toEqual([]);
	});

	it("lets no function do what none of its calls needed, but for what stands in unused-grants.ts with its reason", () => {
		const reasonsOf = (grant: Grant) =>
			UNUSED_GRANTS.filter(
				({ entry, actions, resource }) =>
					(entry?.test(grant.entry) ?? true) &&
					actions.includes(grant.action) &&
					(resource?.test(grant.resource) ?? true),
			);
		expect(unused.length).toBeGreaterThan(0);
		const unexplained = unused.filter((grant) => reasonsOf(grant).length === 0);
		expect(unexplained.map(({ entry, action, resource }) => `${entry} ${action} ${resource}`)).toEqual([]);
		const needless = UNUSED_GRANTS.filter((reason) => !unused.some((grant) => reasonsOf(grant).includes(reason)));
		expect(needless.map(({ why }) => why)).toEqual([]);
	});
}
