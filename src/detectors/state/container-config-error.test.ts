import { expect, it } from 'vitest';
import { again, ask, down, exit, podWith, summaryOf, waiting } from '../../../test/detectors/ask.ts';
import type { Container } from '../../core/model/objects.ts';
import { containerConfigError } from './container-config-error.ts';

const startError = { reason: 'StartError', exitCode: 128, startedAt: 0, message: 'exec: "nope": not found' };
const rows: readonly [string, Container, number, 'firing' | 'quiet' | 'unknown'][] = [
  ['a missing ConfigMap', waiting('CreateContainerConfigError', { message: 'configmap "cart" not found' }), 30_000, 'firing'],
  ['a ConfigMap that may be just behind', waiting('CreateContainerConfigError'), 29_999, 'unknown'],
  ['a container that cannot be made', waiting('CreateContainerError'), 60_000, 'firing'],
  ['a container that cannot be run', waiting('RunContainerError', { lastState: exit(startError) }), 60_000, 'firing'],
  ['a back-off after failed starts', waiting('CrashLoopBackOff', { lastState: exit(startError), restartCount: 3 }), 60_000, 'firing'],
  ['a failed start', down(1, exit(startError)), 60_000, 'firing'],
  ['a container that runs after a failed start', again(1, 5_000, startError), 60_000, 'quiet'],
  ['a crash', down(3), 60_000, 'quiet'],
  ['a back-off after crashes', waiting('CrashLoopBackOff', { lastState: exit(), restartCount: 3 }), 60_000, 'quiet'],
];

it.each(rows)('container-config-error on %s', (_, app, ageMs, expected) => {
  expect(ask(containerConfigError, [podWith([app], { ageMs })]).is).toBe(expected);
});

it('says what is missing', () => {
  const missing = podWith([waiting('CreateContainerConfigError', { message: 'configmap "cart" not found' })], { ageMs: 60_000 });
  expect(summaryOf(ask(containerConfigError, [missing]))).toBe(
    'Pod shop/cart-0: container app waits with CreateContainerConfigError: configmap "cart" not found (pod started 2027-01-01 11:59:00 UTC)',
  );
  expect(summaryOf(ask(containerConfigError, [podWith([down(2, exit(startError))], { ageMs: 60_000 })]))).toContain(
    'container app cannot be started, exit code 128 (StartError): exec: "nope": not found',
  );
});
