/** Why one event was rejected by itself: the stable codes, with the words they are answered with. */
export const REJECTIONS = {
	not_an_object: "an event must be a JSON object",
	missing_type: "an event of a batch must say its type",
	unknown_type: "the type must be track, identify, page, screen, group or alias",
	type_mismatch: "the type must be the one the path says",
	type_not_allowed: "this write key may not send events of this type",
	missing_event: "a track event must name what happened in event",
	missing_id: "an event must carry a userId or an anonymousId",
	missing_group_id: "a group event must carry a groupId",
	missing_previous_id: "an alias event must carry a previousId",
	wrong_type: "this field has a type that the spec does not allow",
	invalid_timestamp: "a time must be ISO 8601 or a number since 1970, between the years 1 and 9999",
	message_id_too_long: "a messageId has at most 100 characters",
	event_too_large: "an event has at most 32 KB",
	too_deep: "JSON may be nested at most 64 levels",
	forbidden_key: "the keys __proto__ and constructor.prototype are not allowed",
	nul_character: "text must not contain the NUL character",
	invalid_unicode: "text must not contain half of a surrogate pair",
} as const;

export type RejectionCode = keyof typeof REJECTIONS;

/** Why a whole request was refused: the stable codes with their statuses. Nothing of it was accepted. */
export const REFUSALS = {
	body_not_json: { status: 400, detail: "The body is not JSON." },
	body_not_object: { status: 400, detail: "The body must be a JSON object." },
	body_not_utf8: { status: 400, detail: "The body is not valid UTF-8." },
	bad_encoding: { status: 400, detail: "The body could not be decoded: gzip, deflate and identity are understood." },
	missing_batch: { status: 400, detail: "The body must have a batch, which is a list of events." },
	bad_shared_field: {
		status: 400,
		detail:
			"The batch's own context or integrations, which all its events share, must be an object that an event may have.",
	},
	missing_key: {
		status: 401,
		detail: "Send the write key as the user of Basic, as writeKey in the body, or as ?writeKey=.",
	},
	unknown_key: { status: 401, detail: "No source has this write key." },
	source_disabled: { status: 403, detail: "The source of this write key is switched off." },
	origin_not_allowed: { status: 403, detail: "This write key may not be used from this origin." },
	not_found: { status: 404, detail: "There is nothing at this path." },
	method_not_allowed: { status: 405, detail: "This path does not take this method; see the Allow header." },
	body_too_large: { status: 413, detail: "A request has at most 500 KB, decompressed." },
	too_many_events: { status: 413, detail: "A request has at most 2,500 events." },
	rejected_in_strict_mode: {
		status: 422,
		detail: "Events were rejected, and this request wanted all of them or none.",
	},
	rate_limited: { status: 429, detail: "This source sends more than its rate; try again after Retry-After seconds." },
	internal_error: { status: 500, detail: "Something unforeseen happened. It was logged." },
	unavailable: { status: 503, detail: "The events could not be handed on; try again after Retry-After seconds." },
} as const satisfies Record<string, { readonly status: number; readonly detail: string }>;

export type RefusalCode = keyof typeof REFUSALS;
