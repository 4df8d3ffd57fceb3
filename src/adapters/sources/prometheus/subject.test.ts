import { describe, expect, it } from 'vitest';
import { openSubjectBook, type SubjectRule } from './subject.ts';

const book = openSubjectBook('here');
const find = (labels: Readonly<Record<string, unknown>>, kind: SubjectRule['kind'], own: SubjectRule['labels'] = {}) =>
  book.of(labels, { kind, labels: own });
const pod = { cluster: 'here', apiGroup: '', kind: 'Pod', namespace: 'shop', name: 'cart-0' };

describe('a subject', () => {
  it.each([
    ['a container', find({ namespace: 'shop', pod: 'cart-0', container: 'app' }, 'container'), { ref: pod, part: 'app' }],
    ['a pod, whatever else is there', find({ namespace: 'shop', pod: 'cart-0', container: 'app' }, 'pod'), { ref: pod }],
    [
      'a pod by other labels',
      find({ ns: 'shop', exported_pod: 'cart-0', disk: 'sda' }, 'pod', { name: 'exported_pod', namespace: 'ns', part: 'disk' }),
      { ref: pod, part: 'sda' },
    ],
    [
      'a Deployment',
      find({ namespace: 'shop', deployment: 'cart' }, 'deployment'),
      { ref: { cluster: 'here', apiGroup: 'apps', kind: 'Deployment', namespace: 'shop', name: 'cart' } },
    ],
    [
      'a node by its label',
      find({ node: 'a', nodename: 'b' }, 'node'),
      { ref: { cluster: 'here', apiGroup: '', kind: 'Node', name: 'a' } },
    ],
    ['a node by its host', find({ node: '', nodename: 'b' }, 'node'), { ref: { cluster: 'here', apiGroup: '', kind: 'Node', name: 'b' } }],
    [
      'a claim',
      find({ namespace: 'shop', persistentvolumeclaim: 'data' }, 'persistentvolumeclaim'),
      { ref: { cluster: 'here', apiGroup: '', kind: 'PersistentVolumeClaim', namespace: 'shop', name: 'data' } },
    ],
  ])('is %s', (_name, found, wanted) => {
    expect(found).toEqual(wanted);
  });

  it.each([
    ['the namespace is missing', find({ pod: 'cart-0' }, 'pod')],
    ['the name is empty', find({ namespace: 'shop', pod: '' }, 'pod')],
    ['the container is missing', find({ namespace: 'shop', pod: 'cart-0' }, 'container')],
    ['a label is no text', find({ namespace: 'shop', pod: 7 }, 'pod')],
    ['a label is only inherited', find(Object.create({ namespace: 'shop', pod: 'cart-0' }), 'pod')],
    ['a node is asked for by a label of its own', find({ nodename: 'b' }, 'node', { name: 'host' })],
  ])('is not guessed when %s', (_name, found) => {
    expect(found).toBeUndefined();
  });

  it('is the same object until nobody has asked for it for two turns', () => {
    const own = openSubjectBook('here');
    const ask = () => own.of({ namespace: 'shop', pod: 'cart-0' }, { kind: 'pod', labels: {} });
    const first = ask();
    own.turn();
    expect(ask()).toBe(first);
    own.turn();
    own.turn();
    expect(ask()).not.toBe(first);
  });
});
