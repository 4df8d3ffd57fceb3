import { z } from 'zod';
import type { Finding } from '../../core/model/finding.ts';

/** The series detectors whose word alone may be acted on, by name; none unless the operator says so. */
export const trustedSeries = z.array(z.string()).readonly().default([]);

/** Whether the finding is nothing but readings of a detector that is trusted. */
export function isTrusted({ detector, evidence }: Finding, trusted: readonly string[]): boolean {
  return trusted.includes(detector) && evidence.length > 0 && evidence.every(({ source }) => source === 'reading');
}
