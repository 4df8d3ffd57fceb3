import type { ResourceRef } from '../../../core/model/resource.ts';
import type { SeriesSubject } from '../../../core/model/samples.ts';
import { subjects } from '../alertmanager/alert-mapping.ts';

/** What series can be about: an object of these kinds, or one container of a pod. */
export const subjectKinds = [
  'container',
  'pod',
  'deployment',
  'statefulset',
  'daemonset',
  'job',
  'node',
  'horizontalpodautoscaler',
  'persistentvolumeclaim',
] as const;

/** Whose a series is, and the labels that say so where they are not the usual ones; `part` tells several of one object apart. */
export interface SubjectRule {
  readonly kind: (typeof subjectKinds)[number];
  readonly labels: { readonly name?: string | undefined; readonly namespace?: string | undefined; readonly part?: string | undefined };
}

/** The labels of one series as they came. */
export type Labels = Readonly<Record<string, unknown>>;

/** Finds subjects by labels, and gives the same object for the same subject, as long as it is asked for. */
export interface SubjectBook {
  /** Undefined when a label is missing: nothing is guessed. */
  of(labels: Labels, rule: SubjectRule): SeriesSubject | undefined;
  /** Forgets whoever was not asked for since the last call but one. */
  turn(): void;
}

/** A book of subjects of one cluster. */
export function openSubjectBook(cluster: string): SubjectBook {
  let young = new Map<string, SeriesSubject>();
  let old = new Map<string, SeriesSubject>();
  return {
    of(labels, rule) {
      const words = wordsOf(labels, rule);
      if (words === undefined) return undefined;
      const key = `${rule.kind}\n${words.namespace}\n${words.name}\n${words.part ?? ''}`;
      const known = young.get(key) ?? old.get(key) ?? subjectOf(words, rule, cluster);
      young.set(key, known);
      return known;
    },
    turn() {
      old = young;
      young = new Map();
    },
  };
}

interface Words {
  readonly name: string;
  readonly namespace: string;
  readonly part: string | undefined;
}

function wordsOf(labels: Labels, { kind, labels: own }: SubjectRule): Words | undefined {
  const shape = subjects[kind === 'container' ? 'pod' : kind];
  const name =
    textOf(labels, own.name ?? shape.label) ?? (kind === 'node' && own.name === undefined ? textOf(labels, 'nodename') : undefined);
  const namespace = shape.namespaced ? textOf(labels, own.namespace ?? 'namespace') : '';
  const partLabel = own.part ?? (kind === 'container' ? 'container' : undefined);
  const part = partLabel === undefined ? undefined : textOf(labels, partLabel);
  if (name === undefined || namespace === undefined || (partLabel !== undefined && part === undefined)) return undefined;
  return { name, namespace, part };
}

function textOf(labels: Labels, label: string): string | undefined {
  const value = Object.hasOwn(labels, label) ? labels[label] : undefined;
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function subjectOf({ name, namespace, part }: Words, { kind }: SubjectRule, cluster: string): SeriesSubject {
  const { kind: word, apiGroup, namespaced } = subjects[kind === 'container' ? 'pod' : kind];
  const ref: ResourceRef = { cluster, apiGroup, kind: word, ...(namespaced && { namespace }), name };
  return { ref, ...(part !== undefined && { part }) };
}
