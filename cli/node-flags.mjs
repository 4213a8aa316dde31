/**
 * What the pinned Node is started with. Half a gigabyte is more than the server needs; told so, V8 makes do with a third of
 * it instead of taking what is free.
 */
export const NODE_FLAGS = [
	"--disable-warning=ExperimentalWarning",
	"--max-old-space-size=512",
	"--max-semi-space-size=8",
];
