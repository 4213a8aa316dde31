/**
 * How often a law is tried: as often as it says itself in `npm test`, ten thousand times in `npm run nightly`, which finds
 * the laws by the name of this function.
 */
export const lawRuns = (usual = 500): number => Number(process.env.TUTTI_LAW_RUNS ?? usual);

/** The time limit of a law, which grows with its runs: a minute and, on a busy machine, so many ms for each. */
export const lawTime = (runs: number, msEach = 100): { readonly timeout: number } => ({
	timeout: 60_000 + msEach * runs,
});
