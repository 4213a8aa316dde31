import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { News } from "#domain/activate/delivery.ts";
import type { BusEntry } from "#domain/model/ports.ts";
import { aboutOf, type Heard } from "./listener.ts";

type Body = {
	readonly type: string;
	readonly timestamp: string;
	readonly data: { readonly profile: { profileId: string; traits: object; identifiers: object[] } } & Record<
		string,
		unknown
	>;
};

/**
 * A receiver of webhooks on this machine that remembers, by `webhook-id`, what it was sent. Of every `failsEach` requests it
 * takes one and answers 500 all the same.
 */
export async function webhookListener(failsEach = Number.POSITIVE_INFINITY) {
	const heard = new Map<string, Heard>();
	const bodies: Body[] = [];
	let requests = 0;
	const take = async (request: IncomingMessage, response: ServerResponse) => {
		const body = JSON.parse(await textOf(request)) as Body; // what a webhook of ours sends
		const deliveryId = String(request.headers["webhook-id"]);
		const news = newsIn(body);
		const before = heard.get(deliveryId);
		if (before) {
			before.times++;
			before.isAmbiguous ||= aboutOf(before.news) !== aboutOf(news);
		} else heard.set(deliveryId, { deliveryId, news, times: 1, isAmbiguous: false });
		bodies.push(body);
		response.writeHead(++requests % failsEach === 0 ? 500 : 204).end();
	};
	const server = createServer((request, response) => void take(request, response).catch(() => response.destroy()));
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
		heard,
		/** The changes of segments as the bus had them, as far as the receiver can know: it asks for all. */
		asBusEntries: (): BusEntry[] => bodies.flatMap((body) => entryOf(body)),
		close: () =>
			new Promise<void>((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
}

async function textOf(request: IncomingMessage): Promise<string> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk as Buffer);
	return Buffer.concat(chunks).toString("utf8");
}

function newsIn({ type, timestamp, data: { profile, ...data } }: Body): News {
	const kind = type === "event.processed" ? "event" : type.replace("segment.", "");
	return { kind, ...data, at: timestamp, person: profile } as unknown as News; // the fields that a webhook's body has of it
}

function entryOf({ type, timestamp, data: { profile, ...data } }: Body): BusEntry[] {
	if (type === "event.processed") return [];
	const detailType = type === "segment.entered" ? "SegmentEntered" : "SegmentExited";
	const detail = { version: 1, segmentVersion: 1, at: timestamp, cause: { kind: "event" }, ...profile, ...data };
	return [{ source: "tutti.segment", detailType, detail }];
}
