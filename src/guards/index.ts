import type { Guard } from '../core/plugins.ts';
import { blastRadius } from './blast-radius.ts';
import { budget } from './budget.ts';
import { confidence } from './confidence.ts';
import { cooldown } from './cooldown.ts';
import { dryRun } from './dry-run.ts';
import { evidenceAge } from './evidence-age.ts';
import { evidenceTrust } from './evidence-trust.ts';
import { freezeWindows } from './freeze-windows.ts';
import { healthyNodes } from './healthy-nodes.ts';
import { mode } from './mode.ts';
import { neverTouch } from './never-touch.ts';
import { ownerConflict } from './owner-conflict.ts';
import { pause } from './pause.ts';
import { pdbHeadroom } from './pdb-headroom.ts';
import { plannedDisruption } from './planned-disruption.ts';
import { readyReplicas } from './ready-replicas.ts';
import { repetition } from './repetition.ts';
import { riskTier } from './risk-tier.ts';
import { scope } from './scope.ts';
import { selfCaused } from './self-caused.ts';
import { stormBrake } from './storm-brake.ts';

/** Every guard: one file of this folder each. All are asked about every plan. */
export const guards: readonly Guard[] = [
  scope,
  mode,
  pause,
  freezeWindows,
  evidenceAge,
  evidenceTrust,
  confidence,
  dryRun,
  neverTouch,
  ownerConflict,
  pdbHeadroom,
  readyReplicas,
  healthyNodes,
  blastRadius,
  budget,
  cooldown,
  stormBrake,
  selfCaused,
  repetition,
  plannedDisruption,
  riskTier,
];
