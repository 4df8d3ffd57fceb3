import { afterAll, beforeAll, describe } from 'vitest';
import { sendTo } from '../../test/contracts/kubernetes-api/send.ts';
import { type ApiUnderTest, kubernetesApiContract } from '../../test/contracts/kubernetes-api.ts';
import { type ApiServer, startApiServer } from './api-server.ts';
import { createClock } from './clock.ts';
import { runController } from './cluster/controllers/controller.ts';
import { garbageCollector } from './cluster/controllers/garbage-collector.ts';
import { createWorld } from './create-world.ts';

let server: ApiServer | undefined;
let api: ApiUnderTest | undefined;
let stopCollector: (() => void) | undefined;

/** The API with its garbage collector alone: no other controller moves anything, so the suite itself tells what one would have said. */
describe('the simulated API server', () => {
  beforeAll(async () => {
    const clock = createClock(Date.now());
    clock.run(1);
    const world = createWorld({ clock, seed: 7 });
    server = await startApiServer(world, { port: 0, historyLimit: 50 });
    stopCollector = runController(world, garbageCollector(world));
    for (let number = 0; number < 200; number += 1)
      world.objects.create('configmaps', { metadata: { name: `past-${number}`, namespace: 'default' } });
    const request = sendTo({ url: server.url, token: 'admin' });
    const namespace = 'contract';
    await request('POST', '/api/v1/namespaces', { body: { metadata: { name: namespace } } });
    api = {
      ...{ namespace, request },
      async budgetSettles(name, status) {
        world.objects.change({ resource: 'poddisruptionbudgets.policy', namespace, name }, (draft) => {
          draft.status = { ...draft.status, ...status, observedGeneration: draft.metadata.generation ?? 0 };
        });
      },
    };
  });
  afterAll(async () => {
    stopCollector?.();
    await server?.stop();
  });
  kubernetesApiContract(() => {
    if (!api) throw new Error('the simulator does not run');
    return api;
  });
});
