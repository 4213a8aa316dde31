/** A time of the archive (`YYYY-MM-DD HH:MM:SS.mmm`, UTC) as ISO 8601; null stays null. */
export const isoTime = (text: string | null): string | null => text && `${text.replace(" ", "T")}Z`;
