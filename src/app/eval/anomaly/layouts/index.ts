import type { AnomalyData, Layout } from '../labelled-series.ts';
import { refusal } from '../refusal.ts';
import { faults } from './faults.ts';
import { kpi } from './kpi.ts';
import { labelledRows } from './labelled-rows.ts';
import { nab } from './nab.ts';
import { podTable } from './pod-table.ts';
import { servers } from './servers.ts';
import { services } from './services.ts';

/** All layouts, in the order in which a folder is asked whether it has one. */
const layouts: readonly Layout[] = [kpi, nab, faults, services, servers, podTable, labelledRows];

/** The labelled series of a folder, whose layout is known by what lies in it. Throws `bad-usage` for one that nobody knows. */
export function anomalyData(dataDir: string, limit: number | undefined): AnomalyData {
  const layout = layouts.find((one) => one.recognises(dataDir));
  if (layout) return { layout: layout.name, ...layout.read(dataDir, limit) };
  throw refusal(dataDir, `there are no labelled series that I know; give a folder with ${layouts.map(({ about }) => about).join('; or ')}`);
}
