import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { deliverySuite } from "./delivery.suite.ts";
import { flowSuite } from "./flow.suite.ts";
import { functionUrlSuite } from "./function-url.suite.ts";
import { iamSuite } from "./iam.suite.ts";
import { type Installation, openInstallation } from "./installation.ts";
import { logsSuite } from "./logs.suite.ts";
import { schedulesSuite } from "./schedules.suite.ts";
import { upgradeSuite } from "./upgrade.suite.ts";

let opened: Installation | undefined;
const installation = (): Installation => {
	if (!opened) throw new Error("nothing is deployed");
	return opened;
};

// What goes wrong here makes every claim below pointless.
beforeAll(async () => {
	opened = await openInstallation();
}, 500_000);
afterAll(() => opened?.close());

// In this order: they share one account, and the last looks back at what the others did.
describe("an installation in an account, as far as an emulator can tell", () => {
	describe("an event", () => flowSuite(installation));
	describe("the collector's own URL", () => functionUrlSuite(installation));
	describe("a delivery", () => deliverySuite(installation));
	describe("a new version", () => upgradeSuite(installation));
	describe("a schedule", () => schedulesSuite(installation));

	describe("the functions' logs", () => logsSuite(installation));

	it("leaves nothing among the dead letters", async () => {
		const deadLetters = await installation().queues("DeadLetters");
		expect(deadLetters).toHaveLength(5);
		for (const QueueUrl of deadLetters) {
			const AttributeNames = ["ApproximateNumberOfMessages" as const];
			const { Attributes } = await installation().sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }));
			expect(Attributes, QueueUrl).toEqual({ ApproximateNumberOfMessages: "0" });
		}
	});

	describe("its permissions", () => iamSuite(installation));
});
