import colors from 'picocolors';
import { expect, it } from 'vitest';
import { demoSet } from '../../../test/fakes/demo-news.ts';
import { lookAround, programName, whatNext } from './farewell.ts';

const style = { program: 'kubemend', columns: 80, colors: colors.createColors(false) };

it.each([
  ['a checkout', '/src/kubemend/src/cli/main.ts', 'npm run kubemend --'],
  ['an installation', '/usr/bin/kubemend', 'kubemend'],
  ['a program without a name', undefined, 'kubemend'],
])('knows how it is called in %s', (_name, script, expected) => {
  expect(programName(script)).toBe(expected);
});

it('says how to look at a demo that goes on, with the directory of its records', () => {
  const lines = lookAround(demoSet([]), style).join('\n');
  expect(lines).toContain('kubemend incidents explain INCIDENT --state-dir state/demo\n');
  expect(lines).toContain('export KUBECONFIG=state/demo/kubeconfig');
});

it('sets what a command is for beside it where there is room, and else below', () => {
  expect(whatNext({ ...style, columns: 120 }).find((line) => line.startsWith('  kubemend doctor'))).toMatch(
    /^ {2}kubemend doctor {2,}can it reach your own cluster, and what may it do there\?$/,
  );
  expect(whatNext({ ...style, columns: 60 })).toContain(
    '  kubemend doctor\n      can it reach your own cluster, and what may it do there?',
  );
});
