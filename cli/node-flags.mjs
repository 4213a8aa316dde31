/**
 * What the pinned Node is started with. A quarter of a gigabyte is three times what lives in the server after a million events; told
 * so, V8 collects when the heap has grown by less than half, instead of taking what is free.
 */
export const NODE_FLAGS = [
	"--disable-warning=ExperimentalWarning",
	"--max-old-space-size=256",
	"--max-semi-space-size=4",
];

/**
 * What the pinned Node finds in its environment, unless somebody set it otherwise. The memory of glibc's malloc comes from two arenas:
 * one for each thread keeps what every thread has freed. Another libc does not know the name.
 */
export const NODE_ENVIRONMENT = { MALLOC_ARENA_MAX: "2" };
