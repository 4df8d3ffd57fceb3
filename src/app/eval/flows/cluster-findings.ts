import { CoreError } from '../../../core/errors.ts';
import type { Flow } from '../../../core/model/flow.ts';
import type { Figures } from '../../../learning/bootstrap.ts';
import { createFlowWatch, type FlowAlarm, type FlowWatchOptions, flowWatchDefaults, isPartOf } from '../../../learning/flows/flow-watch.ts';
import { summaryOf } from '../summary.ts';
import type { EvaluatedCase, EvaluationInput, Findings } from '../task.ts';
import { type CicFlow, cicFlows } from './cic-flows.ts';
import type { FlowFile } from './flow-files.ts';
import { type PlantedAttack, plantedAttacks } from './planted-attacks.ts';

const BENIGN = '0';
/** The first part of the benign flows is learnt from, and not scored. */
const LEARNT = 0.5;
const RUN = 50;
/** So often each kind of attack is planted. */
const PLANTS = 20;

/** Ours and others, by their options: one that knows nothing of the cluster, and the rule "more than 10,000 bytes from several sources". */
const methods = {
  kubemend: { options: {}, isLearning: true },
  'without-learning': { options: {}, isLearning: false },
  'bytes-rule': { options: { volume: { bytes: 10_000, sources: 2 } }, isLearning: false },
} as const satisfies Record<string, Method>;

interface Method {
  readonly options: Partial<FlowWatchOptions>;
  readonly isLearning: boolean;
}

/** Part of what is scored: a run of benign flows, or a planted attack. */
interface Piece {
  readonly benign: number;
  readonly flagged: number;
  readonly planted: number;
  readonly found: number;
}

/** Captures in a cluster: how many benign flows are flagged, of scenarios how many, and whether planted attacks are found. */
export function clusterFindings(files: readonly FlowFile[], input: EvaluationInput): Findings {
  const { flows } = cicFlows(files);
  const benign = flows.filter(({ label }) => label === BENIGN);
  const cut = Math.round(benign.length * LEARNT);
  if (cut < RUN)
    throw new CoreError(
      'bad-usage',
      `--data: there are ${benign.length} benign flows (label ${BENIGN}); to learn what is usual ${2 * RUN} are needed`,
    );
  const scene: Scene = { learnt: benign.slice(0, cut), scored: benign.slice(cut).slice(0, input.limit) };
  const scenarios = Map.groupBy(
    flows.filter(({ label }) => label !== BENIGN),
    ({ label }) => label,
  );
  const [ours, cold, bytes] = [summarise(methods.kubemend), summarise(methods['without-learning']), summarise(methods['bytes-rule'])];

  function summarise(method: Method) {
    return summaryOf(piecesOf(scene, method, input), figuresOf, input.newRandom());
  }
  return {
    configuration: {
      watch: flowWatchDefaults,
      learntShare: LEARNT,
      plants: PLANTS,
      columnsUsed: 'addresses, ports, times, packets, bytes, flags',
    },
    cases: [...scenarios].map(([label, own]) => scenarioCase(label, own, scene)),
    ...ours,
    baselines: { 'without-learning': cold, 'bytes-rule': bytes },
  };
}

interface Scene {
  readonly learnt: readonly CicFlow[];
  readonly scored: readonly CicFlow[];
}

function figuresOf(pieces: readonly Piece[]): Figures {
  const sum = (of: (piece: Piece) => number) => pieces.reduce((total, piece) => total + of(piece), 0);
  const benign = Math.max(
    1,
    sum(({ benign: count }) => count),
  );
  const flagged = sum(({ flagged: count }) => count);
  return {
    benignFlagged: flagged / benign,
    falsePer10kBenign: (10_000 * flagged) / benign,
    plantedFound:
      sum(({ found }) => found) /
      Math.max(
        1,
        sum(({ planted }) => planted),
      ),
  };
}

function piecesOf(scene: Scene, method: Method, { newRandom }: EvaluationInput): readonly Piece[] {
  const flagged = flaggedOf(scene, method);
  const runs = Array.from({ length: Math.ceil(flagged.length / RUN) }, (_, n) => flagged.slice(n * RUN, (n + 1) * RUN));
  const random = newRandom();
  const addresses = [...new Set(scene.learnt.flatMap(({ flows }) => flows.map(({ sourceAddress }) => sourceAddress)))].toSorted();
  const first = scene.scored[0]?.at ?? 0;
  const spanMs = (scene.scored.at(-1)?.at ?? 0) - first;
  const plants = Array.from({ length: PLANTS }, (_, n) => plantedAttacks({ addresses, at: first + (spanMs * n) / PLANTS, random })).flat();
  return [
    ...runs.map((run) => ({ benign: run.length, flagged: run.filter(Boolean).length, planted: 0, found: 0 })),
    ...plants.map((plant) => ({ benign: 0, flagged: 0, planted: 1, found: isFound(plant, scene, method) ? 1 : 0 })),
  ];
}

/** By benign flow that is scored, whether an alarm is about it. */
function flaggedOf(scene: Scene, method: Method): readonly boolean[] {
  const alarms = alarmsOf(flowsOf(scene.scored), scene, method);
  return scene.scored.map(({ flows }) => flows.some((flow) => alarms.some((alarm) => isPartOf(alarm, flow))));
}

function isFound({ flows, trouble, address }: PlantedAttack, scene: Scene, method: Method): boolean {
  return alarmsOf([...flowsOf(scene.scored), ...flows], scene, method).some(
    (alarm) => alarm.trouble === trouble && alarm.address === address,
  );
}

/** A scenario alone, as if it came right after what was learnt. */
function scenarioCase(label: string, own: readonly CicFlow[], scene: Scene): EvaluatedCase {
  const shift = (scene.learnt.at(-1)?.at ?? 0) - (own[0]?.at ?? 0);
  const moved = own.map((one) => ({
    ...one,
    flows: one.flows.map((flow) => ({ ...flow, at: flow.at + shift, startAt: flow.startAt + shift })),
  }));
  const flagged = (method: Method) => flaggedOf({ ...scene, scored: moved }, method).filter(Boolean).length / own.length;
  const figures = (method: Method): Figures => ({ flows: own.length, flagged: flagged(method) });
  return {
    name: `scenario ${label}`,
    metrics: figures(methods.kubemend),
    baselines: { 'without-learning': figures(methods['without-learning']), 'bytes-rule': figures(methods['bytes-rule']) },
  };
}

function alarmsOf(flows: readonly Flow[], scene: Scene, { options, isLearning }: Method): readonly FlowAlarm[] {
  const watch = createFlowWatch(options);
  if (isLearning) for (const flow of byTime(flowsOf(scene.learnt))) watch.add(flow);
  watch.close(flows[0]?.at ?? 0);
  const alarms = byTime(flows).flatMap((flow) => watch.add(flow));
  return [...alarms, ...watch.close(Number.POSITIVE_INFINITY)];
}

function flowsOf(flows: readonly CicFlow[]): readonly Flow[] {
  return flows.flatMap(({ flows: own }) => own);
}

function byTime(flows: readonly Flow[]): readonly Flow[] {
  return flows.toSorted((a, b) => a.at - b.at);
}
