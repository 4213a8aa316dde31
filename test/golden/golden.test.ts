import { describe, expect, it } from "vitest";
import { backwards, readStory, STORIES } from "./story.ts";
import { tell } from "./tell.ts";

describe.each(STORIES)("$name", ({ name }) => {
	const story = readStory(name);

	it(`ends as written down: ${story.story}`, async () => {
		const { ended } = await tell(story);
		await expect(`${JSON.stringify(ended, null, 2)}\n`).toMatchFileSnapshot(`${name}/expected.json`);
	});

	it("ends with the same people when everything comes in the opposite order", async () => {
		const { ended, said } = await tell(story);
		const turned = await tell(backwards(story, said));
		expect(turned.ended.people).toEqual(ended.people);
		expect(turned.ended.decided?.map(({ status }) => status)).toEqual(story.decisions && said.map(() => 200));
	});
});
