import { refusal } from '../../anomaly/refusal.ts';
import type { SymptomData, SymptomLayout } from '../scene.ts';
import { healthyWeek } from './healthy-week.ts';
import { memoryShares } from './memory-shares.ts';
import { nezha } from './nezha.ts';
import { petshop } from './petshop.ts';

/** All layouts, in the order in which a folder is asked whether it has one. */
const layouts: readonly SymptomLayout[] = [healthyWeek, memoryShares, nezha, petshop];

/** The scenes of a folder, whose layout is known by what lies in it. Throws `bad-usage` for one that nobody knows. */
export function symptomData(dataDir: string, limit: number | undefined, random: () => number): SymptomData {
  const layout = layouts.find((one) => one.recognises(dataDir));
  const scenes = layout?.read(dataDir, limit, random) ?? [];
  if (layout && scenes.length > 0) return { layout: layout.name, scenes };
  const known = layouts.map(({ about }) => about).join('; or ');
  throw refusal(dataDir, `there are no metrics with labelled faults that I know; give a folder with ${known}`);
}
