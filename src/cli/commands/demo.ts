import { resolve } from 'node:path';
import colors from 'picocolors';
import type { DemoNews } from '../../app/demo/news.ts';
import { runDemo } from '../../app/demo/run-demo.ts';
import type { DemoViewer } from '../demo/demo-viewer.ts';
import { lookAround, programName, whatNext } from '../demo/farewell.ts';
import { liveViewer } from '../demo/live-viewer.ts';
import { plainViewer } from '../demo/plain-viewer.ts';
import { numberOf } from '../number-of.ts';
import { print } from '../print.ts';
import type { Common } from '../with-operator.ts';

interface DemoFlags {
  readonly once?: boolean;
  readonly fault?: readonly string[];
  readonly speed: string;
  readonly seed: string;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** What a shell reports of a program that Ctrl-C has ended. */
const INTERRUPTED = 130;

/** `demo`: a simulated cluster with kubemend beside it; exit code 1 when something did not end as expected, 130 when it was ended before. */
export async function demo(common: Common, { fault: faults, once = false, ...flags }: DemoFlags): Promise<void> {
  const speed = numberOf(flags.speed, '--speed', [1, 30]);
  const seed = numberOf(flags.seed, '--seed', [0, 2 ** 31]);
  const viewer = viewerFor(common);
  const stop = stopOf(viewer);
  try {
    const optional = { ...(faults && { faults }), ...(common.stateDir !== undefined && { stateDir: resolve(common.stateDir) }) };
    await runDemo({ speed, seed, once, signal: stop, tell: teller(common, once, viewer), ...optional });
  } catch (error) {
    if (!stop.aborted || !isAbort(error)) throw error;
    process.exitCode = INTERRUPTED;
  } finally {
    viewer.close();
  }
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

/** Aborted by Ctrl-C and the like, or when nobody reads any more; the second time the process ends at once. */
function stopOf(viewer: DemoViewer): AbortSignal {
  const stop = new AbortController();
  const onSignal = () => {
    if (stop.signal.aborted) process.exit(INTERRUPTED);
    stop.abort();
    viewer.stop();
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  process.stdout.on('error', () => stop.abort());
  return stop.signal;
}

/** Shows what happens; in the end prints the report, or what one may do next, and settles the exit code. */
function teller({ output }: Common, once: boolean, viewer: DemoViewer): (news: DemoNews) => void {
  let set: Extract<DemoNews, { is: 'set' }> | undefined;
  return (news) => {
    viewer.hear(news);
    if (news.is === 'set') set = news;
    if (news.is !== 'finished') return;
    if (!news.report.ok) process.exitCode = 1;
    const style = { program: programName(process.argv[1]), columns: process.stdout.columns ?? 120, colors: painted(process.stdout.isTTY) };
    const next = set && !once ? lookAround(set, style) : whatNext(style);
    print(output, news.report, () => ['', ...next].join('\n'));
  };
}

/** Progress goes to stdout, or beside a document to stderr, and there only to a person. */
function viewerFor({ output }: Common): DemoViewer {
  if (output !== 'table') return plainViewer((text) => process.stderr.isTTY && process.stderr.write(text), painted(process.stderr.isTTY));
  const isTerminal = process.stdout.isTTY && process.env.TERM !== 'dumb';
  return isTerminal ? liveViewer(process.stdout, painted(true)) : plainViewer((text) => process.stdout.write(text), painted(false));
}

/** Colours only where a person looks, whatever `CI` says. */
function painted(isTerminal: boolean | undefined) {
  return colors.createColors(isTerminal === true && colors.isColorSupported);
}
