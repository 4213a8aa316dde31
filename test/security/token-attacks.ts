import {
	createHmac,
	createPublicKey,
	createSign,
	generateKeyPairSync,
	type JsonWebKey,
	type KeyObject,
} from "node:crypto";

/** A claim or header that is undefined is left out. */
type Part = Readonly<Record<string, unknown>>;

/** What an attacker has: a token that is good (his own, or one that he saw), and the keys that the issuer publishes. */
export type Loot = { readonly token: string; readonly publicKey: JsonWebKey & { readonly kid?: string } };

export type TokenAttack = {
	/** What the attacker does, to be read after "refuses". */
	readonly does: string;
	/** The `Authorization` header; undefined: none is sent. */
	readonly authorization: string | undefined;
};

const encode = (part: unknown): string => Buffer.from(JSON.stringify(part)).toString("base64url");
const decode = (part = ""): Part => JSON.parse(Buffer.from(part, "base64url").toString("utf8")) as Part;

/** A token signed with RS256 by any key. */
export function signed(header: Part, claims: Part, key: KeyObject): string {
	const text = `${encode(header)}.${encode(claims)}`;
	return `${text}.${createSign("sha256").update(text).sign(key, "base64url")}`;
}

/**
 * Every way in without being let in that we know of, made from one good token. Nothing of it may be answered with
 * anything but 401, by the function and by whatever stands before it.
 */
export function tokenAttacks({ token, publicKey }: Loot): TokenAttack[] {
	const [head = "", body = "", signature = ""] = token.split(".");
	const [header, claims] = [decode(head), decode(body)];
	const attacker = generateKeyPairSync("rsa", { modulusLength: 2048 });
	const own = attacker.publicKey.export({ format: "jwk" });
	const bearer = (does: string, sent: string): TokenAttack => ({ does, authorization: `Bearer ${sent}` });
	const unsigned = (alg: string) => `${encode({ ...header, alg })}.${body}.`;
	const mac = (key: string | Buffer, alg = "HS256") => {
		const text = `${encode({ ...header, alg })}.${body}`;
		return `${text}.${createHmac("sha256", key).update(text).digest("base64url")}`;
	};
	const forged = (more: Part, claim: Part = {}) =>
		signed({ ...header, ...more }, { ...claims, ...claim }, attacker.privateKey);
	const altered = (claim: Part) => `${head}.${encode({ ...claims, ...claim })}.${signature}`;
	const published = createPublicKey({ key: publicKey, format: "jwk" });

	return [
		{ does: "no header at all", authorization: undefined },
		{ does: "an empty header", authorization: "" },
		{ does: "a scheme without a token", authorization: "Bearer " },
		{ does: "the token without a scheme", authorization: token },
		{ does: "the token as a user's name", authorization: `Basic ${Buffer.from(`${token}:`).toString("base64")}` },
		{ does: "two tokens", authorization: `Bearer ${unsigned("none")}, Bearer ${unsigned("none")}` },
		bearer("a word that is no token", "undefined"),
		bearer("dots alone", ".."),
		bearer("four parts", `${token}.${signature}`),
		bearer("an object's inherited name for a token", "__proto__"),
		...["none", "None", "NONE", "nOnE", ""].map((alg) => bearer(`no signature, alg "${alg}"`, unsigned(alg))),
		bearer("alg none with the signature kept", `${encode({ ...header, alg: "none" })}.${body}.${signature}`),
		bearer("the signature cut off", `${head}.${body}.`),
		bearer("the signature and its dot cut off", `${head}.${body}`),
		bearer("half of the signature", token.slice(0, -Math.floor(signature.length / 2))),
		bearer("another signature of the same length", `${head}.${body}.${"A".repeat(signature.length)}`),
		bearer("HS256 with the public key as PEM", mac(published.export({ type: "spki", format: "pem" }))),
		bearer("HS256 with the public key as PKCS#1", mac(published.export({ type: "pkcs1", format: "pem" }))),
		bearer("HS256 with the public key as DER", mac(published.export({ type: "spki", format: "der" }))),
		bearer("HS256 with the public key as JWK", mac(JSON.stringify(publicKey))),
		bearer("HS256 with an empty key", mac("")),
		bearer("a key of the attacker's under the issuer's key id", forged({})),
		bearer("a key of the attacker's under an id of his own", forged({ kid: "attacker" })),
		bearer("a key of the attacker's without an id", forged({ kid: undefined })),
		bearer("a key id that is a path", forged({ kid: "../../../../dev/null" })),
		bearer("a key id that is SQL", forged({ kid: "x' OR '1'='1" })),
		bearer("a key id that every object has", forged({ kid: "constructor" })),
		bearer("the attacker's key in the token (jwk)", forged({ jwk: own })),
		bearer("an address of the attacker's keys in the token (jku)", forged({ jku: "https://attacker.example/keys" })),
		bearer("an address of his certificate in the token (x5u)", forged({ x5u: "https://attacker.example/x5u" })),
		bearer("another subject than was signed", altered({ sub: "somebody-else" })),
		bearer("a later expiry than was signed", altered({ exp: 4_102_444_800 })),
		bearer(
			"groups that were not signed",
			altered({ "cognito:groups": ["admin"], scope: "aws.cognito.signin.user.admin" }),
		),
		bearer("a token of 100 KB", `${head}.${encode({ ...claims, pad: "x".repeat(75_000) })}.${signature}`),
		bearer("claims that are no object", `${head}.${encode([claims])}.${signature}`),
		bearer("claims that are no JSON", `${head}.${Buffer.from("{").toString("base64url")}.${signature}`),
		bearer("a header that is no object", `${encode(null)}.${body}.${signature}`),
	];
}
