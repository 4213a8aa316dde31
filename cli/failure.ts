/** What the person at the terminal is told in one line, with exit code 1: foreseen, so without a stack. */
export class Failure extends Error {
	constructor(reason: string) {
		super(reason);
		this.name = "Failure";
	}
}
