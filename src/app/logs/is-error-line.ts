import type { LogLine } from '../../core/model/log-line.ts';

/** Words as loggers and runtimes write them. */
const failing = /\b(?:error|fatal|panic|critical|exception|traceback|segfault)\b/i;
/** Severities of OpenTelemetry and of the usual loggers. */
const severe = /^(?:err|fatal|crit|panic|alert|emerg)/i;

/** Whether a line says of itself that something failed: by its severity where its sender gave one, else by its words. */
export function isErrorLine({ text, severity }: Pick<LogLine, 'text' | 'severity'>): boolean {
  return severity === undefined ? failing.test(text) : severe.test(severity);
}
