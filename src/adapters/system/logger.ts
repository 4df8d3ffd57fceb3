import { pino } from 'pino';
import type { Logger } from '../../core/ports.ts';

/** JSON lines on stderr: one object per line with `level`, `time`, `msg` and the fields. */
export function jsonLogger(level: 'debug' | 'info' | 'warn' | 'error' | 'silent'): Logger {
  const log = pino(
    { level, base: null, formatters: { level: (label) => ({ level: label }) }, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ dest: 2, sync: true }),
  );
  return {
    debug: (message, fields = {}) => log.debug(fields, message),
    info: (message, fields = {}) => log.info(fields, message),
    warn: (message, fields = {}) => log.warn(fields, message),
    error: (message, fields = {}) => log.error(fields, message),
  };
}
