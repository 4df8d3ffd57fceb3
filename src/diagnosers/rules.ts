import type { Diagnoser } from '../core/plugins.ts';
import { creationIsRefused, noNodeHasRoom, quotaIsExhausted, volumeIsMissing } from './causes/cluster.ts';
import { ownersFailOnOneNode } from './causes/common-node.ts';
import { addedReplicasAreIdle, demandNearsCapacity } from './causes/demand.ts';
import { killedAtEvenIntervals, killedAtItsLimit } from './causes/memory.ts';
import { nodeIsNotReady, nodeRunsShort } from './causes/node.ts';
import { autoscalerAtMaximum, finalizerHolds, jobFailed, metricsCannotBeRead } from './causes/objects.ts';
import { allPodsUnreadyAtOnce, fewPodsUnready, killedForItsProbe, neighbourIsDown, processEnds } from './causes/process.ts';
import { rolloutDidNotComplete, rolloutWithoutProof } from './causes/rollout.ts';
import { configurationIsMissing, imageCannotBePulled } from './causes/start.ts';
import { answersOf, hypothesisOf, type Rule } from './clues/rule.ts';

/** Every rule that reads the present state. */
export const stateRules: readonly Rule[] = [
  rolloutDidNotComplete,
  rolloutWithoutProof,
  imageCannotBePulled,
  configurationIsMissing,
  processEnds,
  killedForItsProbe,
  fewPodsUnready,
  killedAtItsLimit,
  killedAtEvenIntervals,
  neighbourIsDown,
  allPodsUnreadyAtOnce,
  nodeIsNotReady,
  nodeRunsShort,
  ownersFailOnOneNode,
  noNodeHasRoom,
  quotaIsExhausted,
  creationIsRefused,
  volumeIsMissing,
  finalizerHolds,
  jobFailed,
  autoscalerAtMaximum,
  metricsCannotBeRead,
  demandNearsCapacity,
  addedReplicasAreIdle,
];

/** Names causes from the present state of the cluster. Its confidence is each rule's precision on labelled cases, never a guess. */
export const rules: Diagnoser = {
  name: 'rules',
  diagnose: async (incident, facts) => (await answersOf(stateRules, incident, facts)).map(hypothesisOf),
};
