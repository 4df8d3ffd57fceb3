import type { SeriesSubject } from '../../../core/model/samples.ts';
import { openSubjectBook, type SubjectRule } from '../prometheus/subject.ts';

const PART_CHARS = 300;
/** Of the scrape, not of what was scraped. */
const scrapeLabels = ['__name__', 'job', 'instance', 'endpoint', 'service', 'metrics_path', 'prometheus', 'prometheus_replica', 'cluster'];
/** Who it is about. */
const ownLabels = ['namespace', 'pod', 'container', 'node', 'nodename', 'uid'];
/** cAdvisor's names for one run of a container: they change at every restart. */
const runLabels = new Set(['id', 'image', 'name']);
const known = new Set([...scrapeLabels, ...ownLabels, ...ownLabels.map((name) => `exported_${name}`)]);

/** Says whose a series is, by its labels; undefined when they name nobody. */
export type SubjectOf = (metric: string, labels: Readonly<Record<string, string>>) => SeriesSubject | undefined;

/**
 * The container, pod or node that the labels name, as the Prometheus source does; the labels beyond those make the part. A label that
 * the scrape pushed aside (`exported_pod`) is what the series is about. Names of nodes are believed for `node_` and `kube_node_` only.
 */
export function subjectsByLabels(cluster: string): SubjectOf {
  const book = openSubjectBook(cluster);
  return (metric, given) => {
    const labels = unexported(given);
    const subject = book.of(labels, ruleOf(metric, labels));
    if (!subject) return undefined;
    const part = [...(subject.part === undefined ? [] : [subject.part]), ...restOf(metric, given)].join(',').slice(0, PART_CHARS);
    return { ref: subject.ref, ...(part !== '' && { part }) };
  };
}

function ruleOf(metric: string, { container = '' }: Readonly<Record<string, string>>): SubjectRule {
  if (/^(kube_)?node_/.test(metric)) return { kind: 'node', labels: {} };
  return { kind: container === '' || container === 'POD' ? 'pod' : 'container', labels: {} };
}

function unexported(labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const pushedAside = ownLabels.flatMap((name) => {
    const value = labels[`exported_${name}`];
    return value === undefined ? [] : [[name, value] as const];
  });
  return pushedAside.length === 0 ? labels : { ...labels, ...Object.fromEntries(pushedAside) };
}

function restOf(metric: string, labels: Readonly<Record<string, string>>): readonly string[] {
  const isOfContainer = metric.startsWith('container_');
  return Object.entries(labels)
    .filter(([name]) => !known.has(name) && !(isOfContainer && runLabels.has(name)))
    .map(([name, value]) => `${name}=${value}`)
    .toSorted();
}
