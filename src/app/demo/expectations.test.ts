import { expect, it } from 'vitest';
import { faultScripts, lookAlikes } from '../../simulator/cluster/faults/index.ts';
import { demoFaultNames, expectationsFor, lookAlikeExpectations } from './expectations.ts';

it('holds scripts that there are, each once', () => {
  const scripts = faultScripts.map(({ name }) => name);
  expect(scripts).toEqual(expect.arrayContaining([...demoFaultNames]));
  expect(new Set(demoFaultNames).size).toBe(demoFaultNames.length);
});

it('lets every look-alike happen, and expects silence', () => {
  expect(lookAlikeExpectations.map(({ name }) => name).sort()).toEqual(lookAlikes.map(({ name }) => name).sort());
  expect(new Set(lookAlikeExpectations.map(({ expected }) => expected))).toEqual(new Set(['silent']));
});

it('gives the rows of the named faults, in the order of the table', () => {
  expect(expectationsFor(['hang', 'bad-release']).map(({ name }) => name)).toEqual(['bad-release', 'hang']);
  expect(expectationsFor(undefined).map(({ name }) => name)).toEqual(demoFaultNames);
});

it('refuses a name that is no fault of the demo, and says which there are', () => {
  expect(() => expectationsFor(['meteor'])).toThrow(/--fault meteor .* bad-release/);
});
