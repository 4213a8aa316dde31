import { Duration } from "aws-cdk-lib";
import { RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Node } from "constructs";
import { type Address, addressFrom } from "./address.ts";
import { type FrontDoorKind, frontDoorFrom } from "./front-door-kind.ts";

/** What may differ between two installations of Tutti, and nothing else does. Handed down as props. */
export type Settings = {
	/** Part of every stack's name, of the Glue database's and of the secrets'. */
	readonly stage: Stage;
	/** Is this synthesised for an AWS emulator? Then the resource types of `NOT_EMULATED` are left out. */
	readonly emulated: boolean;
	/** State is kept when its stack is deleted, and neither the data stack nor the table can be deleted by mistake. */
	readonly isProtected: boolean;
	readonly logRetention: RetentionDays;
	/** Days after which what was deleted or overwritten in the archive is gone for good. */
	readonly archiveUndoDays: number;
	/** Days that answers of Athena, which may hold personal data, are kept. */
	readonly queryResultDays: number;
	/** Days that S3's access logs are kept: who read the archive, when. */
	readonly accessLogDays: number;
	/** Where the doors stand beside the address that AWS gives them. */
	readonly address: Address;
	/** By which door senders come to the collector. The HTTP API is there in any case, for administrators and whoever knows its address. */
	readonly frontDoor: FrontDoorKind;
	/** What the HTTP API lets through before it answers 429, all sources together. */
	readonly throttle: Throttle;
	/** The same for each route of the admin API by itself, all administrators together: people and their scripts, not the public. */
	readonly adminThrottle: Throttle;
	/** How many copies of each consumer may run at once. */
	readonly concurrency: {
		/**
		 * Set aside for the collector, so that no other function of the account can starve it. Its own URL, where it has one, lets through ten
		 * times as many requests a second, and no other throttle stands before it.
		 */
		readonly collectorReserved?: number;
		readonly archive: number;
		readonly process: number;
		readonly route: number;
		readonly deliver: number;
	};
	/**
	 * How many envelopes the pass takes at once, and how long it waits for them. A call, its reads and its record of the archive are
	 * shared by all of them; Lambda hands over 6 MB at most, whatever is said here. Every event waits for the window when few come.
	 */
	readonly passBatches: { readonly batchSize: number; readonly batchingWindow: Duration };
	/** How often to look whether everybody has to be gone through, for segments or identities: two or three small reads, mostly. */
	readonly lookEvery: Duration;
	/** Under which name CloudWatch keeps the numbers that our functions put. */
	readonly metricsNamespace: string;
	/**
	 * How many of the calls of queues' functions X-Ray is asked to follow, 0 to 1; 0 switches it off. A million traces cost five
	 * dollars, and whether Lambda keeps to this share is not verified: read ADR 0020 before you raise it.
	 */
	readonly tracedShare: number;
	/** Athena stops a query that would read more than this: 1 TB costs about five dollars. */
	readonly queryCutoffBytes: number;
	/** Must an administrator show a one-time password beside the password? */
	readonly adminMfa: "required" | "optional";
};

export type Throttle = { readonly requestsPerSecond: number; readonly burst: number };

type Stage = "dev" | "prod";

/** What is said for each stage; the rest follows from its name and from flags. */
type Chosen = Omit<Settings, "emulated" | "metricsNamespace" | "address" | "frontDoor">;

const GIGABYTE = 1024 ** 3;

/** For trying out: small, cheap, and gone without a trace when its stacks are deleted. */
const dev: Chosen = {
	stage: "dev",
	isProtected: false,
	logRetention: RetentionDays.ONE_WEEK,
	archiveUndoDays: 1,
	queryResultDays: 1,
	accessLogDays: 7,
	throttle: { requestsPerSecond: 100, burst: 200 },
	adminThrottle: { requestsPerSecond: 20, burst: 50 },
	// Nothing is reserved: an account that is new has ten executions in all, and CloudFormation then refuses to set any aside.
	concurrency: { archive: 2, process: 5, route: 2, deliver: 2 },
	passBatches: { batchSize: 100, batchingWindow: Duration.seconds(1) },
	lookEvery: Duration.minutes(15),
	tracedShare: 0.05,
	queryCutoffBytes: 10 * GIGABYTE,
	adminMfa: "optional",
};

const prod: Chosen = {
	stage: "prod",
	isProtected: true,
	logRetention: RetentionDays.THREE_MONTHS,
	archiveUndoDays: 30,
	queryResultDays: 7,
	accessLogDays: 400,
	throttle: { requestsPerSecond: 2_000, burst: 4_000 },
	adminThrottle: { requestsPerSecond: 50, burst: 100 },
	concurrency: { collectorReserved: 200, archive: 20, process: 100, route: 20, deliver: 50 },
	// From some hundred requests a second on an invocation has 200 events or more (docs/how-to/what-it-costs.md).
	passBatches: { batchSize: 500, batchingWindow: Duration.seconds(5) },
	lookEvery: Duration.minutes(5),
	tracedShare: 0,
	queryCutoffBytes: 1024 * GIGABYTE,
	adminMfa: "required",
};

const STAGES: { readonly [stage in Stage]: Chosen } = { dev, prod };

/**
 * Reads `-c stage=dev|prod`, `-c emulated=true` and what `addressFrom` and `frontDoorFrom` read. Without a stage it is `prod`: who forgets the
 * flag keeps data rather than loses it. Throws when the stage is not one of ours.
 */
export function settingsFrom(node: Node): Settings {
	const stage: unknown = node.tryGetContext("stage") ?? "prod";
	if (!isStage(stage)) throw new Error(`-c stage=${stage}: there are ${Object.keys(STAGES).join(" and ")}`);
	const address = addressFrom(node);
	return {
		...STAGES[stage],
		metricsNamespace: `Tutti/${stage}`,
		address,
		frontDoor: frontDoorFrom(node, address),
		emulated: String(node.tryGetContext("emulated")) === "true",
	};
}

const isStage = (name: unknown): name is Stage => typeof name === "string" && Object.hasOwn(STAGES, name);
