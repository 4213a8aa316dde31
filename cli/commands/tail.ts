import { setTimeout as sleep } from "node:timers/promises";
import { Command } from "commander";
import { eventsAnswer } from "#contracts/http/admin-archive.ts";
import type { SeenEvent } from "#contracts/http/profiles.ts";
import type { Api } from "../api.ts";
import { wholeNumber } from "../numbers.ts";
import { type ApiOptions, apiOf, withApi } from "../options.ts";
import { cell, colours, print, tell } from "../terminal.ts";

type TailOptions = ApiOptions & { readonly count: number; readonly once?: boolean };

const POLL_MS = 500;

/** `tutti tail`: the live tail of the collector, one line an event. */
export const tail = () =>
	withApi(new Command("tail"))
		.description("print events as they come in, until Ctrl+C")
		.option("--count <n>", "how many of the latest to begin with", wholeNumber, 10)
		.option("--once", "print those and end")
		.action(async (options: TailOptions) => {
			const api = apiOf(options);
			let cursor = await printSince(api, undefined, options);
			if (options.once) return;
			if (!options.json) tell(colours.dim("waiting for events; Ctrl+C ends"));
			for (;;) {
				await sleep(POLL_MS);
				cursor = await printSince(api, cursor, options);
			}
		});

async function printSince(api: Api, after: string | undefined, options: TailOptions): Promise<string> {
	const query = new URLSearchParams(after === undefined ? { limit: `${options.count}` } : { limit: "500", after });
	const { events, cursor } = await api.get(`/v1/events?${query.toString()}`, eventsAnswer);
	for (const event of events.toReversed()) print(options.json ? JSON.stringify(event) : line(event));
	return cursor;
}

function line(event: SeenEvent): string {
	const who = event.userId ?? event.anonymousId ?? "";
	const what = cell(event.event ?? event.name);
	return `${event.receivedAt}  ${event.source.padEnd(8)} ${event.type.padEnd(8)} ${colours.bold(what)}  ${cell(who)}  ${colours.dim(event.messageId)}`;
}
