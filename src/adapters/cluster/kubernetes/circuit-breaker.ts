import type { Clock } from '../../../core/ports.ts';

/** Keeps live reads from queueing on an API server that does not answer. */
export interface CircuitBreaker {
  /** Whether a read may be sent now; of a half-open breaker's callers only one may. */
  admits(): boolean;
  succeeded(): void;
  failed(): void;
}

/** Opens after this many failures in a row, and lets one probe through after each `OPEN_MS`. */
const THRESHOLD = 5;
const OPEN_MS = 3_000;

/** A breaker that any success closes. */
export function createCircuitBreaker(clock: Pick<Clock, 'now'>): CircuitBreaker {
  let failures = 0;
  let probedAt = 0;
  return {
    admits() {
      if (failures < THRESHOLD) return true;
      const sinceProbe = clock.now() - probedAt;
      if (sinceProbe >= 0 && sinceProbe < OPEN_MS) return false;
      probedAt = clock.now();
      return true;
    },
    succeeded() {
      failures = 0;
    },
    failed() {
      failures += 1;
      if (failures === THRESHOLD) probedAt = clock.now();
    },
  };
}
