import type { Person } from "#demo/people.ts";

/** Something about a person that stands where nothing about a person may stand: what kind, and around it, without the thing itself. */
export type Leak = { readonly kind: string; readonly around: string };

type Needle = { readonly kind: string; readonly text: string };

const AROUND = 80;

/**
 * A search for everything that these people could be known by: e-mail, telephone however it is spelled, user id, the ids of
 * their browsers and apps, first and last name. Names are whole words, capitalised as in a name, for some are words too.
 */
export function personalDataFinder(people: readonly Person[], more: readonly string[] = []) {
	const needles = [...people.flatMap(needlesOf), ...more.map((text) => ({ kind: "other", text }))];
	const names = new Set(people.flatMap(({ firstName, lastName }) => [firstName, lastName]));
	return {
		/** How many different things are looked for. */
		size: new Set(needles.map(({ text }) => text)).size + names.size,
		find(text: string): Leak[] {
			const lower = text.toLowerCase();
			const words = new Set(text.match(/\p{L}+/gu));
			const leaks = needles.flatMap(({ kind, text: needle }) => {
				const at = lower.indexOf(needle.toLowerCase());
				return at < 0 ? [] : [leak(kind, text, at, needle.length)];
			});
			const named = [...names].filter((name) => words.has(name));
			return [...leaks, ...named.map((name) => leak("name", text, text.indexOf(name), name.length))];
		},
	};
}

function needlesOf(person: Person): Needle[] {
	const digits = person.phone.replaceAll(/\D/g, "");
	return [
		{ kind: "email", text: person.email },
		{ kind: "phone", text: person.phone },
		{ kind: "phone", text: digits },
		{ kind: "phone", text: `0${digits.slice(2)}` },
		{ kind: "user id", text: person.userId },
		...person.browsers.map((text) => ({ kind: "browser", text })),
		...(person.phone_app ? [{ kind: "app", text: person.phone_app }] : []),
	];
}

const leak = (kind: string, text: string, at: number, length: number): Leak => ({
	kind,
	around: `${text.slice(Math.max(0, at - AROUND), at)}█${text.slice(at + length, at + length + AROUND)}`,
});
