import {
	DeleteMessageCommand,
	GetQueueAttributesCommand,
	ReceiveMessageCommand,
	SendMessageCommand,
	SetQueueAttributesCommand,
} from "@aws-sdk/client-sqs";
import { expect, it } from "vitest";
import { profileAnswer } from "#contracts/http/profiles.ts";
import { readArchive } from "./archive-files.ts";
import { editAssembly } from "./assembly.ts";
import { eventually } from "./eventually.ts";
import type { Installation } from "./installation.ts";
import { identify } from "./senders.ts";

const PASS = "unify/process-events";
/** How often recompute, reconcile and resolve-again look, in `dev` and in the next version. */
const LOOKS = ["rate(15 minutes)", "rate(1 minute)"] as const;

/**
 * Two versions over the first: one whose pass cannot even start, and one that is well again and looks more often. What
 * was there stays; what came meanwhile waits among the dead letters, and is sent again by the runbook.
 */
export function upgradeSuite(installation: () => Installation): void {
	const traitsOf = async (userId: string) => {
		const answer = await installation()
			.ask(`/v1/profiles/user_id:${userId}`)
			.catch(() => undefined);
		return answer === undefined ? undefined : profileAnswer.parse(answer).traits;
	};
	const isSaid = (userId: string, tier: string) => async () =>
		(await traitsOf(userId))?.tier === tier ? true : undefined;
	const queue = async (part: string): Promise<string> => {
		const [url, ...more] = await installation().queues(part);
		if (!url || more.length > 0) throw new Error(`${part}: ${1 + more.length} queues, or none`);
		return url;
	};
	const waiting = async (QueueUrl: string): Promise<number> => {
		const AttributeNames = ["ApproximateNumberOfMessages" as const];
		const { Attributes } = await installation().sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }));
		return Number(Attributes?.ApproximateNumberOfMessages);
	};

	it("takes events in while a bad release cannot process them, and gives each up to the dead letters", async () => {
		const { url, sqs, deployVersion } = installation();
		await deployVersion((assembly) =>
			editAssembly(assembly, {
				code: (entry, code) => (entry === PASS ? `throw new Error("a bad release");\n${code}` : code),
				template: (text) => text,
			}),
		);
		// Five receives take half an hour otherwise.
		const Attributes = { VisibilityTimeout: "1" };
		await sqs.send(new SetQueueAttributesCommand({ QueueUrl: await queue("ProcessEventsQueue"), Attributes }));
		await identify(url, { userId: "hedy", traits: { email: "hedy@example.com", tier: "gold" } });
		const deadLetters = await queue("ProcessEventsDeadLetters");
		await eventually("the dead letter", async () => ((await waiting(deadLetters)) === 1 ? true : undefined));
		expect(await traitsOf("hedy")).toBeUndefined();
	});

	it("deploys a new version over it with all data kept, and new events flow", async () => {
		const { url, deployVersion, outputs, s3, made } = installation();
		const archived = (await readArchive(s3, made("ArchiveBucketName"))).map(({ row }) => row.message_id);
		const again = await deployVersion((assembly) =>
			editAssembly(assembly, {
				code: (_entry, code) => `${code}\n// the next version\n`,
				template: (text) => text.replaceAll(...LOOKS),
			}),
		);
		expect(again).toEqual(outputs);
		expect(await traitsOf("ada")).toMatchObject({ email: "ada@example.com", tier: "gold" });
		const kept = (await readArchive(s3, made("ArchiveBucketName"))).map(({ row }) => row.message_id);
		expect(archived.length).toBeGreaterThan(3);
		expect(kept).toEqual(expect.arrayContaining(archived));
		await identify(url, { userId: "ada", traits: { tier: "silver" } });
		await eventually("the trait of the new event", isSaid("ada", "silver"));
	});

	it("processes what waited among the dead letters, once it is sent again", async () => {
		const [deadLetters, source] = [await queue("ProcessEventsDeadLetters"), await queue("ProcessEventsQueue")];
		await moveTask(installation(), deadLetters, source);
		// Who somebody is, is written before what is said of him.
		await eventually("the trait of the dead letter", isSaid("hedy", "gold"));
		expect(await waiting(deadLetters)).toBe(0);
	});
}

/** What the runbook's `start-message-move-task` does, which the emulator has not: receive, send, delete. */
async function moveTask({ sqs }: Installation, from: string, to: string): Promise<void> {
	for (;;) {
		const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: from, MaxNumberOfMessages: 10 }));
		if (Messages.length === 0) return;
		for (const { Body, ReceiptHandle } of Messages) {
			await sqs.send(new SendMessageCommand({ QueueUrl: to, MessageBody: Body }));
			await sqs.send(new DeleteMessageCommand({ QueueUrl: from, ReceiptHandle }));
		}
	}
}
