import { InvalidArgumentError } from "commander";

/** Reads an option that is a whole number from 1 on, for commander. */
export function wholeNumber(text: string): number {
	const value = Number(text);
	if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError("It must be a whole number from 1 on.");
	return value;
}

/** Reads a TCP port, where 0 lets the system choose. */
export function portNumber(text: string): number {
	const value = Number(text);
	if (!/^\d+$/.test(text) || value > 65_535) throw new InvalidArgumentError("It must be a port: 0 to 65535.");
	return value;
}
