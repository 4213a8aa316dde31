/**
 * All events of some people who were drawn by lot, but for those that were set aside, with the profile id that each led to then; partitioned by `drawn`, which says
 * when. A condition can be tried out on them in seconds.
 */
export const SAMPLED_EVENTS = "sampled_events";

/** Named as in the archive, and as far as conditions look at them. */
export const SAMPLE_COLUMNS = [
	{ name: "profile_id", type: "string" },
	{ name: "message_id", type: "string" },
	{ name: "type", type: "string" },
	{ name: "event", type: "string" },
	{ name: "source", type: "string" },
	{ name: "group_id", type: "string" },
	{ name: "seed_id", type: "string" },
	{ name: "timestamp", type: "timestamp" },
	{ name: "properties", type: "string" },
	{ name: "traits", type: "string" },
	{ name: "context", type: "string" },
	{ name: "omitted", type: "string" },
] as const;
