import { expect, it } from "vitest";
import { NOT_EMULATED } from "#lib/leave-out-for-emulator.ts";
import { type Resource, synthesise } from "./synth.ts";

const real = synthesise({ stage: "dev" });
const emulated = synthesise({ stage: "dev", emulated: "true" });
const isLeftOut = ({ Type }: Resource) => (NOT_EMULATED as readonly string[]).includes(Type);

it("leaves out what the emulator refuses, each type of which the app does have", () => {
	expect(emulated.resources.filter(isLeftOut)).toEqual([]);
	expect(new Set(real.resources.filter(isLeftOut).map(({ Type }) => Type))).toEqual(new Set(NOT_EMULATED));
});

it("differs from what is deployed to AWS in nothing else", () => {
	expect(emulated.resources).toEqual(real.resources.filter((resource) => !isLeftOut(resource)));
});
