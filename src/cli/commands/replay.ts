import { loadConfig } from '../../app/config.ts';
import { type Replayed, replayKnown, type Turn } from '../../app/series/replay-file.ts';
import { resourceName } from '../../core/model/resource.ts';
import { print } from '../print.ts';
import type { Common } from '../with-operator.ts';

/** `replay`: what the series detectors say about a recording or a CSV. */
export async function replay(common: Common, file: string): Promise<void> {
  const { series } = loadConfig({ config: common.config }, process.env);
  const replayed = await replayKnown(file, series);
  print(common.output, replayed, () => [...replayed.turns.map(lineOf), summaryOf(replayed)].join('\n'));
}

function lineOf({ at, subject, part, detector, metric, summary }: Turn): string {
  return `${instant(at)}  ${resourceName(subject)}${part ? ` ${part}` : ''}  ${detector}  ${metric} ${summary}`;
}

function summaryOf({ series, samples, from, until, turns, dropped, problem }: Replayed): string {
  const fired = turns.filter(({ firing }) => firing).length;
  const left = Object.entries(dropped).map(([reason, count]) => `${count} left out: ${reason}`);
  const what = `${samples} samples of ${series} series from ${instant(from)} to ${instant(until)}: ${fired === 0 ? 'nothing fired' : `fired ${fired} times`}`;
  return [what, ...left, ...(problem === undefined ? [] : [problem])].join('\n');
}

function instant(at: number): string {
  return Number.isNaN(at) ? 'no time' : new Date(at).toISOString().replace('.000Z', 'Z');
}
