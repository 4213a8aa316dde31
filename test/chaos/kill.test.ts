import { afterAll, describe, expect, it } from "vitest";
import { liveThroughKills } from "../../chaos/kill.ts";
import { judge } from "../../chaos/run-story.ts";
import { temporaryFolder } from "../adapters/embedded/temporary-folder.ts";

const { folder, remove } = temporaryFolder();
afterAll(remove);

describe("a server that is killed in the middle of everything", () => {
	it("loses, doubles and makes up nothing, from the request to the receiver of a webhook", async () => {
		const lived = await liveThroughKills({ seed: 11, events: 240, kills: 2, folder });
		expect(judge(lived).flatMap(({ check, wrong }) => wrong.map((words) => `${check}: ${words}`))).toEqual([]);
		expect(lived.world.ledger.of("accepted").size).toBeGreaterThan(180);
		expect(lived.world.ledger.answers.get("no answer")).toBeGreaterThan(0);
	});
});
