import { resourceName } from '../../core/model/resource.ts';
import { eventsAbout, evidenceOf } from '../../core/model/timeline.ts';
import { defineStateDetector, firing, quiet, unknown } from '../define-state-detector.ts';
import { duration, instant, oneLine } from '../signs/words.ts';

/** Provisioning a volume takes up to minutes with the common drivers. */
const PROVISIONING_MS = 5 * 60_000;
/** The volume controller speaks of a pending claim at least so often (its events are thinned to one in five minutes). */
const FRESH_MS = 15 * 60_000;
/** Reasons of the volume controller and of provisioners: it waits by intent for a pod, or it seeks a volume. */
const waits = ['WaitForFirstConsumer', 'WaitForPodScheduled'];
const seeks = ['ProvisioningFailed', 'FailedBinding', 'ExternalProvisioning', 'Provisioning', 'VolumeMismatch'];

/**
 * Fires when a claim stays Pending although a volume has been sought for five minutes, or when its volume is lost. A claim that waits for its
 * first consumer (WaitForFirstConsumer) is quiet: the volume controller's own events tell the two apart.
 */
export const pvcPending = defineStateDetector({
  name: 'pvc-pending',
  watches: ['PersistentVolumeClaim'],
  needs: ['Event'],
  detect(claim, timeline) {
    const { now } = timeline;
    if (claim.meta.deletedAt !== undefined || claim.phase === 'Bound' || now - claim.meta.createdAt < PROVISIONING_MS) return quiet;
    if (claim.phase === 'Lost')
      return firing(`${resourceName(claim.meta.ref)} has lost its volume ${claim.volumeName ?? ''}`.trim(), 0.95, [evidenceOf(claim)]);
    const said = eventsAbout(timeline, claim.meta.ref).filter((event) => now - event.at <= FRESH_MS);
    const last = said.findLast((event) => waits.includes(event.reason) || seeks.includes(event.reason));
    if (!last) return unknown('the volume controller has not said what the claim waits for');
    if (waits.includes(last.reason)) return quiet;
    const waitedUntil = Math.max(0, ...said.filter((event) => waits.includes(event.reason)).map((event) => event.at));
    const sought = said.filter((event) => seeks.includes(event.reason) && event.at > waitedUntil);
    const since = Math.min(...sought.map((event) => event.firstAt));
    if (now - since < PROVISIONING_MS) return unknown(`a volume has been sought only since ${instant(since)}`);
    const summary = `${resourceName(claim.meta.ref)} has sought a volume for ${duration(now - since)} (since ${instant(since)}), class ${claim.storageClass ?? '(none)'}, ${last.reason}: ${oneLine(last.message)}`;
    return firing(summary, 0.85, [evidenceOf(claim), ...sought.map((event) => event.id)]);
  },
});
