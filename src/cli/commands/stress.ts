import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import colors from 'picocolors';
import { loadConfig } from '../../app/config.ts';
import type { LoadRecord } from '../../app/stress/load-record.ts';
import type { Load } from '../../app/stress/load-script.ts';
import { mebibytes, type StressTarget } from '../../app/stress/objections.ts';
import type { StressResult } from '../../app/stress/run-stress.ts';
import { type StressPlan, withStress } from '../../app/stress/with-stress.ts';
import { CoreError } from '../../core/errors.ts';
import { amountOf, bytesOf } from '../../core/model/quantity.ts';
import { durationOf } from '../duration-of.ts';
import { numberOf } from '../number-of.ts';
import { figure, print, table } from '../print.ts';
import { untilStopped } from '../until-stopped.ts';
import type { Common } from '../with-operator.ts';

interface StressFlags {
  readonly namespace: string;
  readonly selector?: string | undefined;
  readonly container?: string;
  readonly cpu: string;
  readonly memory: string;
  readonly for: string;
  readonly ramp: string;
  readonly pods?: string;
  readonly all?: boolean;
  readonly allowOom?: boolean;
  readonly evenIn?: string;
  readonly yes?: boolean;
  readonly kubeconfig?: string;
  readonly context?: string;
}

const LONGEST_MS = 30 * 60_000;
/** More than any machine has; the node's own processors are the limit that counts. */
const MOST_CORES = 1_024;

/** `stress`: load in running pods, with the user's own rights, that ends by itself. Ends with 1 when a load was killed or lost. */
export async function stress(common: Common, pod: string | undefined, flags: StressFlags): Promise<void> {
  const load = loadOf(flags);
  const { kubeconfig, context, namespace, selector, container, allowOom = false, evenIn } = flags;
  if ((pod === undefined) === (selector === undefined)) throw new CoreError('bad-usage', 'stress: name one pod, or --selector LABELS');
  if (pod !== undefined && (flags.all || flags.pods !== undefined)) throw new CoreError('bad-usage', '--pods and --all go with --selector');
  if (flags.all && flags.pods !== undefined) throw new CoreError('bad-usage', '--all and --pods contradict each other: give one of them');
  const pods = flags.all ? ('all' as const) : Math.floor(numberOf(flags.pods ?? '1', '--pods', [1, 100]));
  const config = loadConfig({ stateDir: common.stateDir, config: common.config, kubeconfig, context }, process.env);
  const wish = { namespace, name: pod, selector, container, pods, load, allowOom, evenIn, ownNamespace: config.ownNamespace };
  const isWatched = process.stderr.isTTY === true && common.output === 'table';
  const results = await untilStopped((signal) =>
    withStress(config, wish, {
      confirm: (plan) => confirm(plan, load, flags.yes === true),
      onProgress: createProgress(load, isWatched),
      signal,
    }),
  );
  if (isWatched) process.stderr.write('\r\x1b[K');
  if (!results) return;
  print(common.output, { load, pods: results }, () => report(results));
  if (results.some(({ outcome }) => outcome === 'killed' || outcome === 'lost')) process.exitCode = 1;
}

function loadOf({ cpu, memory, for: time, ramp }: StressFlags): Load {
  const cpuCores = amountOf(cpu);
  if (cpuCores === undefined || cpuCores < 0 || cpuCores > MOST_CORES)
    throw new CoreError('bad-usage', `--cpu ${cpu}: write cores or thousandths of one, for instance 2, 0.5 or 500m`);
  const memoryBytes = bytesOf(memory);
  if (memoryBytes === undefined)
    throw new CoreError('bad-usage', `--memory ${memory}: write an amount of bytes, for instance 256Mi or 1Gi`);
  if (cpuCores === 0 && memoryBytes === 0)
    throw new CoreError('bad-usage', 'stress: nothing to do with --cpu 0 and --memory 0: give one of them an amount');
  const forMs = durationOf(time, '--for');
  if (forMs > LONGEST_MS) throw new CoreError('bad-usage', `--for ${time}: 30m at the most; begin again if it must go on`);
  const rampMs = ramp === '0' || ramp === '0s' ? 0 : durationOf(ramp, '--ramp');
  if (rampMs > forMs) throw new CoreError('bad-usage', `--ramp ${ramp}: longer than --for ${time}, so the load would never be all there`);
  return { cpuCores, memoryBytes, forMs, rampMs };
}

