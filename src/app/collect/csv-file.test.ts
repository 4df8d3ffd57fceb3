import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { csvRecords } from '../csv-records.ts';
import { openCsvFile } from './csv-file.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kubemend-csv-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const header = ['timestamp', 'pod', 'cpu_cores'];
const path = (name = 'pods.csv') => join(directory, name);
const open = (more: { maxBytes?: number; keep?: number; header?: readonly string[] } = {}) =>
  openCsvFile({ file: path(), header, maxBytes: 1_000_000, keep: 2, ...more });
const content = (name?: string) => readFileSync(path(name), 'utf8');

describe('the file of figures', () => {
  it('begins with its header and holds one line for each row', () => {
    const file = open();
    expect(file.resumed).toBeUndefined();
    file.append([
      ['t1', 'cart', '0.5'],
      ['t1', 'a "b", c', ''],
    ]);
    expect(content()).toBe('timestamp,pod,cpu_cores\nt1,cart,0.5\nt1,"a ""b"", c",\n');
  });

  it('is gone on with', () => {
    open().append([['t1', 'cart', '1']]);
    const file = open();
    expect(file.resumed).toBe(`goes on with ${path()}`);
    file.append([['t2', 'cart', '2']]);
    expect(csvRecords(content()).map(({ timestamp }) => timestamp)).toEqual(['t1', 't2']);
  });

  it('loses half a row that a killed writer left, and says so', () => {
    open().append([['t1', 'cart', '1']]);
    appendFileSync(path(), 't2,ca');
    const file = open();
    expect(file.resumed).toContain('5 bytes of half a row at its end were cut off');
    file.append([['t3', 'cart', '3']]);
    expect(csvRecords(content()).map(({ timestamp }) => timestamp)).toEqual(['t1', 't3']);
  });

  it('is begun anew when a writer was killed within the header', () => {
    writeFileSync(path(), 'timestamp,po');
    open().append([['t1', 'cart', '1']]);
    expect(csvRecords(content())).toHaveLength(1);
  });

  it.each([
    ['fewer columns', 'timestamp,pod\n', 'lacks cpu_cores'],
    ['more columns', 'timestamp,pod,cpu_cores,latency\n', 'has latency beside'],
    ['another order', 'pod,timestamp,cpu_cores\n', 'has its columns in another order'],
    ['something else', 'hello\n', 'lacks timestamp, pod, cpu_cores and has hello beside'],
  ])('is left alone when it has %s', (_name, text, says) => {
    writeFileSync(path(), text);
    expect(() => open()).toThrow(says);
    expect(content()).toBe(text);
  });

  it('is put aside when it grows too large, and the oldest is let go', () => {
    const file = open({ maxBytes: 60, keep: 2 });
    for (let n = 1; n <= 6; n += 1) file.append([[`t${n}`, 'cart-with-a-long-name', String(n)]]);
    expect(csvRecords(content()).map(({ timestamp }) => timestamp)).toEqual(['t6']);
    expect(csvRecords(content('pods.csv.1')).map(({ timestamp }) => timestamp)).toEqual(['t5']);
    expect(existsSync(path('pods.csv.3'))).toBe(false);
  });

  it('is made anew, with its header, when somebody has moved it away', () => {
    const file = open();
    file.append([['t1', 'cart', '1']]);
    rmSync(path());
    file.append([['t2', 'cart', '2']]);
    expect(content()).toBe('timestamp,pod,cpu_cores\nt2,cart,2\n');
  });

  it('that cannot be written is an error that names it', () => {
    expect(() => openCsvFile({ file: '/proc/none/pods.csv', header, maxBytes: 1, keep: 1 })).toThrow(
      '/proc/none/pods.csv cannot be written',
    );
  });
});
