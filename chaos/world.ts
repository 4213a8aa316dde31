import type { Chance } from "#demo/random.ts";
import type { IdentifierVault } from "#domain/model/identifier.ts";
import type { Log } from "#functions/shared/log.ts";
import type { Backing, QueueName } from "./backing.ts";
import type { Faults } from "./faults.ts";
import type { Ledger } from "./ledger.ts";
import type { Listener } from "./listener.ts";
import type { Sending } from "./senders.ts";
import type { Turns } from "./turns.ts";
import type { FunctionName, Worker } from "./worker.ts";

export type Role = FunctionName & (QueueName | "receive-events" | "publish-changes" | "tick-segments");

/** A place where one copy of a function runs at a time; when it dies another one comes. */
export type Lane = { readonly role: Role; worker: Worker; busy: boolean };

/** Everything a story is made of. */
export type World = {
	readonly seed: number;
	readonly events: number;
	readonly luck: Chance;
	readonly backing: Backing;
	readonly vault: IdentifierVault;
	readonly faults: Faults;
	readonly turns: Turns;
	readonly ledger: Ledger;
	readonly destinations: Listener;
	readonly lanes: Lane[];
	/** What is to be sent still, and not before when (ms). */
	readonly outgoing: { readonly sending: Sending; readonly tries: number; readonly notBefore: number }[];
	readonly log: Log;
	/** What the functions logged as warnings and errors, by their words. */
	readonly logged: ReadonlyMap<string, number>;
	readonly newId: () => string;
	/** What a worker who dies leaves behind: a sender who gets no answer. */
	readonly bereaved: Map<Lane, () => void>;
	onDeath(lane: Lane): void;
	onStep(steps: number): void;
	nextTickAt: number;
};
