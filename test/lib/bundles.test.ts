import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DeployedFunction, functionsIn } from "../../bench/cold-start/assembly.ts";
import { BUDGETS, SDK_MILLISECONDS } from "../../bench/cold-start/budgets.ts";
import { type Import, timeImports } from "../../bench/cold-start/time-imports.ts";
import { synthesise } from "./synth.ts";

const handlers = Object.keys(import.meta.glob("/functions/*/*/handler.ts"));
const entries = handlers.map((path) => path.split("/").slice(2, 4).join("/"));

const timesOf = (entry: string): number => (BUDGETS[entry]?.milliseconds ?? 0) / SDK_MILLISECONDS;
const isSlow = ({ entry, timesSdk }: Import): boolean => timesSdk > timesOf(entry);

let folder: string;
let functions: DeployedFunction[];
let imports: Import[];

beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), "tutti-bundles-"));
	synthesise({ stage: "dev" }, folder);
	functions = functionsIn(folder);
	imports = await timeImports(functions, 7);
	// What else the machine does only adds to a time: who took too long is timed again, for longer.
	const slow = functions.filter(({ entry }) => imports.some((one) => one.entry === entry && isSlow(one)));
	const again = slow.length > 0 ? await timeImports(slow, 21) : [];
	imports = imports.map((one) => again.find(({ entry }) => entry === one.entry) ?? one);
}, 500_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("every function has a budget, and nothing else has", () => {
	expect(Object.keys(BUDGETS).sort()).toEqual(entries.toSorted());
});

describe.each(entries)("the bundle of %s", (entry) => {
	it("is imported as the module it is deployed as, under its environment, exports its handler and keeps its budget", () => {
		const { handler, bytes, milliseconds, timesSdk } = imports.find((one) => one.entry === entry) ?? {
			handler: "none",
			bytes: Number.POSITIVE_INFINITY,
			milliseconds: Number.POSITIVE_INFINITY,
			timesSdk: Number.POSITIVE_INFINITY,
		};
		const budget = BUDGETS[entry] ?? { kilobytes: 0, milliseconds: 0 };
		process.stdout.write(
			`${entry.padEnd(28)}${Math.round(bytes / 1000)} KB, imported in ${milliseconds.toFixed(0)} ms, ${timesSdk.toFixed(2)} × the SDK\n`,
		);
		expect(handler).toBe("function");
		expect(bytes / 1000, "kilobytes").toBeLessThanOrEqual(budget.kilobytes);
		expect(timesSdk, "import, times the SDK's").toBeLessThanOrEqual(timesOf(entry));
	});
});

it("puts the bought destinations beside the deliverer", () => {
	const { code } = functions.find(({ entry }) => entry === "activate/deliver") ?? { code: "" };
	expect(readdirSync(join(code, "destinations")).length).toBeGreaterThan(0);
});
