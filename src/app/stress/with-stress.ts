import { openPodAccess, type PodAccess } from '../../adapters/cluster/kubernetes/pod-access.ts';
import { systemClock } from '../../adapters/system/clock.ts';
import type { Config } from '../config.ts';
import type { StressTarget } from './objections.ts';
import { checkUnchanged, prepareStress, type StressWish } from './prepare-stress.ts';
import { runStress, type StressParts, type StressResult } from './run-stress.ts';

/** What is about to be loaded, where, and as whom. */
export interface StressPlan extends Pick<PodAccess, 'server' | 'user' | 'context'> {
  readonly targets: readonly StressTarget[];
}

/** Whoever decides and watches. */
export interface StressAttendant {
  confirm(plan: StressPlan): Promise<boolean>;
  readonly onProgress: StressParts['onProgress'];
  readonly signal: AbortSignal;
}

/** Prepares a load, has it confirmed, and runs it; undefined when it was not confirmed. Throws what `prepareStress` and `runStress` throw. */
export async function withStress(
  { kubeconfig, context, cluster }: Pick<Config, 'kubeconfig' | 'context' | 'cluster'>,
  wish: StressWish,
  { confirm, onProgress, signal }: StressAttendant,
): Promise<readonly StressResult[] | undefined> {
  const access = await openPodAccess({ kubeconfig, context, cluster }, systemClock);
  try {
    const targets = await prepareStress(access, wish);
    const { server, user, context: named } = access;
    if (signal.aborted || !(await confirm({ server, user, context: named, targets }))) return undefined;
    await checkUnchanged(access, targets);
    return await runStress(targets, { access, load: wish.load, clock: systemClock, onProgress }, signal);
  } finally {
    await access.close();
  }
}
