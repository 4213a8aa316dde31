import { describe, expect, it } from "vitest";
import { admission } from "#local/admission.ts";

const LIMITS = { inFlight: 3, waiting: 5 };

function door(waiting: () => number) {
	let ticks = 0;
	let looks = 0;
	const look = async () => {
		looks++;
		return waiting();
	};
	return {
		...admission({ waiting: look, limits: LIMITS, ticks: () => ticks }),
		pass: (ms: number) => {
			ticks += ms;
		},
		looks: () => looks,
	};
}

async function letIn({ enter }: ReturnType<typeof door>) {
	const entry = await enter();
	if ("retryAfterSeconds" in entry) throw new Error("was not let in");
	return entry;
}

describe("who may bring events now", () => {
	it("is as many as may be under way at once, and the next one when one of them leaves", async () => {
		const one = door(() => 0);
		const inside = [await letIn(one), await letIn(one), await letIn(one)];
		expect(await one.enter()).toEqual({ retryAfterSeconds: 1 });
		inside[0]?.leave(true);
		await letIn(one);
		expect(await one.enter()).toHaveProperty("retryAfterSeconds");
	});

	it("is nobody while too much waits for the pass", async () => {
		let waiting = 4;
		const one = door(() => waiting);
		(await letIn(one)).leave(true);
		expect(await one.enter(), "what was brought since the last look counts").toHaveProperty("retryAfterSeconds");
		waiting = 4;
		one.pass(100);
		(await letIn(one)).leave(false);
		await letIn(one);
	});

	it("counts what waits ten times a second and not for each request, and goes on where it cannot be counted", async () => {
		const one = door(() => {
			throw new Error("the database is busy");
		});
		for (let n = 0; n < 50; n++) (await letIn(one)).leave(false);
		expect(one.looks()).toBe(1);
	});

	it("tells those whom it refuses different times, so that they do not all come again at once", async () => {
		const one = door(() => 9);
		const told = [];
		for (let n = 0; n < 5; n++) told.push(await one.enter());
		expect(told).toEqual([1, 2, 3, 4, 1].map((retryAfterSeconds) => ({ retryAfterSeconds })));
	});
});
