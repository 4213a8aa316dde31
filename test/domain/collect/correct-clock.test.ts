import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { correctClock, type GivenTimes } from "#domain/collect/correct-clock.ts";
import { moment, readMoment } from "#domain/collect/iso-time.ts";

const received = moment(Date.parse("2026-10-09T12:00:00.000Z"));
const MINUTE = 60_000;

type Given = { readonly [Field in keyof GivenTimes]?: string };

function correct({ sentAt, timestamp, originalTimestamp }: Given, isHistorical = false) {
	const sent = readMoment(sentAt);
	if (sent === "invalid") throw new Error("no time to test with");
	return correctClock({ timestamp, originalTimestamp, sentAt: sent }, { received, isHistorical });
}

describe("correctClock", () => {
	it.each<{ when: string; given: Given; timestamp: string; originalTimestamp: string; sentAt?: string }>([
		{
			when: "the sender's clock is an hour slow",
			given: { timestamp: "2026-10-09T10:59:50.000Z", sentAt: "2026-10-09T11:00:00.000Z" },
			timestamp: "2026-10-09T11:59:50.000Z",
			originalTimestamp: "2026-10-09T10:59:50.000Z",
		},
		{
			when: "the sender's clock is a day fast",
			given: { originalTimestamp: "2026-10-10T11:59:00.000Z", sentAt: "2026-10-10T12:00:00.000Z" },
			timestamp: "2026-10-09T11:59:00.000Z",
			originalTimestamp: "2026-10-10T11:59:00.000Z",
		},
		{
			when: "nothing is said",
			given: {},
			timestamp: received.text,
			originalTimestamp: received.text,
			sentAt: received.text,
		},
		{
			when: "only the sending is said",
			given: { sentAt: "2026-10-01T00:00:00.000Z" },
			timestamp: received.text,
			originalTimestamp: "2026-10-01T00:00:00.000Z",
		},
		{
			when: "the sending is not said",
			given: { timestamp: "2026-10-01T00:00:00.000Z" },
			timestamp: "2026-10-01T00:00:00.000Z",
			originalTimestamp: "2026-10-01T00:00:00.000Z",
			sentAt: received.text,
		},
		{
			when: "the caller of RudderStack's SDK chose a time itself",
			given: {
				timestamp: "2020-01-01T00:00:00.000Z",
				originalTimestamp: "2026-10-09T11:59:59.000Z",
				sentAt: "2026-10-09T12:00:00.000Z",
			},
			timestamp: "2020-01-01T00:00:00.000Z",
			originalTimestamp: "2026-10-09T11:59:59.000Z",
		},
		{
			when: "it happened long ago",
			given: { timestamp: "1970-01-01T00:00:00.000Z" },
			timestamp: "1970-01-01T00:00:00.000Z",
			originalTimestamp: "1970-01-01T00:00:00.000Z",
			sentAt: received.text,
		},
		{
			when: "its clocks contradict each other by ten thousand years",
			given: { timestamp: "0001-01-01T00:00:00.000Z", sentAt: "9999-12-31T00:00:00.000Z" },
			timestamp: "0001-01-01T00:00:00.000Z",
			originalTimestamp: "0001-01-01T00:00:00.000Z",
		},
	])("when $when, it happened at $timestamp", ({ given, timestamp, originalTimestamp, sentAt }) => {
		expect(correct(given)).toEqual({
			timestamp,
			originalTimestamp,
			sentAt: sentAt ?? given.sentAt,
			isFuture: false,
		});
	});

	it.each([
		{ ahead: 10 * MINUTE, isFuture: false, timestamp: "2026-10-09T12:10:00.000Z" },
		{ ahead: 10 * MINUTE + 1, isFuture: true, timestamp: received.text },
	])("clamps what lies $ahead ms ahead: $isFuture", ({ ahead, isFuture, timestamp }) => {
		const originalTimestamp = moment(received.ms + ahead).text;
		expect(correct({ timestamp: originalTimestamp })).toMatchObject({ isFuture, timestamp, originalTimestamp });
	});

	it("keeps the time of what is imported, whatever the clock of the sender says now", () => {
		const given = { timestamp: "2024-05-05T05:05:05.000Z", sentAt: "2026-10-09T11:00:00.000Z" };
		expect(correct(given, true)).toMatchObject({ timestamp: "2024-05-05T05:05:05.000Z" });
	});

	it("names the field that is no time", () => {
		expect(correct({ timestamp: "soon" })).toBe("timestamp");
		expect(correct({ originalTimestamp: "soon" })).toBe("originalTimestamp");
	});

	it("gives the same time whatever the sender's clock was set to", () => {
		const offset = fc.integer({ min: -1e12, max: 1e12 });
		fc.assert(
			fc.property(offset, fc.nat(1e9), (wrongBy, before) => {
				const sent = received.ms + wrongBy;
				const given = { timestamp: moment(sent - before).text, sentAt: moment(sent).text };
				expect(correct(given)).toMatchObject({ timestamp: moment(received.ms - before).text });
			}),
		);
	});
});
