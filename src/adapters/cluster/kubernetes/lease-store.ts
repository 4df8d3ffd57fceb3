import type { Json } from '../../../core/model/write.ts';
import type { Api } from './api.ts';
import { errorOfAnswer } from './api-error.ts';
import { collectionPath } from './kind-source.ts';
import { type LeaseRecord, leaseRecordOf } from './lease-record.ts';

/** One Lease object in the API server. Methods throw an ApiError when there is no answer, or one that is no answer to the question. */
export interface LeaseStore {
  /** Undefined: it does not exist. */
  read(): Promise<LeaseRecord | undefined>;
  /** Creates it (without a record) or replaces the record; false when somebody else was faster. As a `dryRun` it changes nothing. */
  put(record: LeaseRecord | undefined, body: Json, options?: { readonly dryRun: true }): Promise<boolean>;
}

/** The Lease of this name; every request has `deadlineMs`. */
export function createLeaseStore(api: Api, lease: { readonly namespace: string; readonly name: string }, deadlineMs: number): LeaseStore {
  const collection = collectionPath({ apiGroup: 'coordination.k8s.io', version: 'v1', plural: 'leases' }, lease.namespace);
  const path = `${collection}/${lease.name}`;
  return {
    async read() {
      const answer = await api.send({ method: 'GET', path, deadlineMs });
      if (answer.status === 404) return undefined;
      if (answer.status >= 300) throw errorOfAnswer(`GET ${path}`, answer);
      return leaseRecordOf(answer.body);
    },
    async put(record, body, options) {
      const [method, target] = record ? (['PUT', path] as const) : (['POST', collection] as const);
      const query = { fieldManager: 'kubemend', ...(options?.dryRun && { dryRun: 'All' }) };
      const answer = await api.send({ method, path: target, query, body, deadlineMs });
      if (answer.status === 409) return false;
      if (answer.status >= 300) throw errorOfAnswer(`${method} ${target}`, answer);
      return true;
    },
  };
}
