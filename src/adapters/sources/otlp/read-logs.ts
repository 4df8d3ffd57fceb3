import type { LogLine } from '../../../core/model/log-line.ts';
import { doubtAbout, instantOf } from '../receiver/instants.ts';
import { textOf } from './attributes.ts';
import type { LogRecord, ResourceLogs } from './messages.ts';
import { type Origin, originOf } from './origin.ts';
import type { Sieve } from './sieve.ts';

/** A longer line is cut: what matters of it stands at its beginning. */
const LINE_CHARS = 16 * 1024;
const SEVERITY_CHARS = 32;
/** OpenTelemetry's names; each stands for four severity numbers, from 1 on. */
const severities = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const;

/** What a reader of an export must know. */
export interface Reading {
  readonly source: string;
  readonly cluster: string;
  readonly now: number;
  readonly sieve: Sieve;
}

/** The lines of an export, in its order; a record that names no pod is left out. */
export function* readLogs(logs: readonly ResourceLogs[], reading: Reading): Generator<LogLine> {
  for (const { resource, scopeLogs } of logs) {
    const origin = originOf(resource, reading.cluster);
    for (const { logRecords } of scopeLogs)
      for (const record of logRecords) {
        const line = lineOf(record, origin, reading);
        if (line) yield line;
      }
  }
}

function lineOf(record: LogRecord, { pod, container }: Origin, { source, now, sieve }: Reading): LogLine | undefined {
  const at = instantOf(record.timeUnixNano) ?? instantOf(record.observedTimeUnixNano) ?? now;
  const doubt = pod ? doubtAbout(at, now) : 'no pod named';
  if (!pod || doubt) {
    sieve.drop(doubt ?? 'no pod named');
    return undefined;
  }
  const severity = severityOf(record);
  return {
    signal: 'log',
    source,
    subject: pod,
    ...(container !== undefined && { container }),
    at,
    text: textOf(record.body).slice(0, LINE_CHARS),
    ...(severity !== undefined && { severity }),
  };
}

function severityOf({ severityNumber, severityText }: LogRecord): string | undefined {
  const named = severities[Math.floor((severityNumber - 1) / 4)];
  return named ?? (severityText === '' ? undefined : severityText.slice(0, SEVERITY_CHARS).toUpperCase());
}
