import { z } from 'zod';
import type { Intent } from './intent.ts';
import { ResourceRef, resourceKey } from './resource.ts';

/**
 * That kubemend itself has given a workload more replicas than it had, and has not taken them back: `from` is the number before its first
 * act, `to` the one that it wrote last, at `at`.
 */
export const ScaleUp = z
  .strictObject({
    signal: z.literal('scale-up'),
    id: z.string().min(1),
    subject: ResourceRef,
    at: z.number(),
    from: z.number().int(),
    to: z.number().int(),
  })
  .readonly();
export type ScaleUp = z.infer<typeof ScaleUp>;

/** What is left of the scale-ups in a ledger of acts, oldest first, after undos and steps back. Only acts that surely took effect count. */
export function scaleUpsIn(ledger: readonly Intent[]): ScaleUp[] {
  const held = new Map<string, ScaleUp>();
  for (const intent of ledger) {
    const { write, undo, target } = intent;
    if (write.verb !== 'scale' || intent.state !== 'applied') continue;
    const key = target.uid ?? resourceKey(target);
    const from = held.get(key)?.from ?? (undo?.verb === 'scale' ? undo.replicas : write.replicas);
    if (write.replicas <= from) held.delete(key);
    else held.set(key, scaleUpOf(intent, from, write.replicas));
  }
  return [...held.values()];
}

function scaleUpOf({ actionId, target, endedAt, at }: Intent, from: number, to: number): ScaleUp {
  return { signal: 'scale-up', id: `scale-up:${actionId}`, subject: target, at: endedAt ?? at, from, to };
}
