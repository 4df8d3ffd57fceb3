import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { CoreError } from '../../../core/errors.ts';

/** One line of a pod's log. */
export interface FaultLogLine {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly pod: string;
  readonly text: string;
}

/** A fault that was put into a pod. */
export interface InjectedFault {
  readonly at: number;
  readonly pod: string;
  readonly kind: string;
}

/** One day: its lines by time, and its faults by time. */
export interface FaultDay {
  readonly name: string;
  readonly lines: readonly FaultLogLine[];
  readonly faults: readonly InjectedFault[];
}

const FaultList = z.record(z.string(), z.array(z.object({ inject_time: z.string(), inject_pod: z.string(), inject_type: z.string() })));
const Wrapped = z.object({ log: z.string() });

/** Whether a folder is laid out as Nezha's: `rca_data/DAY/DAY-fault_list.json`. */
export function hasFaultLogs(dataDir: string): boolean {
  return existsSync(join(dataDir, 'rca_data'));
}

/**
 * The days of Nezha's `rca_data` whose folder `log` holds lines (CSV, `.gz` or not). Throws
 * `bad-usage` when there is none, or one cannot be read.
 */
export function faultDays(dataDir: string): readonly FaultDay[] {
  const root = join(dataDir, 'rca_data');
  const names = readdirSync(root).filter(
    (name) => existsSync(join(root, name, 'log')) && existsSync(join(root, name, `${name}-fault_list.json`)),
  );
  const days = names.toSorted().map((name) => faultDay(name, join(root, name)));
  if (days.length > 0) return days;
  throw refusal(root, 'there is no folder DAY with a folder log and a file DAY-fault_list.json in it; give a data set laid out as Nezha');
}

function faultDay(name: string, folder: string): FaultDay {
  const files = readdirSync(join(folder, 'log')).filter((file) => /\.csv(?:\.gz)?$/.test(file));
  const lines = new Map(
    files.flatMap((file) => linesOf(join(folder, 'log', file))).map((line) => [`${line.at} ${line.pod} ${line.text}`, line]),
  );
  return {
    name,
    lines: [...lines.values()].toSorted((a, b) => a.at - b.at),
    faults: faultsOf(join(folder, `${name}-fault_list.json`)).toSorted((a, b) => a.at - b.at),
  };
}

const HEADER = 'Timestamp,TimeUnixNano,Node,PodName,Container,TraceID,SpanID,Log';
/** One record, which is one line of the file: the time, the pod, and the log in quotes. */
const record = /^[^,]*,(\d+),[^,]*,([^,]+),[^,]*,[^,]*,[^,]*,"(.*)"$/;

/** The lines of one file; a record that is torn is left out, for collectors tear some. */
function linesOf(file: string): readonly FaultLogLine[] {
  return reading(file, () => {
    const bytes = readFileSync(file);
    const [header, ...records] = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8').split(/\r?\n/);
    if (header !== HEADER) throw new Error(`its first line is not ${HEADER}`);
    return records.flatMap((text) => {
      const [, nanoseconds, pod, log] = record.exec(text) ?? [];
      const line = log === undefined ? undefined : unwrapped(log.replaceAll('""', '"'));
      return pod === undefined || line === undefined ? [] : [{ at: Math.floor(Number(nanoseconds) / 1e6), pod, text: line }];
    });
  });
}

/** The line as the container wrote it, within the collector's JSON; undefined where that is torn. */
function unwrapped(text: string): string | undefined {
  try {
    return Wrapped.parse(JSON.parse(text)).log.replace(/\n$/, '');
  } catch {
    return undefined;
  }
}

function faultsOf(file: string): readonly InjectedFault[] {
  return reading(file, () =>
    Object.values(FaultList.parse(JSON.parse(readFileSync(file, 'utf8'))))
      .flat()
      .map((fault) => ({ at: Date.parse(`${fault.inject_time.replace(' ', 'T')}Z`), pod: fault.inject_pod, kind: fault.inject_type })),
  );
}

function reading<Value>(file: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    throw refusal(file, error instanceof Error ? error.message : String(error), error);
  }
}

function refusal(where: string, what: string, cause?: unknown): CoreError {
  return new CoreError('bad-usage', `--data: ${where}: ${what}`, { cause });
}
