import type { DefinitionOf } from "#contracts/definitions/catalogue.ts";
import type { Definition } from "#domain/model/definition-register.ts";
import { hashedKey, hashInKey } from "#domain/model/write-key.ts";
import { checkSegments } from "./check-segments.ts";
import { checkTraits } from "./check-traits.ts";
import { missing, ofKind, type WorkspaceProblem } from "./workspace-problem.ts";

/** What fits into one item of the table (400 KB) whatever it is written in; in characters of JSON. */
const LARGEST = 100_000;

/** 32 bytes in base64url. */
const SHA256 = /^[\w-]{43}$/;

/**
 * What is wrong with a set of definitions although each by itself is well formed. `hash` is SHA-256 in base64url: a
 * write key may be given as its hash in one place and in clear in another.
 */
export function checkWorkspace(definitions: readonly Definition[], hash: (text: string) => string): WorkspaceProblem[] {
	return [
		...findTwins(definitions),
		...findGiants(definitions),
		...ofKind(definitions, "source").flatMap(findBadHash),
		...findSharedKeys(ofKind(definitions, "source"), hash),
		...findMissingPlans(definitions),
		...findMissingSegments(definitions),
		...ofKind(definitions, "identity").flatMap(findDoubleNamespaces),
		...checkTraits(definitions),
		...checkSegments(definitions),
	];
}

function findTwins(definitions: readonly Definition[]): WorkspaceProblem[] {
	const names = definitions.map(({ kind, definition }) => `${kind}/${definition.id}`);
	return definitions.flatMap(({ kind, definition: { id } }, position) =>
		names.indexOf(`${kind}/${id}`) === position
			? []
			: [{ kind, id, path: ["id"], wrong: `there are two with the id ${id}`, right: "an id of its own for each" }],
	);
}

function findGiants(definitions: readonly Definition[]): WorkspaceProblem[] {
	return definitions.flatMap(({ kind, definition }) => {
		const { length } = JSON.stringify(definition);
		const right = `at most ${LARGEST}: split it`;
		return length <= LARGEST
			? []
			: [{ kind, id: definition.id, path: [], wrong: `it has ${length} characters`, right }];
	});
}

function findBadHash({ id, key }: DefinitionOf<"source">): WorkspaceProblem[] {
	const kept = hashInKey(key.writeKey);
	if (kept === undefined || (key.kind === "secret" && SHA256.test(kept))) return [];
	const wrong = key.kind === "secret" ? "what follows sha256: is no SHA-256 in base64url" : "a public key is no hash";
	return [
		{ kind: "source", id, path: ["key", "writeKey"], wrong, right: "the key itself, or of a secret one its hash" },
	];
}

function findSharedKeys(
	sources: readonly DefinitionOf<"source">[],
	hash: (text: string) => string,
): WorkspaceProblem[] {
	const owners = new Map<string, string>();
	return sources.flatMap(({ id, key }) => {
		const owner = owners.get(hashedKey(key.writeKey, hash));
		owners.set(hashedKey(key.writeKey, hash), owner ?? id);
		if (owner === undefined || owner === id) return [];
		const wrong = `the source ${owner} has the same write key`;
		return [{ kind: "source", id, path: ["key", "writeKey"], wrong, right: "a key of its own for each source" }];
	});
}

function findMissingPlans(definitions: readonly Definition[]): WorkspaceProblem[] {
	const plans = ofKind(definitions, "tracking-plan").map(({ id }) => id);
	return ofKind(definitions, "source").flatMap(({ id, trackingPlan }) =>
		trackingPlan === undefined || plans.includes(trackingPlan)
			? []
			: [{ kind: "source", id, path: ["trackingPlan"], ...missing("tracking plan", trackingPlan, plans) }],
	);
}

function findMissingSegments(definitions: readonly Definition[]): WorkspaceProblem[] {
	const segments = ofKind(definitions, "segment").map(({ id }) => id);
	return ofKind(definitions, "destination").flatMap(({ id, subscriptions }) =>
		subscriptions.flatMap(({ on }, position): WorkspaceProblem[] =>
			"event" in on || segments.includes(on.segment)
				? []
				: [
						{
							kind: "destination",
							id,
							path: ["subscriptions", position, "on", "segment"],
							...missing("segment", on.segment, segments),
						},
					],
		),
	);
}

function findDoubleNamespaces({ identifiers }: DefinitionOf<"identity">): WorkspaceProblem[] {
	const namespaces = identifiers.map(({ namespace }) => namespace);
	return namespaces.flatMap((namespace, position) =>
		namespaces.indexOf(namespace) === position
			? []
			: [
					{
						kind: "identity",
						id: "identity",
						path: ["identifiers", position, "namespace"],
						wrong: `${namespace} stands twice`,
						right: "each namespace once, the strongest first",
					},
				],
	);
}
