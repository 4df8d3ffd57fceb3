import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLogTemplateMiner, type LogTemplateOptions } from './log-templates.ts';

/** The template of each line after the last one. */
function mined(lines: readonly string[], options: Partial<LogTemplateOptions> = {}): string[] {
  const miner = createLogTemplateMiner(options);
  return lines.map((line) => miner.add(line)).map((handle) => miner.template(handle).text);
}

describe('a miner of log templates', () => {
  it('gives lines that differ in values one template', () => {
    const [one, other] = mined(['took 17 ms for /healthz', 'took 4 ms for /readyz']);
    expect([one, other]).toEqual(['took <*> ms for <*>', 'took <*> ms for <*>']);
  });

  it('keeps apart what differs in a word', () => {
    expect(new Set(mined(['link 1 is up', 'link 2 is down', 'link 1 is up'])).size).toBe(2);
  });

  it('learns from the third user that the name of a user is a value, and tells so of the first', () => {
    const lines = ['root', 'bob', 'eve'].map((user) => `session opened for user ${user} by sshd`);
    expect(mined(lines)).toEqual(Array(3).fill('session opened for user <*> by sshd'));
    expect(new Set(mined(lines.slice(0, 2))).size).toBe(2);
  });

  it('writes a list of values out while it is always as long, and short when it is not', () => {
    expect(mined(['delete blk_1 blk_2', 'delete blk_3 blk_4'])).toEqual(Array(2).fill('delete <*> <*>'));
    expect(mined(['delete blk_1 blk_2', 'delete blk_3'])).toEqual(Array(2).fill('delete <*>'));
  });

  it('counts the lines of a template, also those of templates that became part of it', () => {
    const miner = createLogTemplateMiner();
    for (const user of ['root', 'bob', 'root', 'eve', 'mallory']) miner.add(`session opened for user ${user} by sshd`);
    miner.add('sshd has stopped');
    expect(miner.templates()).toMatchObject([
      { text: 'session opened for user <*> by sshd', lines: 5 },
      { text: 'sshd has stopped', lines: 1 },
    ]);
  });

  it('forgets the templates that were seen least recently, counts them, and still knows them by their handle', () => {
    const miner = createLogTemplateMiner({ mostTemplates: 3, mostForms: 2 });
    const first = miner.add('alpha starts');
    for (const line of ['beta comes second here', 'gamma!', 'beta comes second here', 'delta, the (fourth)']) miner.add(line);
    expect(miner.dropped()).toBe(1);
    expect(miner.templates().map(({ text }) => text)).toEqual(['beta comes second here', 'gamma!', 'delta, the (fourth)']);
    expect(miner.template(first)).toMatchObject({ text: 'alpha starts', lines: 1 });
    expect(miner.template(miner.add('alpha starts')).id).not.toBe(miner.template(first).id);
  });

  it('never keeps more than it may, whatever comes', () => {
    const miner = createLogTemplateMiner({ mostTemplates: 50, mostForms: 20 });
    const words = (n: number) => n.toString(2).replaceAll('0', ' a').replaceAll('1', ' b');
    for (let n = 0; n < 5_000; n++) miner.add(`line${words(n)}`);
    expect(miner.templates().length).toBeLessThanOrEqual(50);
    expect(miner.dropped()).toBeGreaterThan(1_000);
  });

  it('gives the same answers when it remembers next to no forms', () => {
    const lines = Array.from(
      { length: 300 },
      (_, n) => `user ${['ann', 'bob', 'eve', 'joe'][n % 4]} has ${n} ${n % 3 ? 'jobs' : 'mails, all read'}`,
    );
    expect(mined(lines, { mostForms: 1 })).toEqual(mined(lines));
  });

  it('gives each line a template that fits it', () => {
    const word = fc.constantFrom(
      'user',
      'job',
      'is',
      'at',
      'aB',
      'x.y',
      '17',
      '/a/b',
      'id=3',
      "'q'",
      '(a,',
      'b)',
      'sid:9',
      'x@1f',
      'Fri',
      '...',
      '@0x1',
    );
    const line = fc.array(word, { minLength: 1, maxLength: 6 }).map((words) => words.join(' '));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 40 }), (lines) => {
        for (const [n, text] of mined(lines).entries()) {
          const pattern = text.split('<*>').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
          expect(lines[n]).toMatch(new RegExp(`^${pattern.join('.*')}$`));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('takes any text for a line', () => {
    const line = fc.string({ unit: 'binary', maxLength: 50 });
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), (lines) => {
        expect(mined(lines)).toHaveLength(lines.length);
      }),
    );
  });
});
