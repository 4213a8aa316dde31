import type { IdentifierVault, SeedId } from "#domain/model/identifier.ts";

const MAX_ENTRIES = 20_000;

/** Remembers the seed ids of the identifiers that came last: a visitor's keyed hash would be made anew for each event. */
export function rememberSeedIds(vault: Pick<IdentifierVault, "seedId">): Pick<IdentifierVault, "seedId"> {
	const known = new Map<string, SeedId>();
	return {
		seedId(identifier) {
			const key = `${identifier.namespace}\0${identifier.value}`;
			const remembered = known.get(key);
			if (remembered !== undefined) return remembered;
			const seedId = vault.seedId(identifier);
			const [oldest] = known.set(key, seedId).keys();
			if (known.size > MAX_ENTRIES && oldest !== undefined) known.delete(oldest);
			return seedId;
		},
	};
}
