import { setTimeout } from "node:timers/promises";
import {
	type AthenaClient,
	GetQueryExecutionCommand,
	InvalidRequestException,
	type QueryExecution,
	StartQueryExecutionCommand,
	StopQueryExecutionCommand,
} from "@aws-sdk/client-athena";
import { SqlRefused } from "#domain/model/ports.ts";

export type Execution = {
	readonly client: AthenaClient;
	readonly database: string;
	readonly workgroup: string;
	readonly now: () => Date;
	/** A query that runs longer is stopped. */
	readonly deadlineSeconds: number;
	/** Waits before the state is asked for the nth time. */
	readonly wait: (attempt: number) => Promise<unknown>;
};

/** Most queries take one to three seconds: asked for soon at first, then every two seconds. */
export const pollGently = (attempt: number): Promise<void> => setTimeout(Math.min(2000, 100 * 1.5 ** attempt));

/** Athena's category of errors that are its own fault; what is wrong with the query is 2, the rest 3. */
const SYSTEM = 1;

/** Starts a query and follows it to its end. Throws `SqlRefused` with Athena's reason when the query is at fault. */
export async function execute(sql: string, execution: Execution): Promise<QueryExecution> {
	const { now, deadlineSeconds, wait } = execution;
	const id = await start(sql, execution);
	const deadline = now().getTime() + deadlineSeconds * 1000;
	for (let attempt = 0; now().getTime() < deadline; attempt++) {
		await wait(attempt);
		const ended = await endOf(id, execution);
		if (ended) return ended;
	}
	await execution.client.send(new StopQueryExecutionCommand({ QueryExecutionId: id }));
	throw new SqlRefused(`the query took longer than ${deadlineSeconds} s`);
}

async function start(sql: string, { client, database, workgroup }: Execution): Promise<string> {
	const command = new StartQueryExecutionCommand({
		QueryString: sql,
		QueryExecutionContext: { Database: database },
		WorkGroup: workgroup,
	});
	try {
		return (await client.send(command)).QueryExecutionId ?? "";
	} catch (error) {
		if (error instanceof InvalidRequestException) throw new SqlRefused(error.message);
		throw error;
	}
}

/** The execution once it has succeeded, undefined while it has not ended. */
async function endOf(id: string, { client }: Execution): Promise<QueryExecution | undefined> {
	const { QueryExecution: execution } = await client.send(new GetQueryExecutionCommand({ QueryExecutionId: id }));
	const { State, StateChangeReason: reason = "no reason given", AthenaError } = execution?.Status ?? {};
	switch (State) {
		case "SUCCEEDED":
			return execution;
		case "CANCELLED":
			throw new Error(`the query was cancelled: ${reason}`);
		case "FAILED":
			if (AthenaError?.ErrorCategory === SYSTEM || AthenaError?.Retryable) throw new Error(`Athena failed: ${reason}`);
			throw new SqlRefused(reason);
		case "QUEUED":
		case "RUNNING":
		case undefined:
			return undefined;
	}
}
