/** What a caller may do; each role includes the ones before it. */
export const roles = ['viewer', 'approver', 'admin'] as const;
export type Role = (typeof roles)[number];

/** Who is calling, and what they may do. */
export interface Identity {
  /** As it stands in the audit: `user:alice`. */
  readonly name: string;
  /** Whether the caller has this role in a namespace; `undefined` means the whole cluster. Throws `cluster-unreachable` when nobody can say. */
  may(role: Role, namespace: string | undefined): Promise<boolean>;
}

/** Tells who is behind a bearer token. */
export interface IdentitySource {
  /** Undefined when the token is nobody's; throws `cluster-unreachable` when nobody can say. */
  identify(bearer: string): Promise<Identity | undefined>;
}
