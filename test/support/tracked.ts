/** When everything happens in tests that are not about time. */
export const AT = "2026-03-01T10:00:00.000Z";
