type Exceptions = Readonly<Record<string, { readonly reason: string; readonly until: string }>>;

export function readAudit(
	report: unknown,
	exceptions?: Exceptions,
): { readonly unreachable: string } | { readonly findings: readonly string[] };
