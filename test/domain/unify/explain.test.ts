import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SeedId } from "#domain/model/identifier.ts";
import { type Evidence, edgeKey, endsOf, NEVER, type Verdict } from "#domain/unify/evidence.ts";
import { explainIdentity } from "#domain/unify/explain-identity.ts";
import { edgeReader } from "#domain/unify/find-chain.ts";
import { linkWords } from "#domain/unify/identity-words.ts";
import { judgeLinks } from "#domain/unify/judge-links.ts";
import type { VersionedRules } from "#domain/unify/ranking.ts";
import { isFollowed } from "#domain/unify/usable.ts";
import { graphOf } from "#test/support/graph-of.ts";
import { aStrictEvidence, evidence, LOYAL, STRICT } from "#test/support/identity.ts";
import { lawRuns, lawTime } from "#test/support/law-runs.ts";

const RUNS = lawRuns();

const at = (time: string) => `2026-11-03T${time}:00.000Z`;
const seen = (...edges: (readonly [string, string, string])[]) =>
	evidence(edges.map(([a, b, time]) => [a, b, at(time)] as const));

/** What a person says of two identifiers, beside what events showed. */
function said(known: Evidence, says: Verdict, ...[x, y]: [string, string]): Evidence {
	const verdict = { says, at: at("20:00"), id: "j-1" };
	const ends = endsOf(x as SeedId, y as SeedId);
	const isThere = known.edges.some((edge) => edgeKey(edge) === edgeKey(ends));
	const edges = known.edges.map((edge) => (edgeKey(edge) === edgeKey(ends) ? { ...edge, verdict } : edge));
	return { ...known, edges: isThere ? edges : [...edges, { ...ends, firstSeen: NEVER, verdict }] };
}

const blocked = ({ nodes, edges }: Evidence, id: string): Evidence => ({
	edges,
	nodes: nodes.map((node) =>
		node.id === id ? { ...node, blocked: { says: true, at: at("20:00"), id: "j-1" } } : node,
	),
});

const rules = (change: { readonly [namespace: string]: object }): VersionedRules => ({
	...LOYAL,
	identifiers: LOYAL.identifiers.map((type) => ({ ...type, ...change[type.namespace] })),
});

const deps = (known: Evidence, by: VersionedRules = LOYAL) => {
	const graph = graphOf(known, by);
	return { graph, edgesOf: edgeReader(graph), rules: by };
};

async function explain(a: string, b: string, ...given: Parameters<typeof deps>) {
	const explained = await explainIdentity(a as SeedId, b as SeedId, deps(...given));
	if (explained.kind === "unknown") return explained;
	return { kind: explained.kind, words: explained.chain.map(linkWords) };
}

const SHARED = seen(["u:ada", "a:tablet", "10:00"], ["u:bob", "a:tablet", "11:00"], ["u:bob", "e:bob", "12:00"]);

