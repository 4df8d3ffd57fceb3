/** The metrics API of a real cluster, by a real metrics-server. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { openKubernetesCluster } from '../../src/adapters/cluster/kubernetes/kubernetes-cluster.ts';
import { metricsApiSource } from '../../src/adapters/sources/metrics-api/metrics-api-source.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import { amountOf } from '../../src/core/model/quantity.ts';
import type { SampleBlock } from '../../src/core/model/samples.ts';
import { quietLogger } from '../fakes/logger.ts';
import { asAdmin, bed, bodyOf, cleanUp, deploy, field, hasNode, kubectl, newNamespace, rolledOut, waitFor } from './harness.ts';

const APISERVICE = '/apis/apiregistration.k8s.io/v1/apiservices/v1beta1.metrics.k8s.io';
const has = (await hasNode()) && (await (await asAdmin()).get(APISERVICE)).status === 200;

afterAll(cleanUp, 120_000);

describe.skipIf(!has)('the metrics API', () => {
  test('is read for every container and node, says when it is not there, and is taken up again', async () => {
    const namespace = await newNamespace({ optedIn: false });
    const cart = await deploy(namespace, { name: 'cart', replicas: 2 });
    await rolledOut(cart);
    const path = `/apis/metrics.k8s.io/v1beta1/namespaces/${namespace}/pods`;
    await waitFor(
      'both pods are measured',
      async () => {
        const items = field((await (await asAdmin()).get(path)).body, 'items');
        return Array.isArray(items) && items.length === 2;
      },
      90_000,
    );
    const cluster = await openKubernetesCluster({
      kubeconfig: (await bed()).kubeconfig,
      clock: systemClock,
      log: quietLogger,
      standsForElection: false,
    });
    const source = metricsApiSource({
      cluster: 'default',
      clock: systemClock,
      intervalMs: 1_000,
      getJson: (at, signal) => cluster.getJson(at, signal),
    });
    const stop = new AbortController();
    const told = new Map<string, SampleBlock>();
    const streaming = (async () => {
      for await (const block of source.stream(stop.signal)) told.set(block.metric, block);
    })();
    try {
      const ours = await waitFor('containers are told', async () => {
        const block = told.get('memoryBytes');
        const values =
          block?.subjects.flatMap(({ ref }, index) => (ref.namespace === namespace ? [[ref.name, block.values[index]] as const] : [])) ??
          [];
        const theirs = await measured(path);
        return values.length === 2 && values.every(([name, value]) => theirs.get(name) === value);
      });
      expect(ours).toBe(true);
      expect([...told.keys()].toSorted()).toEqual(['cpuCores', 'memoryBytes', 'nodeCpuCores', 'nodeMemoryBytes']);
      expect(told.get('nodeMemoryBytes')?.subjects.map(({ ref }) => ref.name)).toContain((await bed()).node);
      expect(source.health()).toEqual({ ageMs: expect.any(Number), dropped: expect.any(Object) });

      const service = bodyOf(await (await asAdmin()).get(APISERVICE));
      await kubectl(['delete', 'apiservice', 'v1beta1.metrics.k8s.io']);
      try {
        await waitFor('the lack is told', async () => /no metrics API.*install metrics-server/.test(source.health().problem ?? ''));
      } finally {
        const { metadata, spec } = z.looseObject({ metadata: z.looseObject({ name: z.string() }), spec: z.unknown() }).parse(service);
        const back = {
          apiVersion: 'apiregistration.k8s.io/v1',
          kind: 'APIService',
          metadata: { name: metadata.name, labels: metadata.labels },
          spec,
        };
        await kubectl(['apply', '-f', '-'], JSON.stringify(back));
      }
      await waitFor('it is taken up again', async () => source.health().problem === undefined, 60_000);
      await sleep(100);
      expect(source.health().ageMs).toBeLessThan(10_000);
    } finally {
      stop.abort();
      await streaming;
      await cluster.stop();
    }
  });
});

async function measured(path: string): Promise<ReadonlyMap<string, number | undefined>> {
  const List = z.object({
    items: z.array(
      z.object({ metadata: z.object({ name: z.string() }), containers: z.array(z.object({ usage: z.object({ memory: z.string() }) })) }),
    ),
  });
  const { items } = List.parse(bodyOf(await (await asAdmin()).get(path)));
  return new Map(items.map(({ metadata, containers }) => [metadata.name, amountOf(containers[0]?.usage.memory)]));
}
