/**
 * What the pinned Node is started with. A quarter of a gigabyte is three times what lives in the server after a million events; told
 * so, V8 collects when the heap has grown by less than half, instead of taking what is free. What is new has 8 MB before it is
 * collected: with 16 the pass was quicker by a tenth, and the process larger by 60 MB while it judges a million events.
 */
export const NODE_FLAGS = [
	"--disable-warning=ExperimentalWarning",
	"--max-old-space-size=256",
	"--max-semi-space-size=8",
];

/**
 * What the pinned Node finds in its environment, unless somebody set it otherwise. The memory of glibc's malloc comes from two arenas:
 * one for each thread keeps what every thread has freed. Blocks from 128 KB on are the system's again as soon as they are freed; left
 * to itself, malloc learns from the first of them to keep larger and larger ones. Another libc does not know the names.
 */
export const NODE_ENVIRONMENT = { MALLOC_ARENA_MAX: "2", MALLOC_MMAP_THRESHOLD_: "131072" };
