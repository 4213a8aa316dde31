import type { ProfileAnswer, Provenance } from "#contracts/http/profiles.ts";
import type { KnownTrait, Profile, TraitRule } from "#domain/model/profile.ts";

/** What holds for a trait that nobody defined. */
const LAST_SAID: TraitRule = { definition: null, version: 0, strategy: "last" };

/** The traits of whoever has some, and where each came from, as far as either was asked for. */
export function traitParts(
	{ traits }: Pick<Profile, "traits">,
	parts: ReadonlySet<string>,
): Pick<ProfileAnswer, "traits" | "provenance"> {
	const each = Object.entries(traits);
	return {
		...(parts.has("traits") && {
			// z.json() is the mutable twin of our readonly Json
			traits: Object.fromEntries(each.map(([name, { value }]) => [name, value])) as ProfileAnswer["traits"] & object,
		}),
		...(parts.has("provenance") && {
			provenance: Object.fromEntries(each.map(([name, trait]) => [name, provenanceOf(trait)])),
		}),
	};
}

function provenanceOf({ value: _, declared, rule = LAST_SAID, ...from }: KnownTrait): Provenance {
	return { ...from, declared: declared === true, computed: "compute" in rule, rule };
}
