import type { Context } from '../core/context.ts';
import { CoreError } from '../core/errors.ts';
import type { Finding } from '../core/model/finding.ts';
import type { ResourceRef } from '../core/model/resource.ts';
import { isSameResource } from '../core/model/resource.ts';
import type { SickReport } from '../core/plugins.ts';
import { reconcile } from '../core/reconcile.ts';
import { correlate, symptomsIn } from '../core/stages/correlate.ts';
import { detect } from '../core/stages/detect.ts';
import { canProve, healthyRevisions } from '../core/stages/prove.ts';
import { type ClusterView, viewOf } from '../core/view.ts';

/** An incident that keeps moving is left alone after so many phases in one turn, so that others get theirs. */
const MAX_STEPS = 25;

/** What stands healthy is written down so often; a proof may be this much older than the change that it is held against. */
const PROVE_EVERY_MS = 5 * 60_000;

/** What `sick()` answers from: set after each detection cycle. */
export interface Sickbay {
  report: SickReport | undefined;
}

/** The controller's work in two halves, to be called in turn by whoever owns the time. */
export interface Loop {
  /** Looks at the whole cluster once: detects, and opens or joins incidents. Returns what fires. */
  look(): Promise<readonly Finding[]>;
  /** Moves every open incident that is due as far as it goes. Returns how many are open and when the next one is due. */
  mend(): Promise<{ readonly open: number; readonly nextInMs: number | undefined }>;
}

/** Which subjects count. Guards are told of all that is sick in scope; incidents are opened and moved on for what is in focus only. */
export interface Attention {
  readonly inScope: (ref: ResourceRef) => boolean;
  readonly inFocus: (ref: ResourceRef) => boolean;
}

/** Attention for everything. */
export const everything: Attention = { inScope: () => true, inFocus: () => true };

/** Makes the loop over a context. */
export function loopOf(context: Context, sickbay: Sickbay, { inScope, inFocus }: Attention): Loop {
  let provedAt = Number.NEGATIVE_INFINITY;
  return {
    async look() {
      const startedAt = context.clock.now();
      const view = viewOf(context.cluster, startedAt);
      const findings = detect(view, context.detectors).filter((finding) => inScope(finding.subject));
      sickbay.report = { at: view.at, owners: sickOwners(symptomsIn(findings, context), view) };
      await correlate(
        findings.filter(({ subject }) => inFocus(subject) || inFocus(ownerOrSelf(subject, view))),
        view,
        context,
      );
      if (startedAt - provedAt >= PROVE_EVERY_MS && canProve(view)) {
        const healthy = healthyRevisions(view);
        if (healthy.length > 0) await context.store.commit({ healthy, audit: [] });
        provedAt = startedAt;
      }
      context.log.debug('looked', { findings: findings.length, tookMs: context.clock.now() - startedAt });
      return findings;
    },
    async mend() {
      const open = (await context.store.incidents({ open: true })).filter(({ subject }) => inFocus(subject));
      const waits: number[] = [];
      for (const { id } of open) waits.push(await drive(id, context));
      const remaining = waits.filter((wait) => Number.isFinite(wait));
      return { open: remaining.length, nextInMs: remaining.length > 0 ? Math.min(...remaining) : undefined };
    },
  };
}

function sickOwners(findings: readonly Finding[], view: ClusterView): ResourceRef[] {
  const owners = findings.map(({ subject }) => ownerOrSelf(subject, view));
  return owners.filter((owner, index) => owners.findIndex((other) => isSameResource(other, owner)) === index);
}

function ownerOrSelf(subject: ResourceRef, view: ClusterView): ResourceRef {
  const ownership = view.ownerOf(subject);
  return ownership.is === 'owner' ? ownership.owner.meta.ref : subject;
}

/** Moves one incident on until it waits or ends. A retryable failure is logged and met again at the next turn; any other is thrown. */
async function drive(id: string, context: Context): Promise<number> {
  try {
    for (let step = 0; step < MAX_STEPS; step += 1) {
      const next = await reconcile(id, context);
      if (next.done) return Number.POSITIVE_INFINITY;
      if (next.afterMs > 0) return next.afterMs;
    }
    return 0;
  } catch (error) {
    if (!(error instanceof CoreError) || error.code.startsWith('store-')) throw error;
    context.log.warn('incident not moved', { incident: id, code: error.code, retryable: error.retryable, error: error.message });
    return 2_000;
  }
}
