import { expect, it } from 'vitest';
import { seriesDesk } from '../../src/app/series/series-desk.ts';
import type { LogLine } from '../../src/core/model/log-line.ts';
import { standardSettings } from '../../src/core/series/series-watch.ts';
import { newLogTemplate } from '../../src/detectors/logs/new-log-template.ts';
import { quietLogger } from '../fakes/logger.ts';
import { toldSource } from '../fakes/told-source.ts';
import { aWorld } from '../fakes/world.ts';

const MINUTE = 60_000;

it.each([
  ['joins the open incident of its owner as evidence', true, ['sick', 'new-log-template']],
  ['opens none', false, undefined],
])('an error of a new kind in the log of a pod %s', async (_, isSick, detectors) => {
  const world = aWorld({ settings: { mode: 'observe', giveUpMs: 60 * MINUTE } });
  const source = toldSource('logs');
  const desk = seriesDesk({
    ...{ clock: world.clock, log: quietLogger, cluster: world.cluster, sources: [source] },
    options: { ...standardSettings, detectors: [] },
  });
  const ending = new AbortController();
  const running = desk.run(ending.signal);
  const context = world.alike({
    cluster: { ...world.cluster, readings: () => desk.readings() },
    detectors: [...world.context.detectors, newLogTemplate],
  });
  const pod = [...world.cluster.objects()].find(({ subject }) => subject.kind === 'Pod')?.subject;
  if (!pod) throw new Error('the world has no pod');
  const line = (text: string): LogLine => ({ signal: 'log', source: 'logs', subject: pod, container: 'app', at: world.clock.now(), text });
  world.setSick(undefined);
  for (let minute = 0; minute < 8; minute += 1) {
    const requests = Array.from({ length: 20 }, (_one, n) => line(`took request ${n}`));
    await source.tell(...requests, ...(minute === 7 ? [line('ERROR no money in drawer')] : []));
    world.clock.advance(MINUTE);
  }
  if (isSick) world.setSick('yes');
  await world.live(2 * MINUTE, context).catch((error: unknown) => expect(String(error)).toContain('no incident was opened'));
  const [incident] = await context.store.incidents({ since: 0 });
  expect(incident?.findings.map(({ detector }) => detector)).toEqual(detectors);
  ending.abort();
  await running;
  await world.close();
});
