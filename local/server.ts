import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { InstallationKeyUnusable } from "#adapters/embedded/files/installation-key.ts";
import { DatabaseUnusable } from "#adapters/embedded/sqlite/database.ts";
import type { Log } from "#functions/shared/log.ts";
import { type AdmissionLimits, admission } from "./admission.ts";
import { applyFolder } from "./apply-folder.ts";
import { tokenHolders } from "./bearer.ts";
import { DataFolderUnusable, openDataFolder } from "./data-folder.ts";
import { fileLog } from "./file-log.ts";
import { startFlow } from "./flow.ts";
import { requestListener } from "./request-listener.ts";
import { openStores } from "./stores.ts";

export type StartOptions = {
	/** 0 lets the system choose a free one. */
	readonly port: number;
	readonly dataFolder: string;
	/** Definitions to apply before the first request is answered; without it those of the last time are in force. */
	readonly workspaceFolder?: string;
	/** @default the one kept in the data folder, made when there is none */
	readonly adminToken?: string;
	/** @default JSON lines in `tutti.log` in the data folder */
	readonly log?: Log;
	/** Where `TUTTI_SECRET_…` are looked for. @default nowhere */
	readonly env?: Readonly<Record<string, string | undefined>>;
	/** What is too much at once and is answered 429. @default `ADMISSION_LIMITS` */
	readonly limits?: AdmissionLimits;
	/** @default the machine's clock */
	readonly now?: () => Date;
};

export type Tutti = {
	readonly url: string;
	readonly port: number;
	readonly adminToken: string;
	/** Resolves when every accepted event has been through all stages. Deliveries that wait for a later try do not count. */
	idle(): Promise<void>;
	/** How many messages have not been through their stage yet. */
	backlog(): Promise<number>;
	/** Answers the requests under way, finishes the batches under way, and lets go of everything. */
	close(): Promise<void>;
};

/** The port is taken, or not to be had. The message is for the person at the terminal. */
export class CannotListen extends Error {
	constructor(port: number, code = "unknown") {
		const reasons: Readonly<Record<string, string>> = {
			EADDRINUSE: `port ${port} is taken: stop what listens there, or choose another with --port`,
			EACCES: `port ${port} is not for this user: choose one from 1024 on with --port`,
		};
		super(reasons[code] ?? `nothing can listen on port ${port}: ${code}`);
		this.name = "CannotListen";
	}
}

/**
 * What a sender may take of the server. Headers are as long as API Gateway takes them, 10 KB in all; who sends them, or a
 * body, drop by drop holds a connection no longer than this (milliseconds).
 */
export const SERVER_LIMITS = {
	keepAliveTimeout: 65_000,
	headersTimeout: 10_000,
	requestTimeout: 60_000,
	connectionsCheckingInterval: 2_000,
	maxHeaderSize: 10 * 1024,
};

/** Only this machine may connect. */
const HOST = "127.0.0.1";
const CLOSING_MS = 3000;

/**
 * Tutti on one machine: the same functions as on AWS, behind one HTTP server, over a folder. Throws `CannotListen`,
 * `DataFolderUnusable` or, for a broken workspace, `Failure`; their messages are for people.
 */
export async function startTutti({ port, now = () => new Date(), ...options }: StartOptions): Promise<Tutti> {
	const folder = openDataFolder(options.dataFolder);
	const { log, closeLog } = openLog(options.log, folder.file("tutti.log"), now);
	const server = createServer(SERVER_LIMITS);
	const url = () => `http://${HOST}:${(server.address() as AddressInfo).port}`;
	const stores = await openStores({ folder, env: options.env ?? {}, ownUrl: url, now }).catch(unusable);
	try {
		if (options.workspaceFolder !== undefined) await applyFolder(options.workspaceFolder, stores);
		await listen(server, port);
	} catch (error) {
		await stores.close();
		await closeLog();
		throw error;
	}
	const adminToken = folder.adminToken(options.adminToken);
	const flow = startFlow({ stores, administrators: tokenHolders(adminToken), now, log });
	const door = admission({ waiting: flow.waiting, limits: options.limits });
	server.on("request", requestListener({ ...flow, adminToken, admission: door, now, log }));
	return {
		url: url(),
		port: (server.address() as AddressInfo).port,
		adminToken,
		idle: () => flow.idle(),
		backlog: () => flow.backlog(),
		async close() {
			await stopListening(server);
			await flow.stop();
			await stores.close();
			await closeLog();
		},
	};
}

/** What is wrong with a file of the folder is wrong with the folder, for whoever started this. */
function unusable(error: unknown): never {
	const isForPeople = error instanceof DatabaseUnusable || error instanceof InstallationKeyUnusable;
	throw isForPeople ? new DataFolderUnusable(error.message) : error;
}

function openLog(given: Log | undefined, file: string, now: () => Date) {
	if (given) return { log: given, closeLog: async () => {} };
	const log = fileLog(file, now);
	return { log, closeLog: log.close };
}

function listen(server: Server, port: number): Promise<void> {
	return new Promise((resolve, reject) => {
		server.once("error", (error: NodeJS.ErrnoException) => reject(new CannotListen(port, error.code)));
		server.listen(port, HOST, resolve);
	});
}

/** Takes no more requests, waits for the answers under way, and hangs up on whoever does not come to an end. */
async function stopListening(server: Server): Promise<void> {
	const hangUp = setTimeout(() => server.closeAllConnections(), CLOSING_MS);
	await new Promise<void>((resolve) => {
		server.close(() => resolve());
		server.closeIdleConnections();
	});
	clearTimeout(hangUp);
}
