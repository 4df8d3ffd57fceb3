import { Gauge, type Registry } from 'prom-client';
import type { SeriesStanding } from '../../series/series-desk.ts';

/** How the series and their sources stand, read at the moment of asking. */
export function seriesGauges(standing: () => SeriesStanding, registry: Registry): void {
  const registers = [registry];
  new Gauge({
    name: 'kubemend_series',
    help: 'Series that are held in memory.',
    registers,
    collect() {
      this.set(standing().series);
    },
  });
  new Gauge({
    name: 'kubemend_samples_dropped',
    help: 'Samples that were left out since the start, by reason; source is the one that did, or kubemend itself.',
    labelNames: ['source', 'reason'],
    registers,
    collect() {
      this.reset();
      const { dropped, sources } = standing();
      for (const [reason, count] of Object.entries(dropped)) this.set({ source: 'kubemend', reason }, count);
      for (const source of sources)
        for (const [reason, count] of Object.entries(source.dropped)) this.set({ source: source.name, reason }, count);
    },
  });
  new Gauge({
    name: 'kubemend_source_age_seconds',
    help: 'Time since the source last told something true and whole; absent when it never did.',
    labelNames: ['source'],
    registers,
    collect() {
      this.reset();
      for (const { name, ageMs } of standing().sources) if (ageMs !== undefined) this.set({ source: name }, ageMs / 1_000);
    },
  });
  new Gauge({
    name: 'kubemend_source_problem',
    help: '1 while something is wrong with the source; the log says what.',
    labelNames: ['source'],
    registers,
    collect() {
      this.reset();
      for (const { name, problem } of standing().sources) this.set({ source: name }, problem === undefined ? 0 : 1);
    },
  });
}
