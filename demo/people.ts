import { CITIES, FIRST_NAMES, LAST_NAMES, MAIL_HOSTS } from "./catalogue.ts";
import type { Chance } from "./random.ts";

/** A customer as the shop would know them if it knew everything: what identity resolution should find out. */
export type Person = {
	readonly userId: string;
	readonly firstName: string;
	readonly lastName: string;
	readonly email: string;
	readonly phone: string;
	readonly city: string;
	readonly country: string;
	readonly tier: "bronze" | "silver" | "gold";
	readonly newsletter: boolean;
	/** Makes an account at some time; the others stay guests for ever. */
	readonly registers: boolean;
	/** Browsers and phones, each with the anonymousId that an SDK would give it. */
	readonly browsers: readonly string[];
	readonly phone_app?: string;
	/** Visits to the web shop, the app and the store over the whole time. */
	readonly visits: { readonly web: number; readonly app: number; readonly store: number; readonly calls: number };
};

const TIERS = [
	"bronze",
	"bronze",
	"bronze",
	"bronze",
	"bronze",
	"bronze",
	"silver",
	"silver",
	"silver",
	"gold",
] as const;
/** One person in twenty shares the household's tablet with the one before. */
const SHARES_TABLET_PERCENT = 5;

export function makePeople(count: number, chance: Chance): Person[] {
	const people: Person[] = [];
	for (let index = 0; index < count; index++) {
		people.push(makePerson(index, chance.fork(index), people[index - 1]));
	}
	return people;
}

function makePerson(index: number, chance: Chance, neighbour: Person | undefined): Person {
	const firstName = chance.pick(FIRST_NAMES);
	const lastName = chance.pick(LAST_NAMES);
	const registers = chance.happens(65);
	const ownBrowsers = Array.from({ length: chance.between(1, 2) }, () => chance.uuid());
	const shared = neighbour?.browsers[0];
	const browsers = shared && chance.happens(SHARES_TABLET_PERCENT) ? [shared, ...ownBrowsers] : ownBrowsers;
	return {
		userId: `cus_${String(index + 1).padStart(5, "0")}`,
		firstName,
		lastName,
		email: `${firstName}.${lastName}.${index + 1}@${chance.pick(MAIL_HOSTS)}`.toLowerCase(),
		phone: `+33 6 ${chance.between(10, 99)} ${chance.between(10, 99)} ${chance.between(10, 99)} ${chance.between(10, 99)}`,
		...chance.pick(CITIES),
		tier: chance.pick(TIERS),
		newsletter: chance.happens(40),
		registers,
		browsers,
		...(registers && chance.happens(35) && { phone_app: chance.uuid() }),
		visits: makeVisits(chance),
	};
}

/** Few come often and most come once or twice, as in any shop. */
function makeVisits(chance: Chance): Person["visits"] {
	const often = chance.happens(12);
	return {
		web: often ? chance.between(3, 9) : chance.between(0, 2),
		app: often ? chance.between(1, 6) : chance.between(0, 1),
		store: chance.happens(30) ? chance.between(1, 3) : 0,
		calls: chance.happens(6) ? 1 : 0,
	};
}
