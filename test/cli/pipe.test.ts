import { expect, it } from "vitest";
import { startTuttiCli } from "./run-tutti.ts";

it("ends without a word when whoever reads it has seen enough, as `| head` does", async () => {
	const { child, ended } = startTuttiCli(["--help"]);
	child.stdout.destroy();
	const { code, stderr } = await ended;
	expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
});
