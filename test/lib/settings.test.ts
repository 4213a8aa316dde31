import { App } from "aws-cdk-lib";
import { expect, it } from "vitest";
import { settingsFrom } from "#lib/settings.ts";

const settings = (context: Record<string, unknown>) => settingsFrom(new App({ context }).node);

it("keeps data unless it is told that this is for trying out", () => {
	expect(settings({})).toMatchObject({ stage: "prod", isProtected: true, emulated: false });
	expect(settings({ stage: "dev" })).toMatchObject({ stage: "dev", isProtected: false });
});

it("refuses a stage that nobody has thought about, naming those there are", () => {
	expect(() => settings({ stage: "production" })).toThrow("-c stage=production: there are dev and prod");
	expect(() => settings({ stage: "toString" })).toThrow("there are dev and prod");
});

it.each([
	{ given: "true", expected: true },
	{ given: true, expected: true },
	{ given: "false", expected: false },
	{ given: undefined, expected: false },
])("is for an emulator only when the flag says true: $given", ({ given, expected }) => {
	expect(settings({ emulated: given }).emulated).toBe(expected);
});
