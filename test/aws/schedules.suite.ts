import { setTimeout } from "node:timers/promises";
import { beforeAll, expect, it } from "vitest";
import { profileAnswer } from "#contracts/http/profiles.ts";
import { appIdOf } from "./app-id.ts";
import { eventually } from "./eventually.ts";
import type { Installation } from "./installation.ts";
import { accountAt, python } from "./python.ts";
import { identify } from "./senders.ts";
import { callerOf } from "./used-grants.ts";

const AN_HOUR = 60 * 60 * 1000;
/** Longer than the event is on its way, shorter than a minute: the emulator's Scheduler looks every ten seconds. */
const SOON = 40_000;
/** Functions keep definitions for five seconds. */
const KNOWN = 6_000;

/** What time alone decides: nobody but EventBridge Scheduler calls the function that lets people in and out then. */
export function schedulesSuite(installation: () => Installation): void {
	beforeAll(async () => {
		const { ask, url } = installation();
		const when = { trait: "renewed_at", is: { op: "before_last", value: "1h" } };
		const definition = { id: "not-renewed", name: "Renewed longer ago than an hour", when };
		await ask("/v1/definitions/apply", { definitions: [{ kind: "segment", definition }] });
		await setTimeout(KNOWN);
		const renewed_at = new Date(Date.now() - AN_HOUR + SOON).toISOString();
		await identify(url, { userId: "cora", traits: { renewed_at } });
	});

	it("lets somebody into a segment when nothing but time has passed, by the minute's schedule", async () => {
		const entered = await eventually(
			"time to let her in",
			async () => {
				const answer = await installation()
					.ask("/v1/profiles/user_id:cora")
					.catch(() => undefined);
				const segments = answer === undefined ? undefined : profileAnswer.parse(answer).segments;
				return segments?.find(({ id }) => id === "not-renewed");
			},
			300,
		);
		expect(entered.enteredAt).not.toBe("");
	});

	it("calls every function that has a schedule, and each then calls AWS", async () => {
		const { endpoint, exchanges } = installation();
		const scheduled = JSON.parse(await python(SCHEDULES, accountAt(endpoint))) as readonly string[];
		expect(scheduled.length).toBeGreaterThan(4);
		for (const name of scheduled) {
			await eventually(`${name} to be called`, async () =>
				exchanges.some((exchange) => callerOf(exchange) === appIdOf(name)) ? true : undefined,
			);
		}
	});
}

/** The names of the functions that EventBridge Scheduler is to call. */
const SCHEDULES = `
import boto3, json
scheduler, names = boto3.client("scheduler"), []
for page in scheduler.get_paginator("list_schedules").paginate():
    for each in page["Schedules"]:
        schedule = scheduler.get_schedule(Name=each["Name"], GroupName=each["GroupName"])
        names.append(schedule["Target"]["Arn"].rsplit(":", 1)[-1])
print(json.dumps(names))
`;
