import type { Workload } from '../../../../core/model/objects.ts';
import { at, textAt } from './fields.ts';

/**
 * How many pods a rolling update of this raw workload may take at once, by Kubernetes' own defaults and rounding; undefined for every
 * other strategy. What cannot be read counts as all of them.
 */
export function maxUnavailableOf(kind: Workload['kind'], raw: unknown, replicas: number): number | undefined {
  const field = kind === 'Deployment' ? 'strategy' : 'updateStrategy';
  if ((textAt(raw, 'spec', field, 'type') ?? 'RollingUpdate') !== 'RollingUpdate') return undefined;
  const given = (name: string) => at(raw, 'spec', field, 'rollingUpdate', name);
  const [unavailable, surge] = [given('maxUnavailable'), given('maxSurge')];
  const rule = rules[kind];
  const taken = rule.round(shareOf(unavailable ?? rule.unavailable, replicas));
  const added = Math.ceil(shareOf(surge ?? rule.surge, replicas));
  return Math.min(replicas, taken === 0 && added === 0 ? 1 : taken);
}

/** Kubernetes API reference, DeploymentStrategy, DaemonSetUpdateStrategy, StatefulSetUpdateStrategy: of the three only a Deployment rounds down. */
const rules = {
  Deployment: { unavailable: '25%', surge: '25%', round: Math.floor },
  DaemonSet: { unavailable: 1, surge: 0, round: Math.ceil },
  StatefulSet: { unavailable: 1, surge: 0, round: Math.ceil },
} as const;

/** A count, or a percentage of the replicas; not rounded yet. */
function shareOf(value: unknown, replicas: number): number {
  if (typeof value === 'number' && value >= 0) return value;
  const [, percent] = typeof value === 'string' ? (/^(\d+)%$/.exec(value) ?? []) : [];
  return percent === undefined ? replicas : (Number(percent) * replicas) / 100;
}
