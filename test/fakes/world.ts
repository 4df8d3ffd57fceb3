import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { fileEvidence } from '../../src/adapters/evidence/files.ts';
import { openSqliteStore } from '../../src/adapters/store/sqlite/sqlite-store.ts';
import { everything, loopOf, type Sickbay } from '../../src/app/loop.ts';
import type { Context, Settings } from '../../src/core/context.ts';
import type { Incident } from '../../src/core/model/incident.ts';
import { ResourceRef } from '../../src/core/model/resource.ts';
import { subjectOf } from '../../src/core/model/timeline.ts';
import { Json } from '../../src/core/model/write.ts';
import { type Action, type Detector, type Diagnoser, defineAction } from '../../src/core/plugins.ts';
import { fakeClock } from './clock.ts';
import { type FakeCluster, fakeCluster } from './cluster.ts';
import { quietLogger } from './logger.ts';
import { deployment, pod, replicaSet } from './objects.ts';

/** Fires while the workload carries the annotation `sick`; `unsure` makes it unknown. */
export const sick: Detector = {
  name: 'sick',
  watches: ['Deployment'],
  needs: ['Pod'],
  detect(timeline) {
    const object = subjectOf(timeline);
    const mark = object?.meta.annotations.sick;
    if (mark === 'unsure') return { is: 'unknown', why: 'cannot tell' };
    return object && mark
      ? {
          is: 'firing',
          summary: 'it is sick',
          score: 1,
          evidence: timeline.signals.filter((signal) => signal.signal === 'object').map(({ id }) => id),
        }
      : { is: 'quiet' };
  },
};

/** Holds a bad rollout for certain. */
const sure: Diagnoser = {
  name: 'sure',
  diagnose: async () => [{ cause: 'bad-rollout', confidence: 0.95, n: 40, because: ['the test says so'] }],
};

/** An action that sets the template to `{ image }`. */
export function fixWith(name: string, image: string, impact: Partial<Action['impact']> = {}): Action {
  return defineAction({
    name,
    treats: ['bad-rollout'],
    impact: { scope: 'workload', tier: 'medium', reversible: true, restorative: true, ...impact },
    rbac: [],
    verify: { settleMs: 10_000, deadlineMs: 60_000 },
    input: z.strictObject({ workload: ResourceRef, template: Json }),
    async propose(incident, _cause, { cluster }) {
      const live = await cluster.live(incident.subject);
      return (
        live && {
          target: live.object.meta.ref,
          specSeen: live.specSeen,
          summary: `set ${image}`,
          input: { workload: live.object.meta.ref, template: { image } },
        }
      );
    },
    preview: () => ({ readyPodsTaken: 0, readyPodsNow: 3, affectedPods: [], notes: [] }),
    write: ({ workload, template }) => ({ verb: 'replace-template', target: workload, template }),
  });
}

const settings: Settings = {
  mode: 'auto',
  ownNamespace: 'kubemend',
  gatherMs: 0,
  approvalMs: 15 * 60_000,
  stableMs: 10_000,
  giveUpMs: 60 * 60_000,
  actDeadlineMs: 5 * 60_000,
};

/** A sick Deployment `cart` of three ready pods, and a context around it. */
export interface World {
  readonly clock: ReturnType<typeof fakeClock>;
  readonly cluster: FakeCluster;
  readonly cart: ResourceRef;
  readonly context: Context;
  /** Another process on the same store and cluster, with other parts. */
  alike(parts: Partial<Context>): Context;
  /** Looks once and returns the open incident, if one is open. */
  look(context?: Context): Promise<Incident | undefined>;
  /** Works as the controller does, second by second, until the incident ends or the time is over. */
  live(forMs: number, context?: Context): Promise<Incident>;
  setReady(pods: number): void;
  setSick(mark: 'yes' | 'unsure' | undefined): void;
  /** Sets or removes annotations of the Deployment. */
  annotate(marks: Readonly<Record<string, string | undefined>>): void;
  close(): Promise<void>;
}

/** Makes the world. `parts` replaces pieces of the context. */
export function aWorld(parts: Partial<Omit<Context, 'settings'>> & { readonly settings?: Partial<Settings> } = {}): World {
  const clock = fakeClock();
  const cluster = fakeCluster(clock);
  const dir = mkdtempSync(join(tmpdir(), 'kubemend-world-'));
  const carts = deployment('cart');
  const cart = carts.meta.ref;
  const sickbay: Sickbay = { report: undefined };
  const set = replicaSet('cart-1', { ownedBy: carts });
  cluster.put(carts, { template: { image: 'bad' } });
  cluster.put(set);
  const context: Context = {
    clock,
    log: quietLogger,
    store: openSqliteStore({ stateDir: dir, clock }),
    evidence: fileEvidence({ stateDir: dir }),
    cluster,
    tryout: cluster,
    writer: cluster,
    election: { epoch: () => 1 },
    sick: () => sickbay.report,
    detectors: [sick],
    diagnosers: [sure],
    guards: [],
    actions: [fixWith('fix', 'good')],
    ...parts,
    settings: { ...settings, ...parts.settings },
  };
  const world: World = {
    clock,
    cluster,
    cart,
    context,
    alike: (other) => ({ ...context, ...other }),
    async look(by = context) {
      await loopOf(by, sickbay, everything).look();
      const [open] = await context.store.incidents({ open: true });
      return open;
    },
    async live(forMs, by = context) {
      const loop = loopOf(by, sickbay, everything);
      const until = clock.now() + forMs;
      while (clock.now() < until) {
        await loop.look();
        const { open } = await loop.mend();
        if (open === 0) break;
        clock.advance(1_000);
      }
      const [newest] = await context.store.incidents({ since: 0 });
      if (!newest) throw new Error('no incident was opened');
      return newest;
    },
    setReady(count) {
      for (let index = 0; index < 3; index += 1) cluster.put(pod(`cart-1-${index}`, { ownedBy: set, ready: index < count }));
      cluster.touch(cart, { readyReplicas: count, availableReplicas: count });
    },
    setSick: (mark) => world.annotate({ sick: mark }),
    annotate(marks) {
      const live = [...cluster.objects()].find(({ object }) => object.meta.ref.name === 'cart')?.object;
      if (!live) return;
      const kept = Object.entries({ ...live.meta.annotations, ...marks }).filter(
        (entry): entry is [string, string] => entry[1] !== undefined,
      );
      cluster.put(
        { ...live, meta: { ...live.meta, annotations: Object.fromEntries(kept) } },
        { template: cluster.templateOf(cart) ?? null },
      );
      cluster.touch(cart);
    },
    async close() {
      await context.store.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
  world.setReady(3);
  world.setSick('yes');
  return world;
}
