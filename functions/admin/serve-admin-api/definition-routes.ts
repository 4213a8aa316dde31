import * as z from "zod";
import { KINDS, type Kind } from "#contracts/definitions/catalogue.ts";
import type { Destination } from "#contracts/definitions/destination.ts";
import { findFaults } from "#contracts/definitions/find-faults.ts";
import { type DefinitionsRequest, definitionsRequest, kind as kindShape } from "#contracts/http/admin-definitions.ts";
import type { Definition, DefinitionRegister } from "#domain/model/definition-register.ts";
import { applyWorkspace, type Planned, planWorkspace, type Wanted } from "#domain/rules/apply-workspace.ts";
import type { HttpAnswer } from "#functions/shared/http-answer.ts";
import { badBody, notFound, ok, refuse, type Wrong } from "./answer.ts";
import { type Route, route } from "./route.ts";

export type DefinitionDeps = {
	readonly register: DefinitionRegister;
	/** What is wrong with a destination by its type's own rules: where, and in which words. */
	readonly checkDestination: (destination: Destination) => Promise<readonly DestinationProblem[]>;
	/** SHA-256 in base64url. */
	readonly hash: (text: string) => string;
};

type DestinationProblem = { readonly path: readonly (string | number)[]; readonly message: string };

const NOT_THERE = "There is no definition of this kind and id.";

export const definitionRoutes = (deps: DefinitionDeps): Route[] => [
	route("GET /v1/definitions", { run: async () => ok(await deps.register.read()) }),
	route("POST /v1/definitions/plan", {
		body: definitionsRequest,
		run: async ({ body }) =>
			(await refusedDestinations(body.definitions, deps)) ??
			planAnswer(await planWorkspace(wantedBy(body), deps), false),
	}),
	route("POST /v1/definitions/apply", {
		body: definitionsRequest,
		run: async ({ body, actor }) =>
			(await refusedDestinations(body.definitions, deps)) ??
			planAnswer(await applyWorkspace(wantedBy(body), actor, deps), true),
	}),
	route("GET /v1/definitions/:kind/:id", { run: ({ path }) => read(path, deps) }),
	route("PUT /v1/definitions/:kind/:id", {
		body: z.unknown(),
		run: ({ path, body, actor }) => put({ path, body, actor }, deps),
	}),
	route("DELETE /v1/definitions/:kind/:id", { run: ({ path, actor }) => remove({ path, actor }, deps) }),
];

type Named = Readonly<Record<string, string>>;

async function read(path: Named, { register }: DefinitionDeps): Promise<HttpAnswer> {
	const found = (await register.read()).definitions.find(isNamed(path));
	if (!found) return notFound(NOT_THERE);
	const past = await register.history(found.kind, found.definition.id);
	const versions = past.map(({ version, at, by, definition }) => ({ version, at, by, removed: !definition }));
	return ok({ ...found, versions });
}

async function put(sent: { path: Named; body: unknown; actor: string }, deps: DefinitionDeps): Promise<HttpAnswer> {
	const kind = kindShape.safeParse(sent.path.kind);
	if (!kind.success)
		return notFound(`There is no kind of definition like this: it is one of ${Object.keys(KINDS).join(", ")}.`);
	const parsed = KINDS[kind.data].schema.safeParse(sent.body);
	if (!parsed.success) return badBody(findFaults(KINDS[kind.data].schema, sent.body));
	if (parsed.data.id !== sent.path.id) {
		return refuse(400, "bad_request", "The id in the body is not the one in the path.", [
			{ path: "id", message: "must be the id in the path" },
		]);
	}
	// the schema that parsed it is the kind's
	const wanted = { kind: kind.data, definition: parsed.data } as Definition;
	const refused = await refusedDestinations([wanted], deps);
	if (refused) return refused;
	const all: Wanted = (inForce) => [...without(inForce, kind.data, parsed.data.id), wanted];
	return planAnswer(await applyWorkspace(all, sent.actor, deps), true, ({ id }) => id === parsed.data.id);
}

async function remove({ path, actor }: { path: Named; actor: string }, deps: DefinitionDeps): Promise<HttpAnswer> {
	const found = (await deps.register.read()).definitions.find(isNamed(path));
	if (!found) return notFound(NOT_THERE);
	const { kind, definition } = found;
	const planned = await applyWorkspace((inForce) => without(inForce, kind, definition.id), actor, deps);
	return planAnswer(planned, true, ({ change }) => change === "removed");
}

const isNamed =
	({ kind, id }: Named) =>
	(each: Definition): boolean =>
		each.kind === kind && each.definition.id === id;

const without = (definitions: readonly Definition[], kind: Kind, id: string): Definition[] =>
	definitions.filter((each) => each.kind !== kind || each.definition.id !== id);

/** What is sent stands beside what is in force, or, when pruning, in its place. */
const wantedBy =
	({ definitions, prune }: DefinitionsRequest): Wanted =>
	(inForce) => {
		const sent = new Set(definitions.map(({ kind, definition: { id } }) => `${kind}/${id}`));
		const kept = prune ? [] : inForce.filter(({ kind, definition: { id } }) => !sent.has(`${kind}/${id}`));
		return [...kept, ...definitions];
	};

type Change = Extract<Planned, { kind: "planned" }>["changes"][number];

/** The answer to destinations that cannot work as they are written; undefined when all of them can. */
async function refusedDestinations(definitions: readonly Definition[], { checkDestination }: DefinitionDeps) {
	const problems: InvalidProblem[] = [];
	for (const { kind, definition } of definitions) {
		if (kind !== "destination") continue;
		for (const { path, message } of await checkDestination(definition)) {
			problems.push({ kind, id: definition.id, path: path.join("."), message });
		}
	}
	return problems.length > 0 ? invalid(problems) : undefined;
}

type InvalidProblem = Wrong & { readonly kind: Kind; readonly id: string };

const invalid = (problems: readonly InvalidProblem[]): HttpAnswer =>
	refuse(422, "definitions_invalid", "The definitions are not right as they are. Nothing was changed.", problems);

function planAnswer(planned: Planned, applied: boolean, shown: (change: Change) => boolean = () => true): HttpAnswer {
	if (planned.kind === "planned") return ok({ applied, changes: planned.changes.filter(shown) });
	const problems = planned.problems.map(({ kind, id, path, wrong, right }) => ({
		kind,
		id,
		path: path.join("."),
		message: `${wrong}: ${right}`,
	}));
	return invalid(problems);
}
