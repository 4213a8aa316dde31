const ISO = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d\.\d{3})Z$/;

/** `YYYY-MM-DD HH:MM:SS.mmm`. A time no engine's timestamp can hold (a year beyond 9999) becomes null. */
export function sqlTime(iso: string): string | null {
	const [, day, time] = ISO.exec(iso) ?? [];
	return day && time ? `${day} ${time}` : null;
}
