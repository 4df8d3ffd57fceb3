import { expect, test } from 'vitest';
import { stress } from './stress.ts';

const flags = { namespace: 'shop', selector: 'app=cart', cpu: '1', memory: '0', for: '5m', ramp: '0' };

test.each([
  ['neither a name nor a selector', undefined, { selector: undefined }, /name one pod, or --selector/],
  ['both', 'cart-1', {}, /name one pod, or --selector/],
  ['a name and a number', 'cart-1', { selector: undefined, pods: '2' }, /go with --selector/],
  ['all and a number', undefined, { all: true, pods: '2' }, /contradict/],
  ['no pods at all', undefined, { pods: '0' }, /--pods 0: write a number from 1 to 100/],
  ['a CPU that is none', undefined, { cpu: 'much' }, /--cpu much: write cores .* 500m/],
  ['a negative CPU', undefined, { cpu: '-1' }, /--cpu -1/],
  ['memory that is none', undefined, { memory: '1 GB' }, /--memory 1 GB: write an amount of bytes/],
  ['nothing to do', undefined, { cpu: '0' }, /nothing to do/],
  ['a time beyond half an hour', undefined, { for: '31m' }, /30m at the most/],
  ['a time that is none', undefined, { for: 'soon' }, /--for soon/],
  ['a ramp beyond the time', undefined, { ramp: '6m' }, /--ramp 6m: longer than --for 5m/],
] as const)('refuses %s before it reaches for any cluster', async (_name, pod, changed, why) => {
  const given = { ...flags, ...changed, kubeconfig: '/nowhere' };
  await expect(stress({ output: 'table' }, pod, given)).rejects.toMatchObject({ code: 'bad-usage', message: expect.stringMatching(why) });
});
