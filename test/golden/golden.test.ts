import { describe, expect, it } from "vitest";
import { backwards, readStory, STORIES } from "./story.ts";
import { tell } from "./tell.ts";

describe.each(STORIES)("$name", ({ name }) => {
	const story = readStory(name);

	it(`ends as written down: ${story.story}`, async () => {
		const ended = await tell(story);
		await expect(`${JSON.stringify(ended, null, 2)}\n`).toMatchFileSnapshot(`${name}/expected.json`);
	});

	it("ends with the same people when everything comes in the opposite order", async () => {
		expect((await tell(backwards(story))).people).toEqual((await tell(story)).people);
	});
});
