type Message = { readonly [field: string]: unknown };
/** One HTTP request: the events that the SDK had gathered. */
export type Request = { readonly at: number; readonly messages: readonly Message[] };

export type Trace = {
	/** Before what is measured: what makes the returning visitors, and the users who log in, known. In any order. */
	readonly before: readonly Request[];
	readonly requests: readonly Request[];
};

export type TraceOptions = {
	/** Events that are measured, about. */
	readonly events: number;
	readonly eventsPerSecond: number;
	readonly eventsPerRequest: number;
	/** @default 0.3 */
	readonly newVisitors?: number;
	/** Of sessions: those in which somebody logs in who was known by another device. @default 0.05 */
	readonly logins?: number;
	/** When returning visitors were last there. @default 24: that they are seen again on another day is written once more */
	readonly awayHours?: number;
	/** People besides, who did one thing and never come again. @default 0 */
	readonly strangers?: number;
};

/** PERFORMANCE.md, "How many events per request": mean 10 events a session, gaps lognormal with a median of 8 seconds. */
const SESSION_EVENTS = 10;
const GAP = { median: 8000, sigma: 1.2 };
const MEAN_GAP = GAP.median * Math.exp(GAP.sigma ** 2 / 2);
/** Longer sessions than this are cut into two. */
const LONGEST = 60;

/**
 * Browser sessions in full swing: at any time as many are under way as the rate needs, in all their stages. A visitor who is new begins
 * within the trace; all others, and whoever logs in, were there before.
 */
export function browserTrace({ events, eventsPerSecond, eventsPerRequest, ...shares }: TraceOptions): Trace {
	const { newVisitors = 0.3, logins = 0.05, awayHours = 24, strangers = 0 } = shares;
	const random = mulberry32(20_261_122);
	const lastsMs = (events / eventsPerSecond) * 1000;
	// sessions that could still be under way when the trace begins, and those that begin in it
	const leadMs = MEAN_GAP * SESSION_EVENTS * 3;
	const sessions = Math.round(((lastsMs + leadMs) / 1000) * (eventsPerSecond / SESSION_EVENTS));
	const before: Request[] = strangersOf(strangers, mulberry32(5));
	const requests: Request[] = [];
	for (let n = 0; n < sessions; n++) {
		const begin = random() * (lastsMs + leadMs) - leadMs;
		const [isNew, logsIn] = [random() < newVisitors, random() < logins];
		const awayMs = awayHours * 3_600_000;
		const session = aSession(n, { begin, lastsMs, eventsPerRequest, isNew, logsIn, awayMs, random });
		if (session.requests.length === 0) continue;
		before.push(...session.before);
		requests.push(...session.requests);
	}
	return { before: before.sort(byTime), requests: requests.sort(byTime) };
}

type Session = {
	readonly begin: number;
	readonly lastsMs: number;
	readonly eventsPerRequest: number;
	readonly isNew: boolean;
	readonly logsIn: boolean;
	readonly awayMs: number;
	readonly random: () => number;
};

/** Its requests within the trace; and of what came before that, as much as makes the visitor known, and logged in where that was then. */
function aSession(n: number, { begin, lastsMs, eventsPerRequest, isNew, logsIn, awayMs, random }: Session): Trace {
	const visitor = { anonymousId: `a-${n.toString(36).padStart(8, "0")}-7f3c-4d19-9b2e-5a6c0d8e1f24`, n };
	const requestsASession = SESSION_EVENTS / eventsPerRequest;
	const length = Math.min(LONGEST, geometric(requestsASession, random));
	const login = { at: logsIn ? Math.ceil(random() * requestsASession) : 0, userId: `user-${n}` };
	const before: Request[] = isNew ? [] : [aRequest(begin - awayMs, visitor, { random, count: 1 })];
	const otherDevice = { ...visitor, anonymousId: `other-${n}` };
	if (logsIn) before.push({ at: begin - awayMs, messages: [loginOf(otherDevice, login, begin)] });
	const requests: Request[] = [];
	let at = begin;
	for (let nth = 1; nth <= length && at < lastsMs; nth++) {
		const { messages } = aRequest(at, visitor, { random, count: eventsPerRequest });
		const isLogin = nth === login.at;
		const request = { at, messages: isLogin ? [loginOf(visitor, login, at), ...messages.slice(1)] : messages };
		if (at >= 0) requests.push(request);
		else if (nth === 1 || isLogin) before.push(request);
		at += gapOf(eventsPerRequest, random);
	}
	return { before, requests };
}

/** Time that passes while so many events gather. */
const gapOf = (events: number, random: () => number): number =>
	Array.from({ length: events }, () => GAP.median * Math.exp(GAP.sigma * normal(random))).reduce(
		(sum, gap) => sum + gap,
		0,
	);

