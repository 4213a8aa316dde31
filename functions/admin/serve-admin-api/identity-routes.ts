import { explainQuery, identityQuery } from "#contracts/http/identity.ts";
import type { Definitions } from "#domain/model/definitions.ts";
import type { IdentifierVault } from "#domain/model/identifier.ts";
import { explainIdentity } from "#domain/unify/explain-identity.ts";
import { edgeReader } from "#domain/unify/find-chain.ts";
import { insist } from "#domain/unify/insist.ts";
import type { IdentityGraph, IdentityJournal } from "#domain/unify/ports.ts";
import { readIdentity } from "#domain/unify/read-identity.ts";
import { pauseWithJitter } from "#functions/shared/pause.ts";
import { notFound, ok, refuse } from "./answer.ts";
import { nobodyHas, seedIdOf } from "./find-profile.ts";
import { explainAnswerOf, identityAnswerOf } from "./identity-answers.ts";
import { type Route, route } from "./route.ts";

export type IdentityDeps = {
	readonly definitions: Definitions;
	readonly identities: IdentityGraph;
	readonly journal: IdentityJournal;
	readonly vault: Pick<IdentifierVault, "seedId">;
};

/** What is no identifier: how to write one. */
export const badIdentifier = (where: string) =>
	refuse(
		400,
		"bad_identifier",
		`${where} must be an identifier as namespace:value, such as user_id:u-1, or profile:<id>.`,
	);

/**
 * Who is who and why. They stand before the routes of profiles: `…/identity` at the end of a path asks about identity, so
 * the profile of a value that ends so itself is asked for with a blank behind it (`%20`), which no identifier keeps.
 */
export const identityRoutes = (deps: IdentityDeps): Route[] => [
	route("GET /v1/profiles/*reference/identity", {
		query: identityQuery,
		run: async ({ path: { reference = "" }, query: { limit, cursor, journalLimit, journalCursor } }) => {
			const { identity: rules } = await deps.definitions.current();
			const id = seedIdOf(reference, deps.vault, rules);
			if (!id) return badIdentifier("The path");
			const journal = { limit: journalLimit, ...(journalCursor !== undefined && { cursor: journalCursor }) };
			const page = { limit, ...(cursor !== undefined && { cursor }), journal };
			const view = await steady(() => readIdentity(id, page, reading(rules, deps)));
			return view ? ok(identityAnswerOf(view, rules.version ?? 0)) : notFound(nobodyHas(reference, rules));
		},
	}),
	route("GET /v1/identity/explain", {
		query: explainQuery,
		run: async ({ query }) => {
			const { identity: rules } = await deps.definitions.current();
			const [a, b] = [seedIdOf(query.a, deps.vault, rules), seedIdOf(query.b, deps.vault, rules)];
			if (!a) return badIdentifier("a");
			if (!b) return badIdentifier("b");
			const explained = await steady(() => explainIdentity(a, b, reading(rules, deps)));
			if (explained.kind !== "unknown") return ok(explainAnswerOf(explained));
			return notFound(`${explained.which}: ${nobodyHas(query[explained.which], rules)}`);
		},
	}),
];

/** Reads again what changed while it was read. */
const steady = <T>(read: () => Promise<T>): Promise<T> =>
	insist(read, { pause: pauseWithJitter, what: "an identity that was read" });

type Rules = Awaited<ReturnType<Definitions["current"]>>["identity"];

const reading = (rules: Rules, { identities: graph, journal }: IdentityDeps) => ({
	graph,
	journal,
	rules,
	edgesOf: edgeReader(graph),
});
