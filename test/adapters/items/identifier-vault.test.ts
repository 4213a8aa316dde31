import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { identifierVault, vaultFrom } from "#adapters/items/identifier-vault.ts";

const keyOf = (fill: number) => Buffer.alloc(32, fill);
const vault = identifierVault(keyOf(1));
const email = (value: string) => ({ namespace: "email", value });

describe("identifierVault", () => {
	it("gives an identifier the same seed id for ever", () => {
		// Computed by another language's HMAC-SHA-256; if this changes, every installation loses every profile.
		expect(vault.seedId(email("ada@example.com"))).toBe("22d1c551-f165-84a6-8d93-4dd031d6d503");
	});

	it("gives every identifier a UUID of version 8", () => {
		fc.assert(
			fc.property(fc.string(), fc.string(), (namespace, value) => {
				expect(vault.seedId({ namespace, value })).toMatch(
					/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
				);
			}),
		);
	});

	it.each([
		{ what: "another value", other: vault.seedId(email("ada@example.org")) },
		{ what: "another namespace", other: vault.seedId({ namespace: "user_id", value: "ada@example.com" }) },
		{ what: "another installation", other: identifierVault(keyOf(2)).seedId(email("ada@example.com")) },
	])("gives $what another seed id", ({ other }) => {
		expect(other).not.toBe(vault.seedId(email("ada@example.com")));
	});

	it("does not confuse where a namespace ends with where a value begins", () => {
		expect(vault.seedId({ namespace: "ab", value: "c" })).not.toBe(vault.seedId({ namespace: "a", value: "bc" }));
	});

	it("opens what it sealed, whatever the text", () => {
		fc.assert(
			fc.property(fc.string({ unit: "grapheme" }), (value) => {
				expect(vault.open(vault.seal(value))).toBe(value);
			}),
		);
		expect(vault.open(vault.seal(""))).toBe("");
	});

	it("seals the same value differently each time, and shows nothing of it", () => {
		const [one, two] = [vault.seal("ada@example.com"), vault.seal("ada@example.com")];
		expect(one).not.toBe(two);
		expect(Buffer.from(one, "base64url").toString("latin1")).not.toContain("ada");
	});

	it("throws on a sealed text of which any one bit was changed", () => {
		const sealed = Buffer.from(vault.seal("ada@example.com"), "base64url");
		for (let bit = 0; bit < sealed.length * 8; bit++) {
			const changed = Buffer.from(sealed);
			changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
			expect(() => vault.open(changed.toString("base64url"))).toThrow("unable to authenticate");
		}
	});

	it.each([
		{ what: "cut short", sealed: () => vault.seal("ada@example.com").slice(0, -8) },
		{ what: "no sealed text at all", sealed: () => "ada@example.com" },
		{ what: "empty", sealed: () => "" },
		{ what: "sealed by another installation", sealed: () => identifierVault(keyOf(2)).seal("ada@example.com") },
	])("throws on a text that is $what", ({ sealed }) => {
		expect(() => vault.open(sealed())).toThrow(/authenticate|no sealed text/);
	});

	it("takes no key of less than 32 bytes", () => {
		expect(() => identifierVault(Buffer.alloc(31))).toThrow("at least 32 bytes");
	});
});

describe("vaultFrom", () => {
	const secrets = (kept: Record<string, string>) => ({ read: async (name: string) => kept[name] });

	it("is the vault whose key is the secret `vault`", async () => {
		const key = "k".repeat(64);
		const vault = await vaultFrom(secrets({ vault: key }));
		expect(vault.open(identifierVault(Buffer.from(key)).seal("ada@example.com"))).toBe("ada@example.com");
	});

	it("throws when there is no such secret", async () => {
		await expect(vaultFrom(secrets({}))).rejects.toThrow("is not there");
	});
});
