import type { DefinitionOf, Kind } from "#contracts/definitions/catalogue.ts";
import { KINDS } from "#contracts/definitions/catalogue.ts";
import type { Definition } from "#domain/model/definition-register.ts";

const a = <K extends Kind>(kind: K, definition: object): Definition =>
	// parsed by the kind's own schema
	({ kind, definition: KINDS[kind].schema.parse(definition) as DefinitionOf<K> }) as Definition;

export const aSource = (id: string, rest: object = {}): Definition =>
	a("source", { id, key: { kind: "secret", writeKey: `sk_${id}_12345` }, ...rest });
export const aPublicSource = (id: string, writeKey: string): Definition =>
	a("source", { id, key: { kind: "public", writeKey, origins: ["*"] } });
export const aSegment = (
	id: string,
	when: object = { trait: "plan", is: { op: "exists" } },
	rest: object = {},
): Definition => a("segment", { id, when, ...rest });
export const aPlan = (id: string): Definition => a("tracking-plan", { id, events: {} });
export const aDestination = (id: string, ...on: object[]): Definition =>
	a("destination", { id, type: "webhook", subscriptions: on.map((each) => ({ on: each })) });
export const aTrait = (id: string, rest: object = {}): Definition =>
	a("trait", { id, trait: id, strategy: "last", ...rest });
export const aCount = (id: string): Definition => a("trait", { id, trait: id, compute: "count", event: "Ordered" });
export const anIdentity = (...namespaces: string[]): Definition =>
	a("identity", { id: "identity", identifiers: namespaces.map((namespace) => ({ namespace })) });