/** Twenty of them a request. */
const strangersOf = (count: number, random: () => number): Request[] =>
	Array.from({ length: Math.ceil(count / 20) }, (_, batch) => ({
		at: -DAY,
		messages: Array.from({ length: 20 }, (__, n) =>
			tracked({ anonymousId: `stranger-${batch * 20 + n}`, n }, "Product Viewed", random),
		),
	}));

/** A server's batches: each of so many events of different users, some of whom come again. */
export function serverTrace({ events, eventsPerSecond, eventsPerRequest }: TraceOptions): Trace {
	const random = mulberry32(7);
	const users = Math.max(1, Math.round(events / 3));
	const one = (n: number, at: number): Message =>
		tracked({ anonymousId: undefined, userId: `server-user-${n}`, n: at * 1000 + n }, "Subscription Renewed", random);
	const before = Array.from({ length: Math.ceil(users / 20) }, (_, batch) => ({
		at: -DAY,
		messages: Array.from({ length: 20 }, (__, n) => one(batch * 20 + n, 0)),
	}));
	const requests = Array.from({ length: Math.round(events / eventsPerRequest) }, (_, nth) => {
		const at = (nth * eventsPerRequest * 1000) / eventsPerSecond;
		const messages = Array.from({ length: eventsPerRequest }, (__, n) =>
			one(Math.floor(random() * users), at + n / 100 + 1),
		);
		return { at, messages };
	});
	return { before, requests };
}

/** One person, known before, who does everything at once: a bot, or a script that imports. */
export function burstTrace({ events, eventsPerSecond, eventsPerRequest }: TraceOptions): Trace {
	const random = mulberry32(99);
	const visitor = { anonymousId: "burst-7f3c-4d19-9b2e-5a6c0d8e1f24", n: 0 };
	const requests = Array.from({ length: Math.round(events / eventsPerRequest) }, (_, nth) =>
		aRequest((nth * eventsPerRequest * 1000) / eventsPerSecond, visitor, { random, count: eventsPerRequest }),
	);
	return { before: [aRequest(-DAY, visitor, { random, count: 1 })], requests };
}

const DAY = 86_400_000;
const byTime = (x: Request, y: Request) => x.at - y.at;

type Visitor = { readonly anonymousId: string | undefined; readonly userId?: string; readonly n: number };

function aRequest(at: number, visitor: Visitor, { random, count }: { random: () => number; count: number }): Request {
	const messages = Array.from({ length: count }, () =>
		random() < 0.3 ? paged(visitor, random) : tracked(visitor, "Product Viewed", random),
	);
	return { at, messages };
}

let sequence = 0;
const common = ({ anonymousId, userId }: Visitor, random: () => number) => ({
	messageId: `ajs-next-${(sequence++).toString(36)}-${Math.floor(random() * 1e15).toString(36)}`,
	...(anonymousId && { anonymousId }),
	...(userId && { userId }),
	context: {
		library: { name: "analytics.js", version: "next-1.78.1" },
		locale: "en-GB",
		timezone: "Europe/Paris",
		userAgent:
			"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36",
		userAgentData: { brands: [{ brand: "Chromium", version: "139" }], mobile: false, platform: "macOS" },
		page: PAGE,
		campaign: { source: "newsletter", medium: "email", name: "autumn" },
	},
	integrations: {},
});

const PAGE = {
	path: "/shop/shoes/trail-runner-3",
	referrer: "https://www.search.example/",
	search: "?colour=red&size=42",
	title: "Trail Runner 3 | The Shop",
	url: "https://shop.example/shop/shoes/trail-runner-3?colour=red&size=42",
};

const tracked = (visitor: Visitor, event: string, random: () => number): Message => ({
	type: "track",
	event,
	...common(visitor, random),
	properties: {
		product_id: `sku-${Math.floor(random() * 10_000)}`,
		name: "Trail Runner 3",
		category: "shoes",
		price: Math.floor(random() * 20_000) / 100,
		currency: "EUR",
		position: Math.floor(random() * 20),
		brand: "Fell & Moor",
		variant: "red-42",
	},
});

const paged = (visitor: Visitor, random: () => number): Message => ({
	type: "page",
	name: "Product",
	...common(visitor, random),
	properties: PAGE,
});

function loginOf(visitor: Visitor, { userId }: { readonly userId: string }, at: number): Message {
	const traits = { email: `${userId}@mail.example`, plan: "free" };
	return { type: "identify", ...common({ ...visitor, userId }, mulberry32(at)), traits };
}

/** 1, 2, 3 … with this mean. */
const geometric = (mean: number, random: () => number): number =>
	mean <= 1 ? 1 : 1 + Math.floor(Math.log(1 - random()) / Math.log(1 - 1 / mean));

const normal = (random: () => number): number =>
	Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** Random numbers that are the same in every run. */
function mulberry32(seed: number): () => number {
	let state = seed | 0;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
	};
}
