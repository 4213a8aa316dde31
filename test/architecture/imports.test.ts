import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cruise, type ImportViolation } from "./cruise.mjs";

/** One planted violation for each rule that can be planted: the file that breaks it, and what it imports. */
const PLANTED = [
	{ rule: "contracts-know-zod-only", file: "contracts/canary.ts", imports: "#domain/model/json.ts" },
	{ rule: "domain-is-pure", file: "domain/collect/canary.ts", imports: "node:fs" },
	{ rule: "no-sideways-stages", file: "domain/segment/canary.ts", imports: "#domain/unify/real.ts" },
	{ rule: "model-and-rules-know-no-stage", file: "domain/model/canary.ts", imports: "#domain/unify/real.ts" },
	{ rule: "adapters-look-inward", file: "adapters/items/canary.ts", imports: "#functions/shared/real.ts" },
	{ rule: "sdk-only-in-adapters", file: "functions/shared/canary.ts", imports: "@aws-sdk/client-sqs" },
	{ rule: "functions-do-not-call-functions", file: "functions/a/one/canary.ts", imports: "#functions/b/two/real.ts" },
	{ rule: "functions-stand-on-domain-and-adapters", file: "functions/a/one/canary2.ts", imports: "#local/real.ts" },
	{ rule: "only-handlers-know-aws-adapters", file: "functions/a/one/canary3.ts", imports: "#adapters/aws/real.ts" },
	{ rule: "infrastructure-stands-apart", file: "lib/canary.ts", imports: "#domain/model/json.ts" },
	{ rule: "cdk-only-in-lib", file: "local/canary.ts", imports: "aws-cdk-lib" },
	{ rule: "local-is-not-aws", file: "local/canary2.ts", imports: "#adapters/aws/real.ts" },
	{ rule: "local-is-not-the-terminal", file: "local/canary4.ts", imports: "#cli/real.ts" },
	{ rule: "cli-speaks-http", file: "cli/canary.ts", imports: "#adapters/aws/real.ts" },
	{ rule: "demo-is-data", file: "demo/canary.ts", imports: "#local/real.ts" },
	{ rule: "nothing-stands-on-tests", file: "local/canary3.ts", imports: "#test/real.ts" },
	{ rule: "not-to-unresolvable", file: "domain/unify/canary.ts", imports: "#domain/unify/nowhere.ts" },
];
const REAL = [
	"domain/model/json",
	"domain/unify/real",
	"functions/shared/real",
	"functions/b/two/real",
	"local/real",
	"cli/real",
	"adapters/aws/real",
	"test/real",
];

describe("the import table", () => {
	let folder: string;
	let found: readonly ImportViolation[];

	beforeAll(async () => {
		folder = mkdtempSync(join(tmpdir(), "tutti-canary-"));
		const write = (file: string, text: string) => {
			mkdirSync(dirname(join(folder, file)), { recursive: true });
			writeFileSync(join(folder, file), text);
		};
		for (const file of [".dependency-cruiser.cjs", "tsconfig.json", "tsconfig.base.json", "package.json"]) {
			cpSync(file, join(folder, file));
		}
		symlinkSync(join(process.cwd(), "node_modules"), join(folder, "node_modules"));
		for (const file of REAL) write(`${file}.ts`, "export const real = 1;\n");
		for (const { file, imports } of PLANTED) write(file, `import "${imports}";\nexport const canary = 1;\n`);
		write("domain/unify/left.ts", 'import "./right.ts";\nexport const left = 1;\n');
		write("domain/unify/right.ts", 'import "./left.ts";\nexport const right = 1;\n');
		const folders = ["contracts", "domain", "adapters", "functions", "lib", "local", "cli", "demo", "test"];
		found = (await cruise(folders, folder)).violations;
	});
	afterAll(() => rmSync(folder, { recursive: true, force: true }));

	it.each(PLANTED)("$rule fires on $file importing $imports", ({ rule, file }) => {
		expect(found.filter((violation) => violation.from === file).map((violation) => violation.rule.name)).toContain(
			rule,
		);
	});

	it("no-cycles fires on two files that import each other", () => {
		expect(found.map((violation) => violation.rule.name)).toContain("no-cycles");
	});

	it("no-orphans fires on a file that nobody uses and that uses nobody", async () => {
		writeFileSync(join(folder, "domain/unify/orphan.ts"), "export const orphan = 1;\n");
		const { violations } = await cruise(["domain"], folder);
		expect(violations).toContainEqual(expect.objectContaining({ from: "domain/unify/orphan.ts" }));
	});
});
