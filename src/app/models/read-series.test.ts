import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSeries } from './read-series.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'kubemend-series-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function written(text: string): string {
  const file = join(dir, 'pods.csv');
  writeFileSync(file, text);
  return file;
}

describe('a CSV of pods', () => {
  it('becomes one series for each pod, by time, never joined', () => {
    const rows = ['1700000060,shop,a,2,20', '1700000000,shop,b,5,50', '1700000000,shop,a,1,10', '1700000060,shop,b,6,60'];
    const table = readSeries(written(`timestamp,namespace,pod,cpu,memory\n${rows.join('\n')}\n`));
    expect(table.features).toEqual(['cpu', 'memory']);
    expect(table.stepMs).toBe(60_000);
    expect(table.series.map(({ name, at, values }) => [name, [...at], [...values]])).toEqual([
      ['shop/a', [1_700_000_000_000, 1_700_000_060_000], [1, 10, 2, 20]],
      ['shop/b', [1_700_000_000_000, 1_700_000_060_000], [5, 50, 6, 60]],
    ]);
  });

  it('leaves missing values missing, and columns of words out', () => {
    const table = readSeries(written('timestamp,pod,cpu,status\n2026-01-01T00:00:00Z,a,,Running\n2026-01-01T00:01:00Z,a,3,Failed\n'));
    expect(table.features).toEqual(['cpu']);
    expect([...(table.series[0]?.values ?? [])]).toEqual([Number.NaN, 3]);
  });

  it('may have one series, be zipped, and name only some of its columns', () => {
    const file = join(dir, 'one.csv.gz');
    writeFileSync(file, gzipSync('Timestamp,cpu,memory\n2026-01-01T00:00:00Z,1,2\n'));
    expect(readSeries(file, ['memory'])).toMatchObject({ features: ['memory'], series: [{ name: 'all' }], stepMs: undefined });
  });

  it('counts what it leaves out: the same time twice, and rows without a time', () => {
    const table = readSeries(written('timestamp,pod,cpu\n2026-01-01 00:00,a,1\n2026-01-01 00:00,a,2\nnever,a,3\n'));
    expect(table.dropped).toMatchObject({ 'same time twice': 1, 'without a time': 1 });
    expect([...(table.series[0]?.values ?? [])]).toEqual([2]);
  });

  it.each([
    ['that is not there', undefined, /ENOENT/],
    ['without rows', 'timestamp,cpu\n', /no rows/],
    ['without a time', 'pod,cpu\na,1\n', /no column timestamp/],
    ['without numbers', 'timestamp,pod\n2026-01-01T00:00:00Z,a\n', /no column holds numbers/],
  ])('%s is refused as wrong usage', (_name, text, message) => {
    const file = text === undefined ? join(dir, 'none.csv') : written(text);
    expect(() => readSeries(file)).toThrow(expect.objectContaining({ code: 'bad-usage', message: expect.stringMatching(message) }));
  });

  it('is refused for a column that is asked for and not there', () => {
    expect(() => readSeries(written('timestamp,cpu\n2026-01-01T00:00:00Z,1\n'), ['disk'])).toThrow(
      /disk is no numeric column of it \(there is cpu\)/,
    );
  });
});
