import { asAdmin } from './bed.ts';
import { bodyOf, field } from './kube-client.ts';

/** One Kubernetes event of kubemend's. */
export interface Shown {
  readonly reason: unknown;
  readonly count: unknown;
  readonly message: unknown;
  readonly reporter: unknown;
  readonly uid: unknown;
}

/** The events of kubemend about an object, found by its name as `kubectl describe` does. */
export async function told(namespace: string, name: string): Promise<readonly Shown[]> {
  const path = `/api/v1/namespaces/${namespace}/events?fieldSelector=involvedObject.name%3D${name}%2CreportingComponent%3Dkubemend.dev%2Fkubemend`;
  const items = field(bodyOf(await (await asAdmin()).get(path)), 'items');
  return (Array.isArray(items) ? items : []).map((event) => ({
    reason: field(event, 'reason'),
    count: field(event, 'count'),
    message: field(event, 'message'),
    reporter: field(event, 'reportingComponent'),
    uid: field(event, 'involvedObject.uid'),
  }));
}