describe("explainIdentity", () => {
	it("tells the chain of evidence that makes two identifiers one person, a line a link", async () => {
		const known = seen(["u:ada", "a:phone", "10:12"], ["u:ada", "e:ada", "11:00"], ["e:ada", "a:tablet", "12:00"]);
		expect(await explain("a:tablet", "a:phone", known)).toEqual({
			kind: "one_person",
			words: [
				"anonymous_id tablet and email ada were seen together first on 2026-11-03 12:00 (event m a:tablet e:ada from web)",
				"email ada and user_id ada were seen together first on 2026-11-03 11:00 (event m e:ada u:ada from web)",
				"user_id ada and anonymous_id phone were seen together first on 2026-11-03 10:12 (event m a:phone u:ada from web)",
			],
		});
	});

	it("takes the shortest chain", async () => {
		const known = seen(
			["u:ada", "a:1", "10:00"],
			["a:1", "e:ada", "10:01"],
			["a:2", "e:ada", "10:02"],
			["u:ada", "a:2", "10:03"],
		);
		expect((await explain("u:ada", "a:2", known)) as object).toMatchObject({ words: { length: 1 } });
	});

	it.each<{ because: string; known: Evidence; by?: VersionedRules; to?: string; why: string }>([
		{
			because: "they have different user ids",
			known: SHARED,
			why: "it would put two user ids, ada and bob, into one person",
		},
		{
			because: "somebody denied it",
			known: said(SHARED, "deny", "u:bob", "a:tablet"),
			by: rules({ user_id: { unique: false } }),
			why: "somebody decided that they are two people",
		},
		{
			because: "somebody keeps two of theirs apart",
			known: said(SHARED, "deny", "u:ada", "u:bob"),
			by: rules({ user_id: { unique: false } }),
			why: "it would make one person of user_id ada and user_id bob, and somebody decided that they are two",
		},
		{
			because: "the tablet is blocked",
			known: blocked(SHARED, "a:tablet"),
			why: "anonymous_id tablet is blocked, so it points at nobody",
		},
		{
			because: "the tablet is a hub",
			known: SHARED,
			by: rules({ anonymous_id: { maxPeers: 1 } }),
			why: "anonymous_id tablet was seen with more than 1 other identifiers, so it is a hub and points at nobody",
		},
		{
			because: "what is shared is isolated",
			known: SHARED,
			by: rules({ anonymous_id: { onShared: "isolate" } }),
			why: "anonymous_id tablet is used with more than one user id, and the rules isolate what is shared",
		},
		{
			because: "it would be one too many",
			known: seen(
				["u:ada", "e:1", "10:00"],
				["u:ada", "e:2", "10:01"],
				["a:tablet", "e:3", "09:00"],
				["u:ada", "a:tablet", "11:00"],
			),
			by: rules({ email: { max: 2 } }),
			to: "e:3",
			why: "it would give one person 3 emails, and the rules allow 2",
		},
	])("says that two are two people because $because", async ({ known, by, to = "u:bob", why }) => {
		const explained = await explain("u:ada", to, known, by);
		expect(explained).toMatchObject({ kind: "two_people" });
		expect(JSON.stringify(explained)).toContain(`; this is not followed: ${why}"`);
	});

	it("tells of two people both what links them and where it breaks off", async () => {
		expect(await explain("u:ada", "u:bob", SHARED)).toEqual({
			kind: "two_people",
			words: [
				"user_id ada and anonymous_id tablet were seen together first on 2026-11-03 10:00 (event m a:tablet u:ada from web)",
				"anonymous_id tablet and user_id bob were seen together first on 2026-11-03 11:00 (event m a:tablet u:bob from web); this is not followed: it would put two user ids, ada and bob, into one person",
			],
		});
	});

	it("tells of a decision as of one, not as of an event", async () => {
		const known = said(seen(["u:ada", "a:phone", "10:00"], ["e:ada", "a:tablet", "11:00"]), "allow", "u:ada", "e:ada");
		expect(await explain("u:ada", "e:ada", known)).toEqual({
			kind: "one_person",
			words: ["user_id ada and email ada are one person: somebody decided so on 2026-11-03 20:00"],
		});
	});

	it("says that nothing links two people whom nothing links, not even a denial", async () => {
		const known = said(seen(["u:ada", "a:1", "10:00"], ["u:bob", "a:2", "10:00"]), "deny", "u:ada", "u:bob");
		expect(await explain("a:1", "a:2", known)).toEqual({ kind: "not_connected", words: [] });
	});

	it("has nothing to tell of one identifier, and says which one was never seen", async () => {
		expect(await explain("u:ada", "u:ada", SHARED)).toEqual({ kind: "one_person", words: [] });
		expect(await explain("u:ada", "u:nobody", SHARED)).toEqual({ kind: "unknown", which: "b" });
		expect(await explain("u:nobody", "u:ada", SHARED)).toEqual({ kind: "unknown", which: "a" });
	});

	it("finds what links two through a hub, which does not know them all any more", async () => {
		const known = seen(["u:ada", "a:till", "10:00"], ["u:bob", "a:till", "11:00"], ["u:eve", "a:till", "12:00"]);
		const given = deps(known, rules({ anonymous_id: { maxPeers: 1 } }));
		const forgetful = async (id: SeedId) => (id === "a:till" ? [] : given.edgesOf(id));
		for (const [one, other] of [
			["u:ada", "u:eve"],
			["u:eve", "a:till"],
			["a:till", "u:eve"],
		]) {
			const explained = await explainIdentity(one as SeedId, other as SeedId, { ...given, edgesOf: forgetful });
			expect(explained).toMatchObject({ kind: "two_people", chain: expect.arrayContaining([expect.anything()]) });
			const chain = "chain" in explained ? explained.chain : [];
			expect([chain[0]?.a.id, chain.at(-1)?.b.id]).toEqual([one, other]);
			expect(chain.map(({ whyNot }) => whyNot?.code)).toEqual(chain.map(() => "hub"));
		}
	});

	it("does not search for ever in a crowd", async () => {
		const crowd = (till: string) => Array.from({ length: 1200 }, (_, i) => [till, `${till}-${i}`, "10:00"] as const);
		const known = seen(...crowd("a:one"), ...crowd("a:two"));
		const { edgesOf, ...rest } = deps(known);
		let read = 0;
		const counting = async (id: SeedId) => {
			read++;
			return edgesOf(id);
		};
		const explained = await explainIdentity("a:one" as SeedId, "a:two" as SeedId, { ...rest, edgesOf: counting });
		expect(explained.kind).toBe("too_large");
		expect(read).toBeLessThan(2100);
		expect(explained).toMatchObject({ chain: [] });
	});
});

describe("judgeLinks", () => {
	it(
		"knows of every edge whether it is followed, and a reason for each that is not, under all rules at once",
		lawTime(RUNS),
		async () => {
			const reasons = new Set<string>();
			await fc.assert(
				fc.asyncProperty(aStrictEvidence, fc.constantFrom(STRICT, LOYAL), async (known, by) => {
					const { edges } = await graphOf(known, by).look({ nodes: [], edges: known.edges });
					const judged = await judgeLinks(edges, deps(known, by));
					expect(judged).toHaveLength(known.edges.length);
					for (const { edge, places, whyNot } of judged) {
						const isOne = places[0].profileId === places[1].profileId;
						expect(whyNot === undefined).toBe(isOne && isFollowed(edge));
						expect(whyNot?.code).not.toBe("pending");
						if (whyNot) reasons.add(whyNot.code);
					}
				}),
				{ numRuns: RUNS },
			);
			expect([...reasons]).toEqual(expect.arrayContaining(["blocked", "denied", "two_of_unique"]));
		},
	);
});
