import { CoreError } from '../../../core/errors.ts';
import type { FlowTrouble } from '../../../learning/flows/flow-rules.ts';
import { createFlowWatch, type FlowAlarm, isPartOf } from '../../../learning/flows/flow-watch.ts';
import type { Rows } from '../../../learning/gbdt/gbdt-model.ts';
import { type CicFlow, cicFlows, cicRows } from './cic-flows.ts';
import { cicClasses, type FlowClasses, floodClasses, nslClasses } from './flow-classes.ts';
import type { FlowFile } from './flow-files.ts';
import type { FlowStudy } from './flow-study.ts';
import { type KddFlow, kddColumns, kddFlows } from './kdd-flows.ts';

/** Learns from all days but the last one, and tells the flows of that: what comes later is never looked at. Throws `bad-usage` for one day. */
export function studyByDay(files: readonly FlowFile[], limit: number | undefined): FlowStudy {
  const { columns, flows: all } = cicFlows(files);
  const days = [...new Set(all.map(({ day }) => day))].toSorted();
  const last = days.at(-1);
  if (days.length < 2)
    throw new CoreError('bad-usage', `--data: all flows are of ${last}; to learn from earlier days two are needed at least`);
  const classed = all.filter(({ label }) => cicClasses.of(label) !== undefined);
  const training = classed.filter(({ day }) => day !== last);
  const test = classed.filter(({ day }) => day === last).slice(0, limit);
  return {
    ...studied({ classes: cicClasses, training, test, rows: (flows) => cicRows(flows, columns.length) }),
    split: { trained: days.slice(0, -1), tested: last, figures: columns, leftOut: leftOut(all, cicClasses) },
    windows: windowsOf(all, test),
  };
}

/** Learns from what comes first in the file, and tells the rest; files that are named so (`KDDTest+`, `corrected`) are told as a whole. */
export function studyByOrder(files: readonly FlowFile[], limit: number | undefined): FlowStudy {
  const isNsl = files[0]?.layout === 'nsl-kdd';
  const classes = isNsl ? nslClasses : floodClasses;
  const isTest = ({ name }: FlowFile) => /test|corrected/i.test(name);
  const tests = files.filter(isTest);
  const trainings = files.filter((file) => !isTest(file));
  const known = trainings.flatMap(kddFlows);
  const cut = tests.length > 0 ? known.length : Math.round(known.length * FIRST);
  const later = tests.length > 0 ? tests.flatMap(kddFlows) : known.slice(cut);
  const inClass = ({ label }: KddFlow) => classes.of(label) !== undefined;
  const training = known.slice(0, cut).filter(inClass);
  if (training.length === 0)
    throw new CoreError('bad-usage', '--data: there is no file to learn from, only ones to tell; put KDDTrain+ beside them');
  return {
    ...studied({ classes, training, test: later.filter(inClass).slice(0, limit), rows: kddColumns(training) }),
    split: {
      trained: trainings.map(({ name }) => name),
      tested: tests.length > 0 ? tests.map(({ name }) => name) : `the last ${Math.round(100 * (1 - FIRST))} % of the same`,
      leftOut: leftOut(later, classes),
    },
  };
}

/** Of a file without another one to tell. */
const FIRST = 0.6;

interface Material<One> {
  readonly classes: FlowClasses;
  readonly training: readonly One[];
  readonly test: readonly One[];
  readonly rows: (flows: readonly One[]) => Rows;
}

function studied<One extends { readonly label: string }>({ classes, training, test, rows }: Material<One>): Omit<FlowStudy, 'split'> {
  const numbers = (flows: readonly One[]) => flows.map(({ label }) => classes.of(label) ?? 0);
  return {
    classes,
    training: { ...rows(training), labels: numbers(training), classes: classes.names.length },
    test: rows(test),
    labels: test.map(({ label }) => label),
    truth: numbers(test),
  };
}

/** Labels that are in no class, with their flows. */
function leftOut(flows: readonly { readonly label: string }[], classes: FlowClasses): Readonly<Record<string, number>> {
  const others = Map.groupBy(
    flows.filter(({ label }) => classes.of(label) === undefined),
    ({ label }) => label,
  );
  return Object.fromEntries([...others].map(([label, rows]) => [label, rows.length]));
}

const CLASS_OF: Readonly<Record<FlowTrouble, number>> = { ddos: 1, 'port scan': 2, 'icmp flood': 3 };

/** Lets all flows go by in the order of time, from the first day on, and says of each flow of the test what the windows hold against it. */
function windowsOf(all: readonly CicFlow[], test: readonly CicFlow[]): readonly (number | undefined)[] {
  const watch = createFlowWatch();
  const ordered = all.flatMap(({ flows }) => flows).toSorted((a, b) => a.at - b.at);
  const alarms = [...ordered.flatMap((flow) => watch.add(flow)), ...watch.close(Number.POSITIVE_INFINITY)];
  const byAddress = Map.groupBy(alarms, ({ address }) => address);
  return test.map(({ flows: [there] }) => {
    if (!there) return undefined;
    const near: readonly FlowAlarm[] = [...(byAddress.get(there.sourceAddress) ?? []), ...(byAddress.get(there.destinationAddress) ?? [])];
    const alarm = near.find((one) => isPartOf(one, there));
    return alarm && CLASS_OF[alarm.trouble];
  });
}
