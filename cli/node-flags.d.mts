/** What the pinned Node is started with. */
export const NODE_FLAGS: readonly string[];
/** What the pinned Node finds in its environment, unless somebody set it otherwise. */
export const NODE_ENVIRONMENT: Readonly<Record<string, string>>;
