import { afterEach } from "vitest";
import { aPass, type Pass } from "./pass.ts";

/**
 * Opens passes for the tests of one file, and closes them after each: to be called once, at its head. It stands apart from
 * `pass.ts`, which benchmarks use, too.
 */
export function passOpener(): typeof aPass {
	const passes: Pass[] = [];
	afterEach(() => {
		for (const pass of passes.splice(0)) pass.close();
	});
	return (options) => {
		const pass = aPass(options);
		passes.push(pass);
		return pass;
	};
}
