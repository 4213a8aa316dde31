import { BusRefused } from "#domain/model/ports.ts";
import type { CallFault, Faults } from "./faults.ts";
import type { Caller, Turns } from "./turns.ts";

type Call = (...given: never[]) => Promise<unknown>;

/** What a call to a port failed with because this program made it fail. `code` is what the real thing would say. */
class Injected extends Error {
	readonly code: string;
	constructor(code: string, what: string) {
		super(`${code}: ${what} was made to fail`);
		this.name = code;
		this.code = code;
	}
}

/** Methods that change something, of all ports. */
const WRITES = new Set(["put", "update", "delete", "transact", "send", "release", "publish", "store"]);

export type Around = {
	readonly turns: Turns;
	readonly faults: Faults;
	readonly caller: Caller;
	/** Somebody has died in a call. */
	readonly onDeath: () => void;
};

/** The port as this caller has it: every call waits for its turn, and some go wrong. */
export function faulty<Port extends object>(port: Port, name: string, around: Around): Port {
	const methods = Object.entries(port).map(([method, call]) => {
		if (typeof call !== "function") return [method, call];
		const made = (...given: never[]) =>
			around.turns.take(around.caller, () => suffer({ port: name, method, given, call: call as Call }, around));
		return [method, made];
	});
	return Object.fromEntries(methods) as Port; // every method, each with its own name
}

type Made = { readonly port: string; readonly method: string; readonly given: never[]; readonly call: Call };

async function suffer(made: Made, { faults, caller, onDeath }: Around): Promise<unknown> {
	const { port, method, given, call } = made;
	const isWrite = WRITES.has(method);
	const many: unknown = given[0];
	const size = Array.isArray(many) && method !== "transact" ? many.length : 1;
	const fault = faults.ofCall({ port, isWrite, size });
	if (!fault) return call(...given);
	faults.count(fault, `${port}.${method}`);
	if (fault !== "worker-killed") return fail(fault, made);
	// before the call, or after it
	if (faults.happens(fault, 50)) await call(...given);
	caller.isDead = true;
	onDeath();
	return undefined; // nobody hears it
}

async function fail(fault: Exclude<CallFault, "worker-killed">, { port, method, given, call }: Made): Promise<never> {
	const what = `${port}.${method}`;
	switch (fault) {
		case "disk-full":
			throw new Injected("ENOSPC", what);
		case "call-cut-off":
			await call(...given);
			throw new Injected("TimeoutError", what);
		case "half-a-batch": {
			const [all, ...rest] = given as unknown as [never[], ...never[]];
			const half = all.slice(0, Math.floor(all.length / 2));
			await call(half as never, ...rest);
			if (method === "publish") throw new BusRefused(all.length - half.length, all.length, ["ThrottlingException"]);
			throw new Injected("PartialFailure", what);
		}
		case "call-throttled":
		case "table-throttled":
			throw new Injected("ThrottlingException", what);
	}
}
