import { describe, expect, it } from "vitest";
import { sha256 } from "#adapters/crypto/sha256.ts";
import type { Definition } from "#domain/model/definition-register.ts";
import { hashedKey } from "#domain/model/write-key.ts";
import { checkWorkspace } from "#domain/rules/check-workspace.ts";
import type { WorkspaceProblem } from "#domain/rules/workspace-problem.ts";
import { aDestination, anIdentity, aPlan, aPublicSource, aSegment, aSource, aTrait } from "./definitions.ts";

describe("checkWorkspace", () => {
	it("finds nothing wrong with definitions that fit together", () => {
		const definitions = [
			aSource("web", { trackingPlan: "shop" }),
			aSource("server"),
			aPlan("shop"),
			aSegment("shop"),
			aDestination("crm", { segment: "shop" }, { event: "Order Completed" }),
			anIdentity("user_id", "email"),
			aTrait("plan", { strategy: "source_priority", sources: ["server", "web"], declaredBy: ["web"] }),
			aTrait("tier"),
		];
		expect(checkWorkspace(definitions, sha256)).toEqual([]);
	});

	it.each<{ when: string; definitions: Definition[]; problem: Partial<WorkspaceProblem> }>([
		{
			when: "two of a kind have one id",
			definitions: [aSegment("gold"), aSegment("gold")],
			problem: { kind: "segment", id: "gold", path: ["id"], wrong: "there are two with the id gold" },
		},
		{
			when: "a source names a tracking plan that is not there",
			definitions: [aSource("web", { trackingPlan: "shpo" }), aPlan("shop")],
			problem: {
				kind: "source",
				id: "web",
				path: ["trackingPlan"],
				wrong: "there is no tracking plan shpo",
				right: "did you mean shop?",
			},
		},
		{
			when: "there is none it could name",
			definitions: [aSource("web", { trackingPlan: "shop" })],
			problem: { right: "there is none yet" },
		},
		{
			when: "a subscription names a segment that is not there",
			definitions: [
				aDestination("crm", { event: "Order Completed" }, { segment: "platinum" }),
				aSegment("gold"),
				aSegment("b"),
			],
			problem: {
				kind: "destination",
				id: "crm",
				path: ["subscriptions", 1, "on", "segment"],
				wrong: "there is no segment platinum",
				right: "one of gold, b",
			},
		},
		{
			when: "two sources share a key",
			definitions: [aPublicSource("web", "wk_one_two"), aPublicSource("app", "wk_one_two")],
			problem: { kind: "source", id: "app", path: ["key", "writeKey"], wrong: "the source web has the same write key" },
		},
		{
			when: "they share it and one gives it as its hash",
			definitions: [
				aPublicSource("web", "wk_one_two"),
				aSource("app", { key: { kind: "secret", writeKey: hashedKey("wk_one_two", sha256) } }),
			],
			problem: { id: "app", wrong: "the source web has the same write key" },
		},
		{
			when: "a hash is none",
			definitions: [aSource("app", { key: { kind: "secret", writeKey: "sha256:wk_one_two" } })],
			problem: { id: "app", wrong: "what follows sha256: is no SHA-256 in base64url" },
		},
		{
			when: "a public key is a hash",
			definitions: [aPublicSource("web", hashedKey("wk_one_two", sha256))],
			problem: { id: "web", wrong: "a public key is no hash" },
		},
		{
			when: "a namespace stands twice",
			definitions: [anIdentity("user_id", "email", "user_id")],
			problem: { kind: "identity", path: ["identifiers", 2, "namespace"], wrong: "user_id stands twice" },
		},
		{
			when: "two definitions are about one trait",
			definitions: [aTrait("plan"), aTrait("plan-first", { trait: "plan", strategy: "first" })],
			problem: {
				kind: "trait",
				id: "plan-first",
				path: ["trait"],
				wrong: "plan says already what becomes of the trait plan",
				right: "one definition for each trait",
			},
		},
		{
			when: "a trait names a source that is not there",
			definitions: [
				aTrait("plan", { strategy: "source_priority", sources: ["crm", "wbe"] }),
				aSource("crm"),
				aSource("web"),
			],
			problem: {
				kind: "trait",
				id: "plan",
				path: ["sources", 1],
				wrong: "there is no source wbe",
				right: "did you mean web?",
			},
		},
		{
			when: "people are to declare it where no source is",
			definitions: [aTrait("plan", { declaredBy: ["portal"] }), aSource("web")],
			problem: { kind: "trait", id: "plan", path: ["declaredBy", 0], wrong: "there is no source portal" },
		},
		{
			when: "one is too big to be kept",
			definitions: [aSegment("big", { trait: "plan", is: { op: "eq", value: "x".repeat(100_000) } })],
			problem: { kind: "segment", id: "big", path: [] },
		},
	])("says it when $when", ({ definitions, problem }) => {
		const problems = checkWorkspace(definitions, sha256);
		expect(problems).toEqual([expect.objectContaining(problem)]);
		expect(JSON.stringify(problems)).not.toContain("wk_one_two");
	});
});
