import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { detectors } from '../../src/detectors/index.ts';
import { builtStories } from './built-stories.ts';
import { recordedStories } from './recorded-stories.ts';
import { accompanied, firesIn, moved, renamed, type Story, shifted, unfoundEvidence } from './story.ts';

const stories = [...recordedStories, ...builtStories];
const title = (story: Story) => `${story.name} (${story.origin})`;
const table = stories.map((story) => [title(story), story] as const);
const DAYS = 24 * 60 * 60_000;

describe('the stories', () => {
  it('have a name each', () => expect(new Set(stories.map(title)).size).toBe(stories.length));
  it('hold recorded objects and look-alikes in which nothing fires', () => {
    expect(recordedStories.length).toBeGreaterThan(50);
    expect(stories.filter((story) => story.fires.length === 0).length).toBeGreaterThan(50);
  });
});

describe('each detector', () => {
  it.each(detectors.map((detector) => detector.name))('%s has a table of its own beside its file', (name) => {
    const groups = ['state', 'alerts', 'series', 'flows', 'logs'];
    expect(groups.some((group) => existsSync(join(import.meta.dirname, `../../src/detectors/${group}/${name}.test.ts`)))).toBe(true);
  });
});

describe('in each story exactly the expected detectors fire', () => {
  it.each(table)('%s', (_, story) => expect(firesIn(story)).toEqual(story.fires.toSorted()));
  it.each(table)('%s, everything renamed', (_, story) => {
    const other = renamed(story);
    expect(firesIn(other)).toEqual(other.fires.toSorted());
  });
  it.each(table)('%s, 400 days later', (_, story) => expect(firesIn(shifted(story, 400 * DAYS))).toEqual(story.fires.toSorted()));
  it.each(table)('%s, beside a healthy container', (_, story) => expect(firesIn(accompanied(story))).toEqual(story.fires.toSorted()));
});

describe('the evidence of what fires', () => {
  it.each(table)('is found among the signals: %s', (_, story) => expect(unfoundEvidence(story)).toEqual([]));
});

describe('a sick container fires in another role as well, and an init container may fire as such', () => {
  const moves = stories.flatMap((story) => (story.movesTo ?? []).map((role) => [title(story), role, story] as const));
  it.each(moves)('%s, as %s', (_, role, story) => {
    const fires = firesIn(moved(story, role));
    expect(fires.filter((cell) => !cell.startsWith('init-container-failing '))).toEqual(story.fires.toSorted());
  });
});
