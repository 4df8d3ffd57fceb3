import type { Diagnoser } from '../core/plugins.ts';
import { configuredAlerts } from './configured-alerts.ts';
import { recentChange } from './recent-change.ts';
import { rules } from './rules.ts';

/** Every diagnoser: one file of this folder each. */
export const diagnosers: readonly Diagnoser[] = [rules, recentChange, configuredAlerts];
