import { levelWeights, type SeriesColumns, valueAgo } from './series-columns.ts';
import type { SeriesWindow } from './window-features.ts';

/** A way to forecast that needs no learning: the same value for all steps ahead, or one for each; NaN when it cannot say. */
interface SimpleWay {
  readonly name: string;
  /** `step` counts from 0; `seasonSteps` is 0 without a season. */
  at(columns: SeriesColumns, window: SeriesWindow, when: { readonly step: number; readonly seasonSteps: number }): number;
}

/** Where the last value, the median and the level stand among the simple ways. */
export const [LAST, MEDIAN, LEVEL] = [0, 1, 2] as const;

/** The ways that are never silent. Holt's trend is none of them: it loses to the last value on all data that was looked at. */
export const simpleWays: readonly SimpleWay[] = [
  { name: 'last value', at: (_columns, { last }) => last },
  { name: 'median', at: (_columns, { median }) => median },
  { name: 'level', at: (columns, { slot, last }) => columns.levels[slot * levelWeights.length] ?? last },
  {
    name: 'season before',
    at: (columns, { slot }, { step, seasonSteps }) => (seasonSteps > step ? valueAgo(columns, slot, seasonSteps - 1 - step) : Number.NaN),
  },
];
