import type { DemoReport, FaultResult } from './news.ts';

/** What a report is made of. */
export interface ReportParts {
  readonly results: readonly FaultResult[];
  readonly unsafeActions: number;
  readonly speed: number;
  readonly seconds: number;
}

/** The report: all is well when every fault and every look-alike ended as expected, and nothing was written that ought not to have been. */
export function reportDemo({ results, unsafeActions, speed, seconds }: ReportParts): DemoReport {
  const count = (outcome: FaultResult['outcome']) => results.filter((result) => result.outcome === outcome).length;
  return {
    faults: results,
    mended: count('mended'),
    refused: count('refused'),
    undone: count('undone'),
    ...{ unsafeActions, speed, seconds: Math.round(seconds * 10) / 10 },
    ok: results.length > 0 && results.every(({ ok }) => ok) && unsafeActions === 0,
  };
}
