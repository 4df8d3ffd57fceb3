import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { guards } from '../guards/index.ts';
import { Config, loadConfig } from './config.ts';

function fileWith(text: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'kubemend-config-')), 'kubemend.yaml');
  writeFileSync(file, text);
  return file;
}

describe('the configuration', () => {
  it('takes a flag before the environment, that before the file, that before the default', () => {
    const config = fileWith('mode: observe\nlog: warn\nstateDir: from-file\n');
    const loaded = loadConfig({ config, mode: 'auto' }, { KUBEMEND_LOG: 'error', KUBEMEND_MODE: 'suggest' });
    expect(loaded).toMatchObject({ mode: 'auto', log: 'error', stateDir: 'from-file', ownNamespace: 'kubemend' });
  });

  it('reads durations as people write them', () => {
    expect(loadConfig({ config: fileWith('approvalMs: 5m\nstableMs: 250\nretentionMs: 7d\n') }, {})).toMatchObject({
      approvalMs: 300_000,
      stableMs: 250,
      retentionMs: 604_800_000,
    });
  });

  it.each([
    ['an unknown key', 'mod: ask\n', /unknown key mod \(did you mean mode\?\)/],
    ['an unknown guard', 'guards: { budgt: {} }\n', /unknown key guards\.budgt \(did you mean budget\?\)/],
    ['an unknown option of a guard', 'guards: { budget: { perHour: 3 } }\n', /guards\.budget: unknown key/],
    ['a wrong value', 'mode: yolo\n', /mode: .*observe/],
    [
      'a series detector that may not act',
      'series: { mayAct: [latency] }\n',
      /series\.mayAct\.0: .*"latency".*only saturation-ahead can be named/,
    ],
    [
      'a way around series.mayAct',
      'guards: { evidence-age: { trustedSeries: [latency] } }\n',
      /guards\.evidence-age\.trustedSeries: .*series\.mayAct/,
    ],
    ['a duration without a unit', 'approvalMs: "5"\n', /approvalMs/],
    ['a list where keys are expected', '- mode\n', /must be a mapping/],
    ['broken YAML', 'mode: [ask\n', /cannot be read/],
  ])('refuses %s, naming the file and the key', (_name, text, message) => {
    const config = fileWith(text);
    expect(() => loadConfig({ config }, {})).toThrow(
      expect.objectContaining({ code: 'bad-config', message: expect.stringMatching(message) }),
    );
    expect(() => loadConfig({ config }, {})).toThrow(config);
  });

  it('takes the address of --listen before that of the file, and keeps who may send', () => {
    const config = fileWith('http: { listen: "127.0.0.1:1", webhook: { bearer: { env: TOKEN } } }\n');
    expect(loadConfig({ config, listen: '127.0.0.1:2' }, {}).http).toMatchObject({
      listen: '127.0.0.1:2',
      webhook: { bearer: { env: 'TOKEN' } },
    });
    expect(loadConfig({ config }, {}).http.listen).toBe('127.0.0.1:1');
    expect(loadConfig({}, {}).http.listen).toBeUndefined();
  });

  it('refuses a file that is not there', () => {
    expect(() => loadConfig({ config: '/nowhere/kubemend.yaml' }, {})).toThrow(expect.objectContaining({ code: 'bad-config' }));
  });

  it('stands in docs/configuration.md with every key, every guard and every option', () => {
    const page = readFileSync('docs/configuration.md', 'utf8');
    const options = guards.flatMap((guard) => Object.keys(guard.options.parse({}) as object).map((option) => `${option}: `));
    const wanted = [...Object.keys(Config.shape).map((key) => `\`${key}\``), ...guards.map(({ name }) => `\`${name}\``), ...options];
    expect(wanted.filter((words) => !page.includes(words))).toEqual([]);
  });
});
