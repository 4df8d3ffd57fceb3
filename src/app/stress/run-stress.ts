import type { PodAccess } from '../../adapters/cluster/kubernetes/pod-access.ts';
import type { CommandEnd, RunningCommand } from '../../adapters/cluster/kubernetes/pod-exec.ts';
import { nap } from '../../core/nap.ts';
import type { Clock } from '../../core/ports.ts';
import { createLoadRecord, type LoadRecord } from './load-record.ts';
import { type Load, loadCommand } from './load-script.ts';
import type { StressTarget } from './objections.ts';
import { plainWords } from './plain-words.ts';

/** What came of the load on one container. */
export interface StressResult {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly node: string | undefined;
  /**
   * `done`: to its end; `stopped`: because we were told to; `killed`: from outside, by the kernel for instance; `lost`: the connection broke
   * off, and the load ends by itself, at its deadline at the latest.
   */
  readonly outcome: 'done' | 'stopped' | 'killed' | 'lost';
  readonly lastedMs: number;
  /** CPU time over that time, by the kernel's account: less than asked for where a limit or the node held it back. */
  readonly meanCores: number;
  readonly memoryHeldBytes: number;
  /** How the command failed, or what its shell complained of. */
  readonly note?: string;
}

/** What a load needs besides its targets; `onProgress` is told about once a second for each target. */
export interface StressParts {
  readonly access: Pick<PodAccess, 'start'>;
  readonly load: Load;
  readonly clock: Clock;
  readonly onProgress: (target: StressTarget, record: LoadRecord) => void;
}

/** So long is waited for the load's own word that it has ended, beyond its deadline and after it was told to stop. */
const LAST_WORDS_MS = 10_000;

/**
 * Loads the containers at once, until the time is over or the signal is aborted, and says what came of each. When one of them cannot be
 * begun, all are stopped, and this throws `cluster-unreachable`.
 */
export async function runStress(
  targets: readonly StressTarget[],
  parts: StressParts,
  signal: AbortSignal,
): Promise<readonly StressResult[]> {
  const broken = new AbortController();
  const until = AbortSignal.any([signal, broken.signal]);
  const loads = targets.map(async (target) => {
    try {
      return await loadOne(target, parts, until);
    } catch (error) {
      broken.abort();
      throw error;
    }
  });
  await Promise.allSettled(loads);
  return Promise.all(loads);
}

async function loadOne(target: StressTarget, parts: StressParts, signal: AbortSignal): Promise<StressResult> {
  const { pod, container } = target;
  const { namespace = '', name } = pod.meta.ref;
  const place = { namespace, pod: name, container: container.name };
  const { take, read } = createLoadRecord((record) => parts.onProgress(target, record));
  const startedAt = parts.clock.now();
  const command = await parts.access.start({ ...place, command: loadCommand(parts.load), onOutput: take });
  const end = await endOf(command, parts, signal);
  const { hasEnded, afterMs, usedSeconds, memoryHeldBytes, complaint } = read();
  const lastedMs = hasEnded ? afterMs : parts.clock.now() - startedAt;
  const note = [end.is === 'failed' ? plainWords(end.message) : '', complaint].filter(Boolean).join('; ');
  return {
    ...{ ...place, node: pod.nodeName, lastedMs, memoryHeldBytes },
    outcome: outcomeOf(end, hasEnded, signal.aborted),
    meanCores: lastedMs > 0 ? (usedSeconds * 1_000) / lastedMs : 0,
    ...(note !== '' && { note }),
  };
}

function outcomeOf(end: CommandEnd, hasEnded: boolean, isStopped: boolean): StressResult['outcome'] {
  if (end.is === 'lost') return 'lost';
  if (!hasEnded) return 'killed';
  return isStopped ? 'stopped' : 'done';
}

/** A closed stdin is the word to stop; a load that does not answer to it is left to its own deadline. */
async function endOf(command: RunningCommand, { load, clock }: StressParts, signal: AbortSignal): Promise<CommandEnd> {
  const over = new AbortController();
  const wait = async () => {
    await nap(clock, load.forMs + LAST_WORDS_MS, AbortSignal.any([signal, over.signal]));
    if (over.signal.aborted) return;
    command.closeStdin();
    await nap(clock, LAST_WORDS_MS, over.signal);
    command.close();
  };
  const waiting = wait();
  const end = await command.ended;
  over.abort();
  await waiting;
  command.close();
  return end;
}
