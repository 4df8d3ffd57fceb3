import fc from 'fast-check';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { annotated, containerIn, fieldsOf, withResources } from './template-json.ts';

const template = {
  metadata: { labels: { app: 'cart' }, annotations: { team: 'a' } },
  spec: {
    nodeSelector: { disk: 'ssd' },
    containers: [
      { name: 'app', image: 'a:1', resources: { limits: { cpu: '1' } } },
      { name: 'log', image: 'b:1' },
    ],
  },
};

it('adds an annotation and leaves the rest of the template as it is', () => {
  expect(annotated(template, 'mark', 'x')).toEqual({
    ...template,
    metadata: { labels: { app: 'cart' }, annotations: { team: 'a', mark: 'x' } },
  });
  expect(annotated({ spec: {} }, 'mark', 'x')).toEqual({ spec: {}, metadata: { annotations: { mark: 'x' } } });
  expect(template.metadata.annotations).toEqual({ team: 'a' });
});

it('is the same after annotating twice with the same value', () => {
  fc.assert(
    fc.property(fc.json(), fc.string(), (text, value) => {
      const json = z.json().parse(JSON.parse(text));
      const once = annotated(json, 'mark', value);
      expect(annotated(once, 'mark', value)).toEqual(once);
    }),
  );
});

it('sets the resources of one container and leaves all others as they are', () => {
  const [app, log] = template.spec.containers;
  expect(withResources(template, 'app', { limits: { memory: '1Gi' } })).toEqual({
    ...template,
    spec: { ...template.spec, containers: [{ ...app, resources: { limits: { memory: '1Gi' } } }, log] },
  });
  expect(withResources(template, 'none', {})).toEqual(template);
});

it('finds a container by name, and nothing in what is no template', () => {
  expect(containerIn(template, 'log')).toEqual({ name: 'log', image: 'b:1' });
  for (const json of [template, null, 'text', [], {}, { spec: null }, { spec: { containers: 'app' } }])
    expect(containerIn(json, 'none')).toBeUndefined();
  expect(fieldsOf([1])).toEqual({});
});
