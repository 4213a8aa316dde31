import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { listAnswer, type UploadAnswer } from "#contracts/http/lists.ts";
import { temporaryFolder } from "../adapters/embedded/temporary-folder.ts";
import { runTuttiCli } from "../cli/run-tutti.ts";
import { until } from "../support/tutti.ts";
import { openShop, type Shop } from "./shop-in-time.ts";

const { folder, remove } = temporaryFolder();
let shop: Shop;
afterEach(async () => {
	await shop.close();
	remove();
});

const guests = { id: "guests-of-honour", when: { list: "vip" } };

const heard = ({ told }: Shop) =>
	told.map(({ change, userIds, cause }) => `${userIds} ${change}: ${cause.kind}`).sort();
const hears = (count: number) =>
	until(
		async () => heard(shop),
		({ length }) => length >= count,
		60,
	);

/** A part of an upload, as a program would send it. */
async function upload(query: string, ...users: string[]): Promise<UploadAnswer> {
	const { url, adminToken } = shop.address();
	const headers = { authorization: `Bearer ${adminToken}`, "content-type": "text/csv" };
	const body = ["user_id", ...users].join("\n");
	return (
		await fetch(`${url}/v1/lists/vip?${query}`, { method: "POST", headers, body })
	).json() as Promise<UploadAnswer>;
}

describe("a list of people that comes as a file", () => {
	it("moves people once each, through a second upload with a restart in the middle of it, and a third that is the same", async () => {
		shop = await openShop("2026-03-01T00:00:00.000Z", [guests]);
		await shop.send({ type: "identify", userId: "ada", traits: { email: "ada@example.com" } });

		// by the command line: two who are known, by whatever the file has, and one who is not
		const file = join(folder, "vip.csv");
		writeFileSync(file, "user_id,email\n,ada@example.com\nbob,\ncleo,cleo@example.com\n");
		const { url, adminToken } = shop.address();
		const ran = await runTuttiCli(["list", "upload", "vip", file, "--url", url, "--token", adminToken]);
		expect(ran).toMatchObject({ code: 0, stderr: "" });
		const entered = ["ada entered: list", "bob entered: list", "cleo entered: list"];
		expect(await hears(3)).toEqual(entered);

		// by HTTP, in two parts, between which Tutti is restarted: until the last part nothing is in force
		await shop.moveTo("1h");
		const { upload: number, isInForce } = await upload("more=true", "ada", "dora");
		expect([number, isInForce]).toEqual([2, false]);
		await shop.settle();
		await shop.offUntil("1h20m");
		expect(heard(shop)).toEqual(entered);
		expect(await upload(`upload=${number}&part=2`, "cleo", "eve")).toMatchObject({ isInForce: true, rows: 4 });
		const moved = [...entered, "bob exited: list", "dora entered: list", "eve entered: list"].sort();
		expect(await hears(6)).toEqual(moved);

		// the same people again: nobody moves
		await shop.moveTo("1h30m");
		await upload("", "eve", "dora", "cleo", "ada");
		const { lists } = await until(
			() => shop.ask<{ lists: { upload: number }[] }>("/v1/lists"),
			(answer) => answer.lists[0]?.upload === 3,
		);
		expect(lists).toHaveLength(1);
		await until(
			() => shop.ask<{ sizeAt: string; size: number }>("/v1/segments/guests-of-honour"),
			({ sizeAt, size }) => sizeAt === "2026-03-01T01:30:00.000Z" && size === 4,
			60,
		);
		await shop.offUntil("1h40m");
		expect(heard(shop)).toEqual(moved);
		expect(listAnswer.parse(await shop.ask("/v1/lists/vip")).rows).toBe(4);
	});
});
