/**
 * A whole controller that kills itself, by SIGKILL, at a point of its mutating calls (each Store.commit and ClusterWriter.write, before
 * and after). DOOM (JSON) says which and where it lives; without `at` it lives, and names the points that it passed. Ends when no
 * incident of its namespaces is open any more.
 */
import { writeSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { systemClock } from '../../src/adapters/system/clock.ts';
import { loadConfig } from '../../src/app/config.ts';
import { startApp } from '../../src/app/start.ts';
import type { Context } from '../../src/core/context.ts';
import { type Incident, isEnded } from '../../src/core/model/incident.ts';
import type { Change, Clock } from '../../src/core/ports.ts';
import { actThenRecord } from './crash/act-then-record.ts';

const Doom = z.strictObject({
  config: z.string(),
  namespaces: z.array(z.string()).min(1),
  ownNamespace: z.string(),
  /** The point to die at, by its place among all points (0 is the first) or by its name. */
  at: z.union([z.number(), z.string()]).optional(),
  /** How long each action gets to show its effect. */
  verify: z.strictObject({ settleMs: z.number(), deadlineMs: z.number() }).default({ settleMs: 1_000, deadlineMs: 30_000 }),
  /** A simulated world's time, which it lives in. */
  time: z.strictObject({ worldAt: z.number(), machineAt: z.number(), speed: z.number() }).optional(),
  /** The careless order, which the judges of the crash tests must catch. */
  actsThenRecords: z.boolean().default(false),
});
const doom = Doom.parse(JSON.parse(process.env.DOOM ?? '{}'));

const points: string[] = [];
let hasLed = false;
const say = (word: string, rest: unknown) => writeSync(1, `${word} ${JSON.stringify(rest)}\n`);

function pass(name: string): void {
  const times = points.filter((point) => point.startsWith(`${name} #`)).length;
  const point = `${name} #${times + 1}`;
  if (doom.at === points.length || doom.at === point) {
    say('doomed', point);
    process.kill(process.pid, 'SIGKILL');
  }
  points.push(point);
}

async function guarded<Answer>(name: string, call: () => Promise<Answer>): Promise<Answer> {
  pass(`before ${name}`);
  const answer = await call();
  pass(`after ${name}`);
  return answer;
}

/** The same point has the same name in every story. */
function nameOf({ incident, intent, audit, ...others }: Change): string {
  const act = intent && `${intent.kind} ${intent.state}${intent.unanswered > 0 ? ' and sent' : ''}`;
  return `Store.commit(${[incident?.phase, act, ...Object.keys(others)].filter(Boolean).join(', ')})`;
}

/** The same context, with its two mutating ports wired to the end, and no patience. */
function doomed(context: Context): Context {
  const { writer, ...rest } = doom.actsThenRecords ? { ...context, ...actThenRecord(context) } : context;
  const { store } = rest;
  return {
    ...rest,
    store: {
      ...store,
      async commit(change) {
        const stored = await guarded(nameOf(change), () => store.commit(change));
        if (change.intent && !doom.actsThenRecords) say('acknowledged', change.intent.actionId);
        return stored;
      },
    },
    writer: {
      write: (write, version, stamp) => guarded(`ClusterWriter.write(${write.verb})`, () => writer.write(write, version, stamp)),
    },
    actions: context.actions.map((action) => ({ ...action, verify: doom.verify })),
    election: { epoch: () => told(context.election.epoch(), context.clock) },
  };
}

/** Says when it leads for the first time. */
function told(epoch: number | undefined, { now }: Clock): number | undefined {
  if (epoch !== undefined && !hasLed) say('leading', now());
  hasLed ||= epoch !== undefined;
  return epoch;
}

/** The world's time runs `speed` times as fast as the machine's. */
function clockOf(time: typeof doom.time): Clock {
  if (!time) return systemClock;
  const { worldAt, machineAt, speed } = time;
  return {
    now: () => Math.floor(worldAt + (systemClock.now() - machineAt) * speed),
    sleep: async (ms, signal) => void (await delay(ms / speed, undefined, signal ? { signal } : {})),
  };
}

const { namespaces, config, ownNamespace } = doom;
const clock = clockOf(doom.time);
const app = await startApp(loadConfig({ mode: 'auto', namespaces, config, ownNamespace }, process.env), { clock, adapt: doomed });
await app.cluster.waitForSync(AbortSignal.timeout(90_000));
const until = Date.now() + 90_000;
let ended: readonly Incident[] = [];
while (Date.now() < until && ended.length === 0) {
  await app.loop.look();
  await app.loop.mend();
  const ours = (await app.context.store.incidents({ since: 0 })).filter(({ subject }) => namespaces.includes(subject.namespace ?? ''));
  if (ours.every(isEnded)) ended = ours;
  await clock.sleep(250);
}
say('lived', { points, incidents: ended.map(({ id, phase, reason }) => ({ id, phase, reason })) });
await app.stop();
