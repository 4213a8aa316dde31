import { question } from "./dashboard-widgets.ts";

const runbooks = (...names: readonly string[]) => names.map((name) => `\`docs/runbooks/${name}.md\``).join(", ");

export const IS_IT_UP = question(
	"1 · Is it up?",
	`Normal: no 5xx, and the canary's events are readable within 30 s. ${runbooks("collector-is-failing", "canary-is-missing")}`,
);
export const IS_IT_LATE = question(
	"2 · Is it late?",
	`Normal: messages seconds old, nobody overdue, the archive five minutes behind. ${runbooks("queue-is-behind", "outbox-is-behind", "tick-is-behind", "archive-is-late")}`,
);
export const IS_ANYTHING_LOST = question(
	"3 · Is anything lost?",
	`Normal: no dead letters, no failed calls. What is in quarantine waits for a person and is not lost. ${runbooks("dead-letters", "pass-is-failing", "archive-is-incomplete")}`,
);
export const WHO_IS_AFFECTED = question(
	"4 · Who is affected?",
	`Normal: a few refusals of senders without a key. Which person never stands in a log. ${runbooks("deliveries-fail", "segment-volume", "memberships-repaired")}`,
);
export const HOW_MUCH = question(
	"5 · How much flows, and what is billed?",
	"Compare with the same hour of another day. The canary alone is one request and one message a minute.",
);
