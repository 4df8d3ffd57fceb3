import type { Role } from './identity.ts';

/** What a role stands for in Kubernetes: a verb on a resource of the group `kubemend.dev`, which is asked about and stored nowhere. */
export interface RoleAccess {
  readonly resource: string;
  readonly subresource?: string;
  readonly verb: string;
}

/** The API group of the resources that roles are about. */
export const accessGroup = 'kubemend.dev';

/** The question by which the API server is asked about each role. */
export const accessOf: Readonly<Record<Role, RoleAccess>> = {
  viewer: { resource: 'incidents', verb: 'get' },
  approver: { resource: 'incidents', subresource: 'approval', verb: 'update' },
  admin: { resource: 'pauses', verb: 'update' },
};