/** Says what is about to happen, on stderr; asks where somebody can answer. */
async function confirm(plan: StressPlan, load: Load, isSure: boolean): Promise<boolean> {
  process.stderr.write(`${portrait(plan, load)}\n`);
  if (isSure) return true;
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new CoreError('bad-usage', 'stress loads running pods and nobody can be asked here: add --yes when that is what you want');
  const isYes = /^y(es)?$/i.test((await answerTo('load them? [y/N] ')).trim());
  if (!isYes) process.stderr.write('nothing is loaded\n');
  return isYes;
}

/** What is typed; nothing when the terminal is left by Ctrl-C or Ctrl-D. */
async function answerTo(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const left = once(terminal, 'close').then(() => '');
  try {
    return await Promise.race([terminal.question(question), left]);
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortError') return '';
    throw error;
  } finally {
    terminal.close();
  }
}

function portrait({ server, context, user, targets }: StressPlan, load: Load): string {
  const parts = [
    ...(load.cpuCores > 0 ? [`${figure(load.cpuCores)} cores${load.rampMs > 0 ? `, growing over ${load.rampMs / 1_000} s` : ''}`] : []),
    ...(load.memoryBytes > 0 ? [mebibytes(load.memoryBytes)] : []),
  ];
  return [
    `${colors.bold('load')} ${parts.join(' and ')}, for ${load.forMs / 1_000} s, by ${user} on ${server} (context ${context}), in each of:`,
    ...targets.map((target) => `  ${portraitOf(target, load)}`),
  ].join('\n');
}

function portraitOf({ pod, container, room }: StressTarget, load: Load): string {
  const { cpuCores, memoryBytes = room.memoryLimitBytes } = container.limits;
  const held = cpuCores !== undefined && load.cpuCores > cpuCores ? ', which will hold the load back' : '';
  const limits = `limits: cpu ${cpuCores ?? 'none'}${held}, memory ${memoryBytes === undefined ? 'none' : mebibytes(memoryBytes)}`;
  const used = room.memoryUsedBytes === undefined ? '' : ` (${mebibytes(room.memoryUsedBytes)} used)`;
  return `${pod.meta.ref.namespace}/${pod.meta.ref.name}, container ${container.name}, node ${pod.nodeName ?? '?'}; ${limits}${used}`;
}

/** One line on a terminal, drawn anew; nothing elsewhere. */
function createProgress({ forMs }: Load, isWatched: boolean): (target: StressTarget, record: LoadRecord) => void {
  const latest = new Map<string, LoadRecord>();
  return ({ pod }, record) => {
    latest.set(pod.meta.ref.name, record);
    if (!isWatched) return;
    const all = [...latest.values()];
    const after = Math.max(...all.map(({ afterMs }) => afterMs));
    const cores = all.reduce((sum, one) => sum + one.cores, 0);
    const held = all.reduce((sum, one) => sum + one.memoryHeldBytes, 0);
    const left = Math.max(0, Math.round((forMs - after) / 1_000));
    process.stderr.write(`\r\x1b[K${figure(cores)} cores, ${mebibytes(held)} on ${all.length} pods; ${left} s to go, Ctrl-C ends it`);
  };
}

function report(results: readonly StressResult[]): string {
  const rows = results.map(({ pod, container, outcome, lastedMs, meanCores, memoryHeldBytes, note = '' }) => [
    ...[pod, container, outcome, `${Math.round(lastedMs / 1_000)} s`, figure(meanCores), mebibytes(memoryHeldBytes), note],
  ]);
  return table(['POD', 'CONTAINER', 'OUTCOME', 'LASTED', 'MEAN CORES', 'MEMORY HELD', 'NOTE'], rows);
}
