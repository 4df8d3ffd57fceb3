import { z } from 'zod';
import type { Finding } from '../core/model/finding.ts';
import { type Kind, kinds } from '../core/model/objects.ts';
import type { Plan } from '../core/model/plan.ts';
import { defineGuard, type GuardFacts, type Objection } from '../core/plugins.ts';
import { WATCH_MAX_AGE_MS } from '../core/view.ts';
import { limit } from './grounds/limit.ts';
import { ask, unknown } from './grounds/objections.ts';
import { span } from './grounds/span.ts';
import { isTrusted, trustedSeries } from './grounds/trusted-series.ts';

/** How far ahead of our clock a finding may lie, for clocks differ a little between replicas. */
const SKEW_MS = 15_000;

const options = z.strictObject({
  /** How old a watch's last confirmation may be: two intervals and 15 s (safety.md, defaults). */
  maxAgeMs: limit({ standard: WATCH_MAX_AGE_MS, ceiling: WATCH_MAX_AGE_MS }),
  trustedSeries,
});

/** What we know must be fresh: every watch that a finding rests on, and the view of pods and of the target's kind. */
export const evidenceAge = defineGuard({
  name: 'evidence-age',
  options,
  object(plan, facts, { maxAgeMs, trustedSeries: trusted }) {
    if (facts.kind === 'undo') return [];
    const { findings } = facts.incident;
    return [
      ...staleViews(plan, findings, facts, maxAgeMs),
      ...strangeSources(findings, facts),
      ...(findings.some((finding) => isTrusted(finding, trusted)) ? [] : stateless(findings, facts)),
      ...outdated(findings, facts, maxAgeMs),
    ];
  },
});

function staleViews({ target }: Plan, findings: readonly Finding[], { view, now }: GuardFacts, maxAgeMs: number): Objection[] {
  const needed = new Set<Kind>(['Pod', ...findings.flatMap(watchedKinds), ...kinds.filter((kind) => kind === target.kind)]);
  return [...needed].flatMap((kind) => {
    const ageMs = view.ageMs(kind);
    if (ageMs !== undefined && ageMs <= maxAgeMs) return [];
    const age = ageMs === undefined ? 'was never confirmed' : `was last confirmed ${span(ageMs)} ago`;
    return [unknown(`our view of ${kind}s ${age}; at most ${span(maxAgeMs)} is allowed`, { now })];
  });
}

function watchedKinds({ evidence }: Finding): Kind[] {
  return kinds.filter((kind) => evidence.some(({ source }) => source === `watch:${kind}`));
}

/** A source that nobody can ask for its age may be as old as it likes. */
function strangeSources(findings: readonly Finding[], { now }: GuardFacts): Objection[] {
  const known = new Set(['event', 'alert', 'reading', ...kinds.map((kind) => `watch:${kind}`)]);
  const strange = new Set(findings.flatMap(({ evidence }) => evidence.map(({ source }) => source)).filter((source) => !known.has(source)));
  return [...strange].map((source) => unknown(`evidence comes from ${source}, whose age nobody can tell`, { now }));
}

/**
 * Events and alerts have no freshness of their own: without one finding on watched state, an alert may ask and an event may not even
 * that. A reading is not given once its sample is old, but one series alone says how odd a number is, not what is broken: it may ask.
 */
function stateless(findings: readonly Finding[], { now }: GuardFacts): Objection[] {
  if (findings.some((finding) => watchedKinds(finding).length > 0)) return [];
  const isFrom = (wanted: string) => findings.some(({ evidence }) => evidence.some(({ source }) => source === wanted));
  if (isFrom('reading')) return [ask('only series speak for it, and no watched object confirms them')];
  return isFrom('alert')
    ? [ask('only an alert speaks for it, and no sample was read by ourselves')]
    : [unknown('only events speak for it, and no watched object confirms them', { now })];
}

/** At least one finding must have been seen to hold lately; one on series alone does not stand in for those on more. */
function outdated(findings: readonly Finding[], { now }: GuardFacts, maxAgeMs: number): Objection[] {
  const firm = findings.filter(({ evidence }) => evidence.some(({ source }) => source !== 'reading'));
  const ages = (firm.length > 0 ? firm : findings).map(({ at }) => now - at);
  if (ages.some((age) => age < -SKEW_MS))
    return [unknown(`a finding lies ${span(-Math.min(...ages))} in the future: the clock went back`, { now })];
  if (ages.some((age) => age <= maxAgeMs)) return [];
  return [
    unknown(
      ages.length === 0
        ? 'no finding speaks for it'
        : `no finding was seen to hold for ${span(Math.min(...ages))}; at most ${span(maxAgeMs)} is allowed`,
      { now },
    ),
  ];
}
