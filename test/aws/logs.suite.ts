import { beforeAll, expect, it } from "vitest";
import { generateShop } from "#demo/shop.ts";
import { personalDataFinder } from "#test/support/find-personal-data.ts";
import type { Installation } from "./installation.ts";
import { accountAt, python } from "./python.ts";

/** Every line of every log group of the account, by boto3: there is no client of CloudWatch Logs among our packages. */
const READ = `
import boto3, json
logs = boto3.client("logs")
for page in logs.get_paginator("describe_log_groups").paginate():
    for group in page["logGroups"]:
        for events in logs.get_paginator("filter_log_events").paginate(logGroupName=group["logGroupName"]):
            for event in events["events"]:
                print(json.dumps(event["message"]))
`;

const shop = generateShop({ seed: 4, customers: 20, days: 10, now: new Date() });
/** Who the other suites speak of. */
const OTHERS = ["ada@example.com", "sk_demo_server", "wk_demo_web"];
const finder = personalDataFinder(shop.people, OTHERS);

/** What deployed functions wrote, after everything that the other suites did; so this one comes last. */
export function logsSuite(installation: () => Installation): void {
	let lines: string[] = [];
	beforeAll(async () => {
		await sendShop(installation().url);
		await sendNonsense(installation().url);
		await new Promise((settled) => setTimeout(settled, 5000));
		const printed = await python(READ, accountAt(installation().endpoint));
		lines = printed
			.split("\n")
			.filter((line) => line !== "")
			.map((line) => JSON.parse(line) as string);
	});

	it("are there, of failures too", () => {
		expect(lines.length).toBeGreaterThan(5);
		expect(lines.join("\n")).toContain("a request was refused");
		expect(lines.join("\n")).toContain("events were rejected");
	});

	it("hold nothing that a customer of the shop could be known by", () => {
		expect(finder.size).toBeGreaterThan(150);
		expect(lines.flatMap((line) => finder.find(line))).toEqual([]);
	});
}

const post = (url: string, path: string, body: string, key = "sk_demo_server") =>
	fetch(url + path, {
		method: "POST",
		headers: { "content-type": "application/json", authorization: `Basic ${btoa(`${key}:`)}` },
		body,
	}).then((answer) => answer.arrayBuffer());

async function sendShop(url: string): Promise<void> {
	const messages = shop.events.map(({ message }) => message);
	for (let at = 0; at < messages.length; at += 50) {
		await post(url, "/v1/batch", JSON.stringify({ batch: messages.slice(at, at + 50) }));
	}
}

/** What is refused, rejected and set aside, each time with a person in it. */
async function sendNonsense(url: string): Promise<void> {
	for (const { userId, email, phone, lastName } of shop.people.slice(0, 3)) {
		const who = { userId, traits: { email, phone, name: lastName } };
		await post(url, "/v1/identify", JSON.stringify(who).slice(0, -3));
		await post(url, "/v1/identify", JSON.stringify(who), "sk_wrong_key");
		await post(url, "/v1/identify", JSON.stringify({ ...who, timestamp: email, messageId: phone }));
		await post(url, "/v1/track", JSON.stringify({ userId, event: `Called ${phone}` }), "wk_canary_8f3b6c1d");
		await fetch(`${url}/v1/profiles/email:${email}`, { headers: { authorization: `Bearer ${email}` } });
	}
}
