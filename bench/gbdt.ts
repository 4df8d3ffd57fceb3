/**
 * Boosted trees at the size of the goal: 50,000 rows x 20 features, 100 trees of depth 6, and 10,000 predictions; by processor time, the
 * best of five. `node bench/gbdt.ts`
 */
import { predictGbdt } from '../src/learning/gbdt/gbdt-model.ts';
import type { Loss } from '../src/learning/gbdt/loss.ts';
import { gbdtDefaults, type TrainingRows, trainGbdt } from '../src/learning/gbdt/train-gbdt.ts';
import { createRandom } from '../src/simulator/random.ts';

const WIDTH = 20;
const random = createRandom(1);

/** Features in [-1, 1), a target that bends and crosses them, and noise; as a class it is 1 above zero. */
function draw(count: number, isClass: boolean): TrainingRows {
  const values = Float32Array.from({ length: count * WIDTH }, () => random() * 2 - 1);
  const targets = Float32Array.from({ length: count }, (_, row) => {
    const [a = 0, b = 0, c = 0, d = 0] = values.subarray(row * WIDTH);
    const target = a * b * 4 + Math.sin(c * 3) * 2 + (d > 0.3 ? 1 : -0.5) + (random() + random() - 1) / 2;
    return isClass ? Number(target > 0) : target;
  });
  return { count, width: WIDTH, values, targets, outputs: 1 };
}

function bestMs<Result>(work: () => Result): { ms: number; result: Result } {
  const runs = Array.from({ length: 5 }, () => {
    const start = process.cpuUsage();
    const result = work();
    const { user, system } = process.cpuUsage(start);
    return { ms: (user + system) / 1000, result };
  });
  return runs.reduce((best, one) => (one.ms < best.ms ? one : best));
}

/** The chance that a row of class 1 has a larger score than one of class 0. */
function auc(scores: Float32Array, targets: Float32Array): number {
  const order = Array.from(scores.keys()).sort((one, other) => (scores[one] ?? 0) - (scores[other] ?? 0));
  const ones = targets.reduce((sum, target) => sum + target, 0);
  const ranks = order.reduce((sum, row, rank) => sum + (targets[row] === 1 ? rank + 1 : 0), 0);
  return (ranks - (ones * (ones + 1)) / 2) / (ones * (targets.length - ones));
}

function meanError(scores: Float32Array, targets: Float32Array): number {
  return scores.reduce((sum, score, row) => sum + Math.abs(score - (targets[row] ?? 0)), 0) / scores.length;
}

const losses: readonly Loss[] = [{ kind: 'logistic' }, { kind: 'squared' }, { kind: 'absolute' }];
for (const loss of losses) {
  const isClass = loss.kind === 'logistic';
  const [rows, unseen] = [draw(50_000, isClass), draw(10_000, isClass)];
  const trained = bestMs(() => trainGbdt(rows, { ...gbdtDefaults, loss, random: createRandom(2) }));
  const predicted = bestMs(() => predictGbdt(trained.result, unseen));
  const skill = isClass
    ? `AUC ${auc(predicted.result, unseen.targets).toFixed(4)}`
    : `MAE ${meanError(predicted.result, unseen.targets).toFixed(4)}`;
  console.log(`${loss.kind.padEnd(10)} train ${trained.ms.toFixed(0)} ms, predict 10,000 ${predicted.ms.toFixed(1)} ms, ${skill}`);
}
