import type { Moment } from "#domain/model/profile.ts";
import { compareText } from "#domain/rules/compare.ts";

type Origin = Pick<Moment, "at" | "messageId" | "source">;

/** The order of what events said: by event time, of equal times by messageId, then by source. */
export const byTime = (x: Origin, y: Origin): number =>
	compareText(x.at, y.at) || compareText(x.messageId, y.messageId) || compareText(x.source, y.source);
