import { z } from 'zod';
import { Json } from '../../../core/model/write.ts';
import { fieldsAt, numberAt, textAt, textsAt } from './projection/fields.ts';

/** Where the epoch stands on the Lease. */
export const EPOCH_ANNOTATION = 'kubemend.dev/epoch';

const Fields = z.record(z.string(), Json);

/** What a Lease object says. */
export interface LeaseRecord {
  readonly resourceVersion: string;
  /** Empty: nobody holds it. */
  readonly holder: string;
  /** 0: no epoch yet. */
  readonly epoch: number;
  readonly durationMs: number;
  readonly transitions: number;
  readonly raw: unknown;
}

/** Reads a raw Lease; what it does not say is as in one that nobody has held. */
export function leaseRecordOf(raw: unknown): LeaseRecord {
  const epoch = Number(textAt(raw, 'metadata', 'annotations', EPOCH_ANNOTATION) ?? '0');
  return {
    resourceVersion: textAt(raw, 'metadata', 'resourceVersion') ?? '',
    holder: textAt(raw, 'spec', 'holderIdentity') ?? '',
    epoch: Number.isSafeInteger(epoch) && epoch > 0 ? epoch : 0,
    durationMs: (numberAt(raw, 'spec', 'leaseDurationSeconds') ?? 0) * 1000,
    transitions: numberAt(raw, 'spec', 'leaseTransitions') ?? 0,
    raw,
  };
}

/** A change of a Lease. */
export interface LeaseClaim {
  readonly holder: string;
  readonly epoch: number;
  readonly durationMs: number;
  readonly at: number;
  readonly isAcquired: boolean;
}

/** The Lease with this claim in it; of a stored one everything else stays, its resourceVersion (the compare-and-set) included. */
export function claimedLease(
  name: { readonly namespace: string; readonly name: string },
  record: LeaseRecord | undefined,
  claim: LeaseClaim,
): Json {
  const metadata = Fields.parse(fieldsAt(record?.raw, 'metadata'));
  const spec = Fields.parse(fieldsAt(record?.raw, 'spec'));
  const at = microTime(claim.at);
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: {
      ...metadata,
      ...name,
      annotations: { ...textsAt(record?.raw, 'metadata', 'annotations'), [EPOCH_ANNOTATION]: String(claim.epoch) },
    },
    spec: {
      ...spec,
      holderIdentity: claim.holder,
      leaseDurationSeconds: Math.max(1, Math.round(claim.durationMs / 1000)),
      renewTime: at,
      ...(claim.isAcquired && { acquireTime: at, leaseTransitions: (record?.transitions ?? 0) + (record ? 1 : 0) }),
    },
  };
}

/** Kubernetes' MicroTime wants exactly six digits. */
function microTime(at: number): string {
  return new Date(at).toISOString().replace('Z', '000Z');
}
