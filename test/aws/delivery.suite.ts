import { beforeAll, expect, it } from "vitest";
import { deliveriesAnswer, redriveAnswer } from "#contracts/http/deliveries.ts";
import { eventually } from "./eventually.ts";
import type { Installation } from "./installation.ts";
import { identify } from "./senders.ts";
import type { Received } from "./vendor.ts";

/** Derived events, to a vendor that is not ours: told, refused by, and told again once it has been mended. */
export function deliverySuite(installation: () => Installation): void {
	let grace: string;
	beforeAll(async () => {
		grace = await installation().seedIdOf("grace");
	});

	const toldOf = (profileId: string, status: number): Promise<Received> =>
		eventually(`the vendor to be told, and to answer ${status}`, async () =>
			installation().vendor.received.find(
				({ body, ...each }) =>
					(body.data.profile as { profileId: string }).profileId === profileId && each.status === status,
			),
		);
	const deliveryOf = async (profileId: string) => {
		const { deliveries } = deliveriesAnswer.parse(await installation().ask("/v1/deliveries?destination=crm-webhook"));
		return deliveries.find((delivery) => delivery.profileId === profileId);
	};

	it("tells the vendor that a person entered a segment, signed so that the vendor can tell who says it", async () => {
		const { body, isSigned } = await toldOf(await installation().seedIdOf("ada"), 204);
		expect(isSigned).toBe(true);
		expect(body).toMatchObject({ type: "segment.entered", data: { segmentId: "gold-members" } });
	});

	it("sets aside what the vendor refuses, for a person to look at", async () => {
		const { url, vendor } = installation();
		vendor.answerWith(422);
		await identify(url, { userId: "grace", traits: { email: "grace@example.com", tier: "gold" } });
		await toldOf(grace, 422);
		const dead = await eventually("the delivery to be dead", async () => {
			const delivery = await deliveryOf(grace);
			return delivery?.state === "dead" ? delivery : undefined;
		});
		expect(dead).toMatchObject({ round: 1, attempts: [{ outcome: "refused", status: 422 }] });
	});

	it("delivers it when the vendor is mended and somebody says: again", async () => {
		const { vendor, ask } = installation();
		vendor.answerWith(204);
		const again = redriveAnswer.parse(await ask("/v1/deliveries/redrive", { destination: "crm-webhook" }));
		expect(again).toEqual({ redriven: 1, examined: 1, isComplete: true });
		const second = await toldOf(grace, 204);
		expect(second).toMatchObject({ isSigned: true, body: { type: "segment.entered" } });
		// The same delivery: a vendor that had taken it after all would know it by its id.
		expect(vendor.received.filter(({ id }) => id === second.id).map(({ status }) => status)).toEqual([422, 204]);
		const delivered = await eventually("the log to say so", async () => {
			const delivery = await deliveryOf(grace);
			return delivery?.state === "delivered" ? delivery : undefined;
		});
		expect(delivered).toMatchObject({ round: 2 });
	});
}
