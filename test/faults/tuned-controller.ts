/**
 * A whole controller with a few screws turned, for stories that the product alone would take too long for or could not be caught in.
 * TUNING (JSON) says which; everything else is as `kubemend run` does it. `tuned` of the real suites starts it.
 */
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { loadConfig } from '../../src/app/config.ts';
import { startApp } from '../../src/app/start.ts';
import type { Context } from '../../src/core/context.ts';
import type { ClusterWriter } from '../../src/core/ports.ts';

const Tuning = z.strictObject({
  config: z.string(),
  namespaces: z.array(z.string()).min(1),
  /** How long each action gets to show its effect, instead of the times that it declares. */
  verify: z.strictObject({ settleMs: z.number(), deadlineMs: z.number() }).optional(),
  /** Guards that are left out. */
  without: z.array(z.string()).default([]),
  /** Says `about to write` before the first write, and waits until this file exists. */
  holdUntil: z.string().optional(),
});
const tuning = Tuning.parse(JSON.parse(process.env.TUNING ?? '{}'));

/** The first write waits after the last guard has spoken and the object was read; later ones do not. */
function held(writer: ClusterWriter, file: string): ClusterWriter {
  let isFirst = true;
  return {
    async write(...args) {
      if (isFirst) process.stdout.write('about to write\n');
      isFirst = false;
      while (!existsSync(file)) await sleep(50);
      return writer.write(...args);
    },
  };
}

function tuned(context: Context): Context {
  const { verify, without, holdUntil } = tuning;
  return {
    ...context,
    writer: holdUntil === undefined ? context.writer : held(context.writer, holdUntil),
    actions: verify === undefined ? context.actions : context.actions.map((action) => ({ ...action, verify })),
    guards: context.guards.filter(({ name }) => !without.includes(name)),
  };
}

const { config, namespaces } = tuning;
const app = await startApp(loadConfig({ mode: 'auto', namespaces, config }, process.env), { adapt: tuned });
const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());
try {
  await app.cluster.waitForSync(AbortSignal.timeout(60_000));
  process.stdout.write('kubemend runs\n');
  await app.run(stop.signal);
} finally {
  await app.stop();
}
