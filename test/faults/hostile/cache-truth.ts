import { kindSources, projectionOf } from '../../../src/adapters/cluster/kubernetes/kind-source.ts';
import { canonicalJson } from '../../../src/core/digest.ts';
import type { KubeObject } from '../../../src/core/model/objects.ts';
import type { ClusterReader } from '../../../src/core/ports.ts';
import { bodyOf, field, type KubeClient } from '../../real/harness/kube-client.ts';
import type { Watched } from './probes.ts';

/** Where the cache and the API server's own list differ, by kind; empty when every projected object is byte-equal. Events are left out: they are a log. */
export async function differencesFromApi(reader: ClusterReader, admin: KubeClient, all: readonly Watched[]): Promise<readonly string[]> {
  const held = Map.groupBy(
    [...reader.objects()].map(({ object }) => object),
    ({ kind }) => kind,
  );
  const differing = await Promise.all(
    kindSources.map(async (source) => {
      const { kind } = source;
      const path = all.find((one) => one.kind === kind)?.path ?? '';
      const items = field(bodyOf(await admin.get(path)), 'items');
      const listed = (Array.isArray(items) ? items : []).map((raw) => projectionOf(source, 'default')(raw));
      const [ours, theirs] = [linesOf(held.get(kind) ?? []), linesOf(listed)];
      const [more, less] = [ours.filter((line) => !theirs.includes(line)), theirs.filter((line) => !ours.includes(line))];
      return more.length + less.length === 0 ? [] : [`${kind}: the cache has ${short(more)}, the API server ${short(less)}`];
    }),
  );
  return differing.flat();
}

function linesOf(objects: readonly KubeObject[]): readonly string[] {
  return objects.map((object) => canonicalJson(object));
}

function short(lines: readonly string[]): string {
  return lines.length === 0 ? 'nothing more' : `${lines.length} more (${lines[0]?.slice(0, 200)})`;
}
