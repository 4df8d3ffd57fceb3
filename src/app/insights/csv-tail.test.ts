import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { csvTail } from './csv-tail.ts';

let directory = '';
let file = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kubemend-tail-'));
  file = join(directory, 'pods.csv');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const pods = (rows: readonly Readonly<Record<string, string>>[]) => rows.map(({ pod }) => pod);

describe('the end of a growing file', () => {
  it('is read once, whole rows only', () => {
    const tail = csvTail(file);
    expect(tail.read()).toEqual([]);
    writeFileSync(file, 'pod,cpu\na,1\nb,');
    expect(pods(tail.read())).toEqual(['a']);
    appendFileSync(file, '2\nc,3\n');
    expect(tail.read()).toEqual([
      { pod: 'b', cpu: '2' },
      { pod: 'c', cpu: '3' },
    ]);
    expect(tail.read()).toEqual([]);
  });

  it('is read from the start when the file was put aside for a new one, or cut off', () => {
    const tail = csvTail(file);
    writeFileSync(file, 'pod,cpu\na,1\nb,2\n');
    tail.read();
    renameSync(file, `${file}.1`);
    writeFileSync(file, 'pod,cpu,memory\nc,3,4\n');
    expect(tail.read()).toEqual([{ pod: 'c', cpu: '3', memory: '4' }]);
    writeFileSync(file, 'pod,cpu\nd,5\n');
    expect(pods(tail.read())).toEqual(['d']);
  });

  it('passes over rows that are none, and counts them', () => {
    writeFileSync(file, 'pod,cpu\na,1\nb\nc,"3\nd,4\n');
    const tail = csvTail(file);
    expect(pods(tail.read())).toEqual(['a', 'd']);
    expect(tail.bad).toEqual({ rows: 2, why: expect.stringContaining('c,"3') });
  });
});
