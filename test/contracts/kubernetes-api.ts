import { describe } from 'vitest';
import { accessContract } from './kubernetes-api/access.ts';
import { discoveryContract } from './kubernetes-api/discovery.ts';
import { dryRunContract } from './kubernetes-api/dry-run.ts';
import { eventContract } from './kubernetes-api/events.ts';
import { garbageContract } from './kubernetes-api/garbage.ts';
import { leaseContract } from './kubernetes-api/leases.ts';
import { lifeCycleContract } from './kubernetes-api/life-cycle.ts';
import { metricsContract } from './kubernetes-api/metrics.ts';
import { patchingContract } from './kubernetes-api/patching.ts';
import { podContract } from './kubernetes-api/pods.ts';
import { readingContract } from './kubernetes-api/reading.ts';
import { reviewContract } from './kubernetes-api/reviews.ts';
import { scalingContract } from './kubernetes-api/scaling.ts';
import type { Given } from './kubernetes-api/under-test.ts';
import { watchContract } from './kubernetes-api/watching.ts';
import { writingContract } from './kubernetes-api/writing.ts';

export type { ApiUnderTest } from './kubernetes-api/under-test.ts';

/** What every Kubernetes API does with the requests that kubemend and its operators send: verb × resource × error. */
export function kubernetesApiContract(given: Given): void {
  describe('the life of an object:', () => lifeCycleContract(given));
  describe('reading:', () => readingContract(given));
  describe('writing:', () => writingContract(given));
  describe('patching:', () => patchingContract(given));
  describe('a dry run:', () => dryRunContract(given));
  describe('scaling:', () => scalingContract(given));
  describe('pods:', () => podContract(given));
  describe('access:', () => accessContract(given));
  describe('reviews:', () => reviewContract(given));
  describe('events:', () => eventContract(given));
  describe('discovery:', () => discoveryContract(given));
  describe('metrics:', () => metricsContract(given));
  describe('leases:', () => leaseContract(given));
  describe('what is owned:', () => garbageContract(given));
  describe.concurrent('a watch:', () => watchContract(given));
}
