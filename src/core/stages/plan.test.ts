import { expect, it } from 'vitest';
import { attempt, clusterOf, factsOf, incidentOn } from '../../../test/fakes/acting.ts';
import { fakeClock } from '../../../test/fakes/clock.ts';
import { NOON } from '../../../test/fakes/object-meta.ts';
import { node } from '../../../test/fakes/objects.ts';
import type { Outcome } from '../model/outcome.ts';
import { plan } from './plan.ts';

const lost = node('node-1', { ready: false });
const hypotheses = [{ cause: 'node-failure' as const, confidence: 1, n: 10, because: ['it is lost'], by: 'test' }];
const endedAfter = async (...outcomes: readonly Outcome[]) => {
  const attempts = outcomes.map((outcome) => attempt('give-up', 'pod', { outcome }));
  const incident = incidentOn(lost, [], { attempts, hypotheses });
  return (await plan(incident, factsOf(clusterOf(lost)), { actions: [], clock: fakeClock(NOON) })).incident.reason;
};

it('tells a person what helped and what did not when there is nothing more to try', async () => {
  const rest = 'no action that kubemend has treats this here (likeliest cause: node-failure)';
  expect(await endedAfter('recovered')).toBe(`give-up helped as far as it goes and ${rest}`);
  expect(await endedAfter('unchanged')).toBe(`give-up did not help and ${rest}`);
  expect(await endedAfter('recovered', 'unchanged')).toBe(`give-up helped as far as it goes and give-up did not help and ${rest}`);
});
