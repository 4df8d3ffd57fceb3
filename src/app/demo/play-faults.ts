import type { EffectiveWrite } from '../../simulator/api/effective-writes.ts';
import type { App } from '../start.ts';
import type { DemoCluster, PlacedFault } from './demo-cluster.ts';
import { type FaultWatch, watchFault } from './fault-watch.ts';
import type { DemoOptions, DemoReport } from './news.ts';
import { answerQuestions } from './on-call.ts';
import { reportDemo } from './report-demo.ts';
import { type UnsafeAction, unsafeActions } from './unsafe-actions.ts';

/** What the play needs. */
export interface Play {
  readonly demo: DemoCluster;
  readonly app: App;
  readonly options: DemoOptions;
  /** Seconds of the machine since the demo began. */
  secondsGone(): number;
}

/** How often it is looked whether a fault is due or over, in the cluster's time. */
const LOOK_EVERY_MS = 1_000;

/** Lets everything happen at its time, tells what becomes of it, and reports. Throws an AbortError when the signal is aborted before. */
export async function playFaults(play: Play): Promise<DemoReport> {
  const { demo, app, options } = play;
  const watches: FaultWatch[] = [];
  for (const round of [1, 2])
    await playRound(
      demo.faults.filter((fault) => fault.round === round),
      watches,
      play,
    );
  const results = watches.toSorted(lookAlikesLast).map((watch) => watch.result());
  const unsafe = await unsafeOf(watches, play);
  const report = reportDemo({ results, unsafeActions: unsafe.length, speed: options.speed, seconds: play.secondsGone() });
  options.tell({ is: 'finished', at: app.context.clock.now(), report });
  return report;
}

/** Lets the faults of a round happen, each at its time, until all that has happened so far is over. */
async function playRound(faults: readonly PlacedFault[], watches: FaultWatch[], play: Play): Promise<void> {
  const { demo, app } = play;
  const { clock } = app.context;
  const beganAt = clock.now();
  let waiting = faults;
  while (waiting.length > 0 || watches.some(({ endedAt }) => endedAt() === undefined)) {
    const isDue = ({ afterSeconds }: PlacedFault) => clock.now() - beganAt >= afterSeconds * 1_000;
    const due = waiting.filter(isDue);
    waiting = waiting.filter((fault) => !due.includes(fault));
    for (const fault of due) watches.push(begin(fault, play));
    await answerQuestions(
      demo.faults.filter(({ isAlerted }) => isAlerted),
      app.context,
    );
    await judgeThose(watches, play);
    await clock.sleep(LOOK_EVERY_MS, play.options.signal);
  }
}

function lookAlikesLast(a: FaultWatch, b: FaultWatch): number {
  return Number(a.fault.isLookAlike) - Number(b.fault.isLookAlike);
}

function begin(fault: PlacedFault, { demo, options }: Play): FaultWatch {
  const { world, cluster } = demo.simulator;
  const watch = watchFault(fault, world, () => fault.drawn.inject(cluster));
  options.tell({ is: 'injected', at: watch.injectedAt, fault });
  return watch;
}

async function judgeThose(watches: readonly FaultWatch[], { app, options }: Play): Promise<void> {
  const incidents = await app.context.store.incidents({ since: 0 });
  for (const watch of watches) {
    const result = watch.look(incidents);
    if (result) options.tell({ is: 'judged', at: app.context.clock.now(), fault: watch.fault, result });
  }
}

/** Writes of kubemend, by the API server's own book, held against what may be written; each one is told. */
async function unsafeOf(watches: readonly FaultWatch[], { demo, app, options }: Play): Promise<readonly UnsafeAction[]> {
  const { store, clock } = app.context;
  const mayWrite = watches.filter(({ fault }) => fault.expected === 'mended' || fault.expected === 'undone');
  const allowances = mayWrite.map(({ fault, injectedAt, endedAt }) => ({
    workload: fault.drawn.subject,
    from: injectedAt,
    until: endedAt() ?? clock.now(),
  }));
  const audit = (await store.audit({})).map(({ entry }) => entry);
  const writes = demo.simulator.api.effectiveWrites().filter(isOurs);
  const unsafe = unsafeActions(writes, { allowances, intents: await store.ledger(0), audit });
  for (const { write, why } of unsafe) options.tell({ is: 'trouble', at: write.at, message: 'unsafe action', fields: { ...write, why } });
  return unsafe;
}

/** The simulator's API server knows kubemend by its accounts. */
function isOurs({ username }: EffectiveWrite): boolean {
  return username.startsWith('system:serviceaccount:kubemend:');
}
