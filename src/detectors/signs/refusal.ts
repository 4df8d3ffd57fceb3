/** Who refused to create an object. */
export type Refuser = 'webhook' | 'quota' | 'pod-security' | 'limit-range' | 'policy' | 'service-account' | 'other';

const patterns: readonly (readonly [RegExp, Refuser])[] = [
  [/failed calling webhook "([^"]+)"/, 'webhook'],
  [/admission webhook "([^"]+)" denied/, 'webhook'],
  [/exceeded quota: ([^,\s]+)/, 'quota'],
  [/failed quota: ([^:,\s]+)/, 'quota'],
  [/violates PodSecurity "([^"]+)"/, 'pod-security'],
  [/ValidatingAdmissionPolicy '([^']+)'/, 'policy'],
  [/(?:maximum|minimum) (\S+) usage per/, 'limit-range'],
  [/service ?account "?([^"\s:]+)"?:? (?:was )?not found/i, 'service-account'],
];

/** Reads who refused, and its name, from a message of a controller; the name is undefined when the message has none. */
export function refusalIn(message: string): { readonly by: Refuser; readonly name: string | undefined } {
  for (const [pattern, by] of patterns) {
    const found = pattern.exec(message);
    if (found) return { by, name: found[1] };
  }
  return { by: 'other', name: undefined };
}

/** The refuser as a person reads it: `the quota compute`. */
export function refuserWords({ by, name }: ReturnType<typeof refusalIn>): string {
  switch (by) {
    case 'webhook':
      return `the admission webhook ${name}`;
    case 'quota':
      return `the quota ${name}`;
    case 'pod-security':
      return `Pod Security (${name})`;
    case 'policy':
      return `the admission policy ${name}`;
    case 'limit-range':
      return `a LimitRange (${name})`;
    case 'service-account':
      return `the API server: service account ${name} does not exist`;
    case 'other':
      return 'the API server';
  }
}
