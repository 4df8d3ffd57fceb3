import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { collectionOf, sampleOf } from './samples.ts';
import { at, expectFailure, type Given, patchTypes, succeeded, textAt } from './under-test.ts';

interface Frame {
  readonly type: string;
  readonly name: unknown;
  readonly object: unknown;
}

/** Watches: from now, from a version, through a selector, with bookmarks, and from too far back. */
export function watchContract(given: Given): void {
  const maps = () => collectionOf(sampleOf('ConfigMap'), given().namespace);
  const create = async (name: string, labels: Readonly<Record<string, string>>) =>
    succeeded(await given().request('POST', maps(), { body: { metadata: { name, labels } } }));
  const label = async (name: string, labels: unknown) =>
    succeeded(await given().request('PATCH', `${maps()}/${name}`, { body: { metadata: { labels } }, type: patchTypes.merge }));
  const now = async () => textAt(succeeded(await given().request('GET', `${maps()}?limit=1`)).body, 'metadata.resourceVersion');
  /** All frames of a watch of a second or two. */
  async function frames(query: string, seconds = 2, accept?: string): Promise<Frame[]> {
    const answer = succeeded(
      await given().request('GET', `${maps()}?watch=1&timeoutSeconds=${seconds}&${query}`, accept === undefined ? {} : { accept }),
    );
    const lines = answer.text.split('\n').filter(Boolean);
    return lines.map((line) => {
      const { type, object } = Object(JSON.parse(line));
      return { type: String(type), name: at(object, 'metadata.name'), object };
    });
  }
  const plain = (all: readonly Frame[]) => all.map(({ type, name }) => `${type} ${name}`);

  it('tells what comes, changes and goes, in order', async () => {
    const from = await now();
    await create('w-1', { watched: 'life' });
    await label('w-1', { step: '2' });
    await given().request('DELETE', `${maps()}/w-1`);
    const all = await frames(`resourceVersion=${from}&labelSelector=watched%3Dlife`, 1);
    expect(plain(all)).toEqual(['ADDED w-1', 'MODIFIED w-1', 'DELETED w-1']);
    const versions = all.map(({ object }) => Number(at(object, 'metadata.resourceVersion')));
    expect(versions).toEqual([...new Set(versions)].toSorted((a, b) => a - b));
    expect(versions).toHaveLength(3);
    expect(at(all[0]?.object, 'kind')).toBe('ConfigMap');
  });
  it('begins right after the version that is named', async () => {
    const made = Number(at((await create('w-next', { watched: 'next' })).body, 'metadata.resourceVersion'));
    const from = (version: number) => frames(`resourceVersion=${version}&labelSelector=watched%3Dnext`, 1);
    expect(plain(await from(made - 1))).toEqual(['ADDED w-next']);
    expect(plain(await from(made))).toEqual([]);
  });
  it('tells of writes while it stands', async () => {
    const watched = frames(`resourceVersion=${await now()}&labelSelector=watched%3Dlive`, 2);
    await sleep(500);
    await create('w-live', { watched: 'live' });
    expect(plain(await watched)).toEqual(['ADDED w-live']);
  });
  it('begins with what stands when no version is named', async () => {
    await create('w-stands', { watched: 'stands' });
    expect(plain(await frames('labelSelector=watched%3Dstands', 1))).toEqual(['ADDED w-stands']);
    expect(plain(await frames('resourceVersion=0&labelSelector=watched%3Dstands', 1))).toEqual(['ADDED w-stands']);
  });
  it('lets an object come and go with the label that it selects by', async () => {
    await create('w-moves', {});
    const from = await now();
    await label('w-moves', { watched: 'moves' });
    const left = await label('w-moves', { watched: 'elsewhere' });
    const all = await frames(`resourceVersion=${from}&labelSelector=watched%3Dmoves`, 1);
    expect(plain(all)).toEqual(['ADDED w-moves', 'DELETED w-moves']);
    expect(at(all[1]?.object, 'metadata.resourceVersion')).toBe(at(left.body, 'metadata.resourceVersion'));
    expect(at(all[1]?.object, 'metadata.labels.watched')).toBe('moves');
  });
  it('tells only of the object that is selected by name', async () => {
    const from = await now();
    await create('w-named', {});
    await create('w-other', {});
    expect(plain(await frames(`resourceVersion=${from}&fieldSelector=metadata.name%3Dw-named`, 1))).toEqual(['ADDED w-named']);
  });
  it('ends with a bookmark when asked for them', async () => {
    const all = await frames(`resourceVersion=${await now()}&allowWatchBookmarks=true&labelSelector=watched%3Dnone`, 6);
    expect(all.map(({ type }) => type)).toContain('BOOKMARK');
    const last = all.at(-1)?.object;
    expect([at(last, 'kind'), at(last, 'metadata.name')]).toEqual(['ConfigMap', undefined]);
    expect(Number(at(last, 'metadata.resourceVersion'))).toBeGreaterThan(0);
  });
  it('gives metadata only when asked so', async () => {
    await create('w-partial', { watched: 'partial' });
    const all = await frames('labelSelector=watched%3Dpartial', 1, 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1');
    expect(all.map(({ object }) => at(object, 'kind'))).toEqual(['PartialObjectMetadata']);
  });
  it('marks the end of the first state when asked for it', async () => {
    await create('w-initial', { watched: 'initial' });
    const query = 'sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&labelSelector=watched%3Dinitial';
    const all = await frames(query, 2);
    expect(all.slice(0, 2).map(({ type }) => type)).toEqual(['ADDED', 'BOOKMARK']);
    expect(at(all[1]?.object, 'metadata.annotations')).toEqual({ 'k8s.io/initial-events-end': 'true' });
  });
  it('says so, and ends, when the version is too old', async () => {
    const all = await frames('resourceVersion=1', 2);
    expect(all.map(({ type }) => type)).toEqual(['ERROR']);
    expect(all[0]?.object).toMatchObject({ kind: 'Status', status: 'Failure', reason: 'Expired', code: 410 });
    expect(at(all[0]?.object, 'message')).toMatch(/^too old resource version: 1 \(\d+\)$/);
  });
  it('refuses a version that is no number', async () => {
    expectFailure(await given().request('GET', `${maps()}?watch=1&resourceVersion=abc`), {
      ...{ code: 500, message: 'resourceVersion: Invalid value: "abc": strconv.ParseUint: parsing "abc": invalid syntax' },
    });
  });
}
