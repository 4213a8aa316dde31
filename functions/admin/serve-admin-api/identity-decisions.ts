import { type DecisionAnswer, identifierRequest, pairRequest, undoRequest } from "#contracts/http/identity.ts";
import type { Workspace } from "#domain/model/definitions.ts";
import type { IdentifierVault, SeededIdentifier, SeedId } from "#domain/model/identifier.ts";
import { decideIdentity } from "#domain/unify/decide-identity.ts";
import type { Decision, DecisionOutcome } from "#domain/unify/decision.ts";
import type { BlockedIdentifiers, DecisionKind, IdentityGraph, IdentityJournal } from "#domain/unify/ports.ts";
import { type BringInLineDeps, bringInLine } from "#functions/shared/bring-in-line.ts";
import type { HttpAnswer } from "#functions/shared/http-answer.ts";
import { pauseWithJitter } from "#functions/shared/pause.ts";
import { notFound, ok, refuse } from "./answer.ts";
import { identifierIn, seedIdOf } from "./find-profile.ts";
import { badIdentifier } from "./identity-routes.ts";
import { type Route, route } from "./route.ts";

export type DecisionDeps = Omit<BringInLineDeps, "pause" | "identities"> & {
	readonly identities: IdentityGraph;
	readonly journal: IdentityJournal;
	readonly blocked: BlockedIdentifiers;
	readonly vault: Pick<IdentifierVault, "seedId">;
	/** A name that is never given twice. */
	readonly newId: () => string;
	/** How long to wait before a refused write is tried again. @default a random while that grows with each attempt */
	readonly pause?: (attempt: number) => Promise<void>;
};

/**
 * What people decide about who is who. Each answer comes when the segments of all profiles concerned are in line and the
 * news of it written. Safe to send again: a decision that stands already is refused, after what a crash left is put in line.
 */
export const decisionRoutes = (deps: DecisionDeps): Route[] => [
	...(["allow", "deny"] as const).map((kind) =>
		route(`POST /v1/identity/${kind}`, {
			body: pairRequest,
			run: async ({ body, actor }) => {
				const { identity: rules } = await deps.definitions.current();
				const [a, b] = [await named({ a: body.a }, rules, deps), await named({ b: body.b }, rules, deps)];
				if ("refusal" in a) return a.refusal;
				if ("refusal" in b) return b.refusal;
				return decide({ kind, ...{ a: a.identifier, b: b.identifier } }, asking(actor, body.reason), deps);
			},
		}),
	),
	...(["block", "unblock"] as const).map((kind) =>
		route(`POST /v1/identity/${kind}`, {
			body: identifierRequest,
			run: async ({ body, actor }) => {
				const { identity: rules } = await deps.definitions.current();
				const one = await named({ identifier: body.identifier }, rules, deps);
				return "refusal" in one
					? one.refusal
					: decide({ kind, identifier: one.identifier }, asking(actor, body.reason), deps);
			},
		}),
	),
	route("POST /v1/identity/undo", {
		body: undoRequest,
		run: ({ body: { journalId, reason }, actor }) => decide({ kind: "undo", journalId }, asking(actor, reason), deps),
	}),
];

type Asking = { readonly by: string; readonly reason?: string };

const asking = (by: string, reason: string | undefined): Asking => ({ by, ...(reason !== undefined && { reason }) });

type Named = { readonly identifier: SeededIdentifier } | { readonly refusal: HttpAnswer };

/** The identifier that a field of a request names. It need not have been seen; one that is named by its id alone must have been. */
async function named(
	field: Readonly<Record<string, string>>,
	rules: Workspace["identity"],
	{ vault, identities }: DecisionDeps,
): Promise<Named> {
	const [[where, reference] = ["", ""]] = Object.entries(field);
	const id = seedIdOf(reference, vault, rules);
	if (!id) return { refusal: badIdentifier(where) };
	const identifier = identifierIn(reference, vault, rules) ?? (await knownBy(id, identities));
	if (!identifier) return { refusal: notFound(`${where}: nothing was ever seen under this id.`) };
	const names = rules.identifiers.map(({ namespace }) => namespace);
	if (names.includes(identifier.namespace)) return { identifier };
	const detail = `${where}: the identity rules know no such namespace, only ${names.join(", ")}.`;
	return { refusal: refuse(400, "unknown_namespace", detail) };
}

async function knownBy(id: SeedId, identities: IdentityGraph): Promise<SeededIdentifier | undefined> {
	const { nodes } = await identities.look({ nodes: [id], edges: [] });
	return nodes[0];
}

async function decide(decision: Decision, by: Asking, deps: DecisionDeps): Promise<HttpAnswer> {
	const { identities: graph, journal, blocked, definitions, newId, now, pause = pauseWithJitter } = deps;
	const { identity: rules } = await definitions.current();
	const outcome = await decideIdentity(decision, by, { graph, journal, blocked, rules, newId, now, pause });
	if (outcome.kind === "unknown") return notFound("There is no such entry in the journal.");
	const touched = outcome.kind === "done" ? outcome.profiles : [];
	const cause = outcome.kind === "done" ? outcome.journalIds[0] : undefined;
	await bringInLine([...touched, ...(await concernedBy(decision, journal))], cause, { ...deps, pause });
	return answerOf(decision.kind, outcome);
}

/** Who a decision is about, whether or not it changed anything now: what an earlier try left undone is among them. */
async function concernedBy(decision: Decision, journal: IdentityJournal): Promise<SeedId[]> {
	if (decision.kind === "undo") {
		const entry = await journal.entry(decision.journalId);
		return entry ? [...entry.from, ...entry.to].map(({ id }) => id) : [];
	}
	return "identifier" in decision ? [decision.identifier.id] : [decision.a.id, decision.b.id];
}

function answerOf(decision: DecisionKind, outcome: Exclude<DecisionOutcome, { kind: "unknown" }>): HttpAnswer {
	if (outcome.kind === "without_effect") {
		return refuse(409, "without_effect", `Nothing was changed: ${outcome.reason}.`);
	}
	const { journalIds, merged, split, profiles } = outcome;
	const answer: DecisionAnswer = {
		decision,
		journalIds: [...journalIds],
		// What took many steps is told as if it were one.
		merged: gathered(merged.map(({ survivor, retired }) => [survivor, retired])).map(([survivor, retired]) => ({
			survivor,
			retired,
		})),
		split: gathered(split.map(({ from, into }) => [from, into])).map(([from, into]) => ({ from, into })),
		profiles: [...profiles],
	};
	return ok(answer);
}

const gathered = (all: readonly (readonly [SeedId, readonly SeedId[]])[]): [SeedId, SeedId[]][] =>
	[...Map.groupBy(all, ([one]) => one)].map(([one, lists]) => [one, [...new Set(lists.flatMap(([, many]) => many))]]);
