import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Command, Option } from "commander";
import { type Api, apiAt } from "./api.ts";
import { Failure } from "./failure.ts";

export const DEFAULT_URL = "http://127.0.0.1:8787";
export const DEFAULT_DATA = ".tutti";

/** What every command that asks a running Tutti takes. */
export type ApiOptions = {
	readonly url: string;
	readonly token?: string;
	readonly data: string;
	readonly json?: boolean;
};

/** Adds the options of `ApiOptions` to a command. */
export function withApi(command: Command): Command {
	return command
		.addOption(new Option("--url <url>", "where Tutti answers").env("TUTTI_URL").default(DEFAULT_URL))
		.addOption(new Option("--token <token>", "the admin token").env("TUTTI_ADMIN_TOKEN"))
		.option("--data <folder>", "the folder that `start` uses, where the token is read when none is given", DEFAULT_DATA)
		.option("--json", "answer in JSON, for programs");
}

/** The API that the options point at. Throws a `Failure` when there is no token to be found. */
export function apiOf({ url, token, data }: ApiOptions): Api {
	if (!URL.canParse(url)) throw new Failure(`${url} is not a URL: give one such as ${DEFAULT_URL}`);
	const given = token ?? storedToken(data);
	// Else the error of whoever sends it would repeat it.
	if (!HEADER.test(given)) throw new Failure("the admin token has characters in it that no token has");
	return apiAt(url, given);
}

/** What a header may hold. */
const HEADER = /^[!-~]+$/;

function storedToken(data: string): string {
	try {
		return readFileSync(join(data, "admin-token"), "utf8").trim();
	} catch {
		throw new Failure(
			`no admin token: give --token or TUTTI_ADMIN_TOKEN, or with --data the folder that \`npm start\` uses (${data} has none)`,
		);
	}
}
