import { describe, expect, it } from "vitest";
import { readAudit } from "../../security/audit.mjs";
import { isAllowed, licenceProblems } from "../../security/licences.mjs";

const LATER = "2999-01-01";
const aPackage = (over: object = {}) => ({
	name: "a",
	version: "1.0.0",
	use: "prod" as const,
	licence: "MIT",
	...over,
});

describe("a licence", () => {
	it.each([
		["MIT", "prod", true],
		["(MIT OR GPL-3.0-or-later)", "prod", true],
		["(Apache-2.0 AND BSD-3-Clause)", "prod", true],
		["GPL-3.0-or-later", "prod", false],
		["AGPL-3.0-only", "dev", false],
		["MIT AND GPL-2.0-only", "prod", false],
		["Elastic-2.0", "dev", false],
		["MPL-2.0", "prod", false],
		["MPL-2.0", "dev", true],
		["SEE LICENSE IN LICENSE", "prod", false],
		["none stated", "prod", false],
		["constructor", "prod", false],
	] as const)("%s in %s: %s", (licence, use, allowed) => {
		expect(isAllowed(licence, use)).toBe(allowed);
	});

	it("that is not allowed is told with its package, unless it is explained and the explanation has not run out", () => {
		const copyleft = aPackage({ name: "copyleft", licence: "GPL-3.0-only" });
		expect(licenceProblems([aPackage(), copyleft], {})).toEqual(["copyleft@1.0.0 (prod): GPL-3.0-only"]);
		expect(licenceProblems([copyleft], { copyleft: { reason: "r", until: LATER } })).toEqual([]);
		expect(licenceProblems([copyleft], { copyleft: { reason: "r", until: "2020-01-01" } })).toHaveLength(1);
		expect(licenceProblems([aPackage()], { copyleft: { reason: "r", until: LATER } })).toHaveLength(1);
	});
});

describe("an audit", () => {
	const found = (severity: string) => ({
		vulnerabilities: {
			a: { via: [{ name: "a", title: "bad", severity, url: "https://github.com/advisories/GHSA-1" }, "b"] },
		},
	});

	it.each(["high", "critical"])("fails for what is %s", (severity) => {
		expect(readAudit(found(severity), {})).toEqual({ findings: [`GHSA-1 (${severity}) in a: bad`] });
	});

	it("passes what is moderate, and what is explained", () => {
		expect(readAudit(found("moderate"), {})).toEqual({ findings: [] });
		expect(readAudit(found("high"), { "GHSA-1": { reason: "r", until: LATER } })).toEqual({ findings: [] });
	});

	it("fails for an explanation that has run out, or is for nothing", () => {
		expect(readAudit(found("high"), { "GHSA-1": { reason: "r", until: "2020-01-01" } })).toMatchObject({
			findings: [expect.stringContaining("ended")],
		});
		expect(readAudit({ vulnerabilities: {} }, { "GHSA-1": { reason: "r", until: LATER } })).toMatchObject({
			findings: [expect.stringContaining("not needed")],
		});
	});

	it("that a registry does not answer is no finding, and is told as what it is", () => {
		expect(readAudit({ message: "405 Method Not Allowed" })).toEqual({ unreachable: "405 Method Not Allowed" });
		expect(readAudit({})).toEqual({ unreachable: "no report" });
	});
});
