import { adjustResources } from '../../../src/actions/adjust-resources.ts';
import { evictFromNode } from '../../../src/actions/evict-from-node.ts';
import { evictPod } from '../../../src/actions/evict-pod.ts';
import { restartRollout } from '../../../src/actions/restart-rollout.ts';
import { rollbackRollout } from '../../../src/actions/rollback-rollout.ts';
import { scaleBack } from '../../../src/actions/scale-back.ts';
import { scaleWorkload } from '../../../src/actions/scale-workload.ts';
import type { Cause } from '../../../src/core/model/diagnosis.ts';
import type { Incident } from '../../../src/core/model/incident.ts';
import type { KubeObject } from '../../../src/core/model/objects.ts';
import type { Action, Effect, Facts } from '../../../src/core/plugins.ts';
import type { WriteAnswer } from '../../../src/core/ports.ts';
import { objectsAt } from '../../../src/simulator/json.ts';
import type { ApiObject } from '../../../src/simulator/world.ts';
import { findingOn, incidentOn } from '../../fakes/acting.ts';
import { type Hand, takeHold } from './hand.ts';
import { idlenessOf } from './idleness.ts';
import type { Shape, Story } from './shape.ts';
import { type Stage, serves, setStage } from './stage.ts';

/** How long it is watched what becomes of an act: longer than any rollout here takes. */
const WATCHED_SECONDS = 200;

const answers: Readonly<Record<Story, readonly [Action, Cause]>> = {
  'sick pods': [evictPod, 'memory-leak'],
  'stuck in order': [evictPod, 'bad-rollout'],
  'all hang': [restartRollout, 'application-hang'],
  'bad release': [rollbackRollout, 'bad-rollout'],
  'out of memory': [adjustResources, 'memory-limit-too-low'],
  'too few': [scaleWorkload, 'insufficient-capacity'],
  'lost node': [evictFromNode, 'node-failure'],
  'too many': [scaleBack, 'excess-capacity'],
};

/** What a preview said, and what then came of the act. */
export interface Outcome {
  readonly shape: Shape;
  readonly summary: string;
  readonly effect: Effect;
  readonly dryRun: WriteAnswer;
  readonly answer: WriteAnswer;
  readonly readyBefore: number;
  /** By how many fewer pods served at the worst moment than would have without the act. */
  readonly taken: number;
  /** The pods of the workload that were there before and would have gone on as they were without the act. */
  readonly touched: readonly string[];
  /** How many pods found no node in the end that would not have been there without the act. */
  readonly stranded: number;
}

/** Plays the state out with the act and without. Undefined when its action proposes nothing here. */
export async function play(shape: Shape): Promise<Outcome | undefined> {
  const stage = setStage(shape);
  const hand = await takeHold(stage.cluster.world);
  try {
    const [action, cause] = answers[shape.story];
    const facts = factsOf(shape, stage, hand);
    const proposal = await action.propose(incidentFor(shape, stage, facts), cause, facts);
    if (!proposal) return undefined;
    const effect = action.preview(proposal.input, facts);
    const write = action.write(proposal.input);
    const dryRun = await hand.tryOut(write);
    const readyBefore = stage.pods().filter(serves).length;
    const { answer, ...course } = await watched(stage, () => hand.write(write));
    const other = setStage(shape);
    const { answer: _none, ...without } = await watched(other, async () => undefined);
    other.cluster.stop();
    return {
      ...{ shape, summary: proposal.summary, effect, dryRun, answer: answer ?? dryRun, readyBefore },
      taken: Math.max(0, without.lowest - course.lowest),
      touched: course.touched.filter((name) => !without.touched.includes(name)),
      stranded: Math.max(0, course.homeless - without.homeless),
    };
  } finally {
    await hand.letGo();
    stage.cluster.stop();
  }
}

/** What is known when it is acted; where there are too many replicas, also that kubemend added some and that they are idle. */
function factsOf(shape: Shape, { workload }: Stage, hand: Hand): Facts {
  const plain = hand.facts();
  const seen = plain.view.ofKind(shape.kind).find(({ meta }) => meta.ref.uid === workload.metadata.uid);
  return shape.story === 'too many' && seen ? hand.facts(idlenessOf(shape, seen.meta.ref, plain.now)) : plain;
}

interface Course<Answer> {
  readonly answer: Answer;
  readonly lowest: number;
  readonly touched: readonly string[];
  readonly homeless: number;
}

/** Acts, lets the time pass, and says how few pods served at the worst moment and which of those before are not what they were. */
async function watched<Answer>(stage: Stage, act: () => Promise<Answer>): Promise<Course<Answer>> {
  const before = stage.pods();
  const count = () => stage.pods().filter(serves).length;
  let lowest = count();
  const stop = stage.cluster.world.objects.onChange(({ resource }) => {
    if (resource === 'pods') lowest = Math.min(lowest, count());
  });
  const answer = await act();
  stage.pass(WATCHED_SECONDS);
  stop();
  const after = new Map(stage.pods().map((pod) => [pod.metadata.uid, pod]));
  const touched = before.filter((pod) => !isAsBefore(pod, after.get(pod.metadata.uid))).map(({ metadata }) => metadata.name);
  const homeless = stage.pods().filter(({ spec }) => spec?.nodeName === undefined).length;
  return { answer, lowest, touched, homeless };
}

function isAsBefore(before: ApiObject, after: ApiObject | undefined): boolean {
  if (!after || after.metadata.deletionTimestamp !== before.metadata.deletionTimestamp) return false;
  return specOf(after, before) === specOf(before, before) && restartsOf(after) === restartsOf(before);
}

/** That a waiting pod finds its node is no harm. */
function specOf({ spec }: ApiObject, before: ApiObject): string {
  return JSON.stringify({ ...spec, nodeName: before.spec?.nodeName === undefined ? null : spec?.nodeName });
}

function restartsOf({ status }: ApiObject): number {
  return objectsAt(status, 'containerStatuses').reduce((sum, { restartCount }) => sum + Number(restartCount), 0);
}

/** An incident about the workload, with findings on the pods that the story is about. */
function incidentFor(shape: Shape, { workload, pods }: Stage, { view, now }: Facts): Incident {
  const known = (uid: string): KubeObject => {
    const found = [...view.ofKind('Pod'), ...view.ofKind(shape.kind)].find(({ meta }) => meta.ref.uid === uid);
    if (!found) throw new Error(`no object ${uid} is in view`);
    return found;
  };
  const subject = known(workload.metadata.uid);
  const all = pods().filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const sick = shape.story === 'sick pods' ? all.slice(0, 1 + (shape.seed % Math.max(1, all.length))) : all;
  const findings = [subject, ...sick.map(({ metadata }) => known(metadata.uid))].map((object) =>
    findingOn(object, { at: now, since: now }),
  );
  return incidentOn(subject, [], { findings });
}
