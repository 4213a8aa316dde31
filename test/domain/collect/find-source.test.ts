import { hash, timingSafeEqual } from "node:crypto";
import { describe, expect, it } from "vitest";
import { source } from "#contracts/definitions/source.ts";
import { allowsOrigin, isKnownOrigin } from "#domain/collect/allow-origin.ts";
import { findSource, type KeyCheck, keyRing } from "#domain/collect/find-source.ts";

const check: KeyCheck = {
	digest: (key) => hash("sha256", key, "buffer"),
	read: (base64url) => Buffer.from(base64url, "base64url"),
	equal: timingSafeEqual,
};

const SHOP = "https://shop.example";
const web = source.parse({ id: "web", key: { kind: "public", writeKey: "wk_test_web", origins: [SHOP] } });
const app = source.parse({ id: "app", key: { kind: "public", writeKey: "wk_test_app", origins: ["*"] } });
const server = source.parse({ id: "server", key: { kind: "secret", writeKey: "sk_test_server" } });
const twin = source.parse({ id: "twin", key: { kind: "secret", writeKey: "sk_test_server" } });

describe("findSource", () => {
	it.each([
		{ key: "wk_test_web", expected: web },
		{ key: "sk_test_server", expected: server },
		{ key: "sk_test_serve", expected: undefined },
		{ key: "sk_test_server ", expected: undefined },
		{ key: "SK_TEST_SERVER", expected: undefined },
		{ key: "", expected: undefined },
	])("finds the source of $key", ({ key, expected }) => {
		expect(findSource(keyRing([web, server, twin], check), key, check)).toBe(expected);
	});

	it("finds a source that is kept with the hash of its key, by the key alone", () => {
		const writeKey = `sha256:${hash("sha256", "sk_test_hashed", "base64url")}`;
		const hashed = source.parse({ id: "hashed", key: { kind: "secret", writeKey } });
		const ring = keyRing([server, hashed], check);
		expect(findSource(ring, "sk_test_hashed", check)).toBe(hashed);
		expect(findSource(ring, writeKey, check)).toBeUndefined();
	});

	it("compares with every source, whichever it is", () => {
		const compared: number[] = [];
		const counting: KeyCheck = {
			...check,
			equal: (a, b) => {
				compared.push(a.length, b.length);
				return check.equal(a, b);
			},
		};
		const ring = keyRing([web, app, server], counting);
		findSource(ring, "wk_test_web", counting);
		findSource(ring, "none of them", counting);
		expect(compared).toEqual(Array(12).fill(32));
	});
});

describe("allowsOrigin", () => {
	it.each([
		{ of: web, origin: SHOP, expected: true },
		{ of: web, origin: "https://shop.example:8443", expected: false },
		{ of: web, origin: "http://shop.example", expected: false },
		{ of: web, origin: "https://shop.example.evil.example", expected: false },
		{ of: web, origin: "null", expected: false },
		{ of: web, origin: undefined, expected: true },
		{ of: app, origin: "null", expected: true },
		{ of: server, origin: "https://anywhere.example", expected: true },
	])("lets $of.id be used from $origin: $expected", ({ of, origin, expected }) => {
		expect(allowsOrigin(of, origin)).toBe(expected);
	});
});

describe("isKnownOrigin", () => {
	it.each([
		{ sources: [server, web], origin: SHOP, expected: true },
		{ sources: [server, web], origin: "https://anywhere.example", expected: false },
		{ sources: [server, web, app], origin: "https://anywhere.example", expected: true },
		{ sources: [server], origin: SHOP, expected: false },
		{ sources: [], origin: SHOP, expected: false },
	])("knows $origin: $expected", ({ sources, origin, expected }) => {
		expect(isKnownOrigin(sources, origin)).toBe(expected);
	});
});
