/** What the pinned Node is started with. */
export const NODE_FLAGS: readonly string[];
