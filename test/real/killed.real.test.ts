/**
 * A controller that is killed (SIGKILL) before and after each mutating call of Store and ClusterWriter, in a process of its own, and
 * started again: judged by the API server's own record. Every story has a fresh Deployment, broken by a bad rollout.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSqliteStore } from '../../src/adapters/store/sqlite/sqlite-store.ts';
import { fakeClock } from '../fakes/clock.ts';
import { liveDoomed } from '../faults/crash/doomed-life.ts';
import { actsOf, asAdmin, cleanUp, type Deployed, deploy, hasNode, installKubemend, newNamespace, rolledOut, setImage } from './harness.ts';

afterAll(cleanUp, 240_000);

const HOME = 'km-killed';
/** More than the calls of one whole story, so that the last stories live to their end. */
const STORIES = Number(process.env.KUBEMEND_KILL_POINTS ?? 28);
const home = await installKubemend({ namespace: HOME });
const canRun = await hasNode();

interface Story {
  readonly namespace: string;
  readonly cart: Deployed;
  readonly stateDir: string;
  readonly config: string;
}
const stories: Story[] = [];
const started = Date.now();

async function prepare(index: number): Promise<Story> {
  const namespace = await newNamespace({ optedIn: true });
  const cart = await deploy(namespace, { name: 'cart', replicas: 1 });
  await rolledOut(cart, 180_000);
  await delay(2_500); // it serves before the change that will be blamed
  await setImage(cart, 'kubemend.test/busybox:typo');
  const folder = join(home.stateDir, `story-${index}`);
  await mkdir(folder, { recursive: true });
  const config = join(folder, 'kubemend.yaml');
  await writeFile(config, JSON.stringify({ gatherMs: 0, stableMs: 0, log: 'warn' }));
  return { namespace, cart, config, stateDir: join(folder, 'state') };
}

/** Runs one controller to its end, by itself or by its own hand. The Lease of the dead is given back, as its time-out would do. */
async function live(story: Story, at: number | undefined) {
  const doom = { config: story.config, namespaces: [story.namespace], ownNamespace: HOME, ...(at !== undefined && { at }) };
  const life = await liveDoomed(doom, { KUBECONFIG: home.kubeconfig, KUBEMEND_STATE_DIR: story.stateDir });
  if (life.signal !== null)
    await (await asAdmin()).patch(
      `/apis/coordination.k8s.io/v1/namespaces/${HOME}/leases/kubemend`,
      { spec: { holderIdentity: '' } },
      'merge',
    );
  return life;
}

beforeAll(async () => {
  if (!canRun) return;
  for (let index = 0; index < STORIES; index += 7) {
    const batch = Array.from({ length: Math.min(7, STORIES - index) }, (_, offset) => prepare(index + offset));
    stories.push(...(await Promise.all(batch)));
  }
}, 600_000);

describe.skipIf(!canRun)('a controller killed at its weakest points', () => {
  test('writes to the cluster exactly once, with its audit rows before, and ends recovered', { timeout: 900_000 }, async () => {
    const killed: string[] = [];
    for (const [point, story] of stories.entries()) {
      const first = await live(story, point);
      if (first.diedAt !== undefined) killed.push(first.diedAt);
      const second = await live(story, undefined);
      expect(second, `story ${point}: ${first.output}\n${second.output}`).toMatchObject({ code: 0 });
      expect(second.lived?.incidents, `story ${point}`).toEqual([expect.objectContaining({ phase: 'resolved' })]);
      const acts = (await actsOf(`:${HOME}:actor`, started)).filter((one) => one.namespace === story.namespace);
      expect(
        acts.map(({ verb }) => verb),
        `story ${point}: ${first.output}`,
      ).toEqual(['patch']);
      const store = openSqliteStore({ stateDir: story.stateDir, clock: fakeClock() });
      const rows = await store.audit({});
      expect(rows.find(({ entry }) => entry.what === 'intent')?.entry.at, `story ${point}`).toBeLessThanOrEqual(acts[0]?.at ?? 0);
      expect(await store.verifyAudit()).toMatchObject({ intact: true });
      await store.close();
    }
    console.info(`killed at ${killed.length} points:\n${killed.join('\n')}`);
    expect(killed.length).toBeGreaterThanOrEqual(12);
  });
});
