/** One way an event breaks what was agreed for it. Says where and what, never the value: that may be about a person. */
export type Violation = {
	readonly kind:
		| "unplanned_event"
		| "unplanned_property"
		| "missing_property"
		| "wrong_type"
		| "not_in_enum"
		| "too_long"
		| "trait_too_large"
		| "identifier_too_long"
		| "not_an_identifier"
		| "not_an_email"
		| "not_a_phone_number"
		| "too_many_identifiers"
		| "alias_to_itself"
		| "group_id_too_long"
		| "group_id_blocked";
	/** `event`, or the way to the value: `properties.total`, `context.externalIds.2.id`. */
	readonly path: string;
	readonly description: string;
	/** What became of it: let through, left out of the event, or the whole event set aside. */
	readonly outcome: "allowed" | "omitted" | "quarantined";
};
