import { beforeAll, expect, it } from "vitest";
import { profileAnswer } from "#contracts/http/profiles.ts";
import { appIdOf } from "./app-id.ts";
import { eventually } from "./eventually.ts";
import type { Installation } from "./installation.ts";
import { accountAt, python } from "./python.ts";
import { track } from "./senders.ts";
import { callerOf } from "./used-grants.ts";

const TWO_HOURS = 2 * 60 * 60 * 1000;
/** Longer than the event is on its way, shorter than a minute: the emulator's Scheduler looks every ten seconds. */
const SOON = 40_000;

/** What time alone decides: nobody but EventBridge Scheduler calls the function that lets people in and out then. */
export function schedulesSuite(installation: () => Installation): void {
	beforeAll(async () => {
		const timestamp = new Date(Date.now() - TWO_HOURS + SOON).toISOString();
		const properties = { cart_id: "cart of cora", product_id: "p1", quantity: 1 };
		await track(installation().url, { userId: "cora", event: "Product Added", properties, timestamp });
	});

	it("lets somebody into a segment when nothing but time has passed, by the minute's schedule", async () => {
		const segments = await eventually(
			"the cart to be abandoned",
			async () => {
				const answer = await installation()
					.ask("/v1/profiles/user_id:cora")
					.catch(() => undefined);
				const { segments: found = [] } = answer ? profileAnswer.parse(answer) : {};
				return found.some(({ id }) => id === "abandoned-carts") ? found : undefined;
			},
			150,
		);
		expect(segments).not.toEqual([]);
	});

	it("calls every function that has a schedule, and each does what it is for", async () => {
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
