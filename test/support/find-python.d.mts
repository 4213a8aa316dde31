/** The first Python that can import both AWS implementations: `TUTTI_PYTHON`, `.build/python`, then `python3`. */
export function findPython(): string | undefined;
