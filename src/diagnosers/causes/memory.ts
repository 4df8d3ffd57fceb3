import type { Pod } from '../../core/model/objects.ts';
import type { Ailment } from '../clues/ailment.ts';
import { isRolloutToBlame } from '../clues/blame.ts';
import { ailingBy, type CaseFile, example } from '../clues/case-file.ts';
import type { Rule } from '../clues/rule.ts';
import { count, span } from '../clues/words.ts';

/** So many kills are needed to speak of intervals. */
const KILLS = 3;
/** A leak fills its limit in about the same time each life; a start that needs more than the limit is killed sooner than this. */
const LONG_RUN_MS = 10 * 60_000;
/** How much a life may differ from the mean of all. */
const EVEN = 0.3;

type Killed = { readonly pod: Pod; readonly ailment: Extract<Ailment, { is: 'memory' }> };

/** The kernel kills at the limit, with no sign of a slow growth. */
export const killedAtItsLimit: Rule = {
  id: 'killed-at-its-limit',
  cause: 'memory-limit-too-low',
  because(file) {
    const killed = killedIn(file).filter(({ ailment }) => ailment.container.limits.memoryBytes !== undefined);
    return killed.length > 0 && !killed.some((one) => isEven(one)) ? [example(killed, file)] : undefined;
  },
};

/** The kernel kills after lives of about the same, long length: memory grows until the limit, whatever the limit is. */
export const killedAtEvenIntervals: Rule = {
  id: 'killed-at-even-intervals',
  cause: 'memory-leak',
  because(file) {
    const even = killedIn(file).filter(isEven);
    const [first] = even;
    if (!first) return undefined;
    const every = span(first.ailment.ranMs ?? 0);
    return [
      example(even, file),
      `container ${first.ailment.container.name} of ${count(even.length, 'pod')} is killed about every ${every}`,
    ];
  },
};

function killedIn(file: CaseFile): readonly Killed[] {
  return file.subject.kind === 'Node' || isRolloutToBlame(file) ? [] : ailingBy(file, 'memory');
}

/** Whether the last life was long and about as long as the mean of all lives of this pod. */
function isEven({ pod, ailment: { container, ranMs } }: Killed): boolean {
  if (ranMs === undefined || ranMs < LONG_RUN_MS || container.restartCount < KILLS) return false;
  const { lastState, state } = container;
  const exit = state.is === 'terminated' ? state : lastState;
  const end = exit?.is === 'terminated' ? exit.finishedAt : undefined;
  if (end === undefined) return false;
  const lives = container.restartCount + (state.is === 'terminated' ? 1 : 0);
  const meanMs = (end - (pod.startedAt ?? pod.meta.createdAt)) / lives;
  return Math.abs(ranMs - meanMs) <= EVEN * meanMs;
}
