import { createCipheriv, createDecipheriv, createHmac, createSecretKey, hkdfSync, randomBytes } from "node:crypto";
import type { IdentifierVault, SeedId } from "#domain/model/identifier.ts";
import type { Secrets } from "#domain/model/ports.ts";

const CIPHER = "aes-256-gcm";
const IV_BYTES = 12; // what GCM is made for (NIST SP 800-38D)
const TAG_BYTES = 16;

/**
 * The vault over one installation key of at least 32 bytes. Seed ids are HMAC-SHA-256, cut to a UUID of version 8
 * (RFC 9562: "custom"); values are sealed with AES-256-GCM under a key derived from the same one, so that neither use
 * weakens the other. Sealing the same value twice gives two texts. Throws when the key is short.
 */
export function identifierVault(installationKey: Uint8Array): IdentifierVault {
	if (installationKey.length < 32) throw new RangeError("the installation key needs at least 32 bytes");
	// Key objects: a key as bytes is prepared anew for each use, which takes five times as long.
	const hashingKey = createSecretKey(installationKey);
	const derived = hkdfSync("sha256", installationKey, "", "tutti identifier sealing", 32);
	const sealingKey = createSecretKey(Buffer.from(derived));

	return {
		seedId({ namespace, value }) {
			const hash = createHmac("sha256", hashingKey).update(`${namespace}\0${value}`).digest();
			return uuidOf(hash);
		},

		seal(value) {
			const iv = randomBytes(IV_BYTES);
			const cipher = createCipheriv(CIPHER, sealingKey, iv);
			const text = Buffer.concat([cipher.update(value, "utf8"), cipher.final()]);
			return Buffer.concat([iv, cipher.getAuthTag(), text]).toString("base64url");
		},

		open(sealed) {
			const bytes = Buffer.from(sealed, "base64url");
			if (bytes.length < IV_BYTES + TAG_BYTES) throw new TypeError("this is no sealed text");
			const decipher = createDecipheriv(CIPHER, sealingKey, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
			decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
			return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString("utf8");
		},
	};
}

/** The first 16 bytes, with the bits that say "version 8, RFC 9562" set. */
function uuidOf(hash: Buffer): SeedId {
	const bytes = Buffer.from(hash.subarray(0, 16));
	bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
	bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
	const hex = bytes.toString("hex");
	const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)];
	return parts.join("-") as SeedId; // a seed id is made nowhere else
}

/** The vault of a deployed installation, whose key is the secret `vault`. Throws when there is no such secret. */
export async function vaultFrom(secrets: Secrets): Promise<IdentifierVault> {
	const key = await secrets.read("vault");
	if (key === undefined) throw new Error("the secret vault, the installation's key, is not there");
	return identifierVault(Buffer.from(key));
}
