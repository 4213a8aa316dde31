import { describe, expect, it } from "vitest";
import type * as z from "zod";
import { prod, type Resource, synthesise } from "./synth.ts";

const declared = import.meta.glob<{ environment: z.ZodObject }>("/functions/*/*/config.ts", { eager: true });
const handlers = Object.keys(import.meta.glob("/functions/*/*/handler.ts"));

const functions = () => prod().all("AWS::Lambda::Function");
const environmentOf = (entry: string): Record<string, unknown> =>
	functions().find(({ Properties }) => Properties.Description === entry)?.Properties.Environment.Variables ?? {};

const entryOf = (path: string) => path.split("/").slice(2, 4).join("/");

it("deploys every function there is, and no other", () => {
	const deployed = functions().map(({ Properties }) => Properties.Description);
	expect(deployed.sort()).toEqual(handlers.map(entryOf).sort());
});

describe.each(Object.entries(declared))("%s", (path, { environment }) => {
	const given = () => environmentOf(entryOf(path));

	it("is given every variable it reads", () => {
		expect(Object.keys(given())).toEqual(expect.arrayContaining(Object.keys(environment.shape)));
	});

	it("is given no variable that it does not read", () => {
		const ours = Object.keys(given()).filter((name) => !["NODE_OPTIONS", "POWERTOOLS_SERVICE_NAME"].includes(name));
		expect(ours.filter((name) => !(name in environment.shape))).toEqual([]);
	});
});

it("declares the environment of every function", () => {
	expect(Object.keys(declared).map(entryOf).sort()).toEqual(handlers.map(entryOf).sort());
});

describe("every function", () => {
	it("runs on the Node that it is tested on, on arm64", () => {
		const [major] = process.versions.node.split(".");
		for (const { Properties } of functions()) {
			expect(Properties).toMatchObject({ Runtime: `nodejs${major}.x`, Architectures: ["arm64"] });
		}
	});

	it("logs JSON to a group of its own, without a line for each call", () => {
		const groups = functions().map(({ Properties }) => {
			expect(Properties.LoggingConfig).toMatchObject({ LogFormat: "JSON", SystemLogLevel: "WARN" });
			return Properties.LoggingConfig.LogGroup.Ref;
		});
		expect(new Set(groups).size).toBe(functions().length);
	});

	it("has a role of its own", () => {
		const roles = functions().map(({ Properties }) => Properties.Role["Fn::GetAtt"][0]);
		expect(new Set(roles).size).toBe(functions().length);
	});
});

it("sets executions aside for the collector, so that nothing else can starve it", () => {
	const reservedIn = (all: readonly Resource[]) =>
		all.flatMap(({ Properties: { Description, ReservedConcurrentExecutions: reserved } }) =>
			reserved === undefined ? [] : [[Description, reserved]],
		);
	expect(reservedIn(functions())).toEqual([["collect/receive-events", 200]]);
	// a new account has ten executions in all, of which none can be set aside
	expect(reservedIn(synthesise({ stage: "dev" }).all("AWS::Lambda::Function"))).toEqual([]);
});
