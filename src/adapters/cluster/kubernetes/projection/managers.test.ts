import { expect, test } from 'vitest';
import { managersOf } from './managers.ts';

const container = 'k:{"name":"app"}';
const template = {
  'f:spec': { 'f:containers': { [container]: { '.': {}, 'f:image': {}, 'f:resources': { 'f:limits': { 'f:memory': {} } } } } },
};

test.each([
  ['a scaling', { 'f:spec': { 'f:replicas': {} } }, ['replicas']],
  ['a template with resources', { 'f:spec': { 'f:template': template } }, ['template', 'resources']],
  ['a template without resources', { 'f:spec': { 'f:template': { 'f:metadata': { 'f:annotations': { 'f:a': {} } } } } }, ['template']],
  [
    'a resize of a pod',
    { 'f:spec': { 'f:containers': { [container]: { 'f:resources': { 'f:requests': { 'f:cpu': {} } } } } } },
    ['resources'],
  ],
  ['a status', { 'f:status': { 'f:phase': {} } }, ['other']],
  ['a pause', { 'f:spec': { 'f:paused': {} } }, ['other']],
  [
    'a whole Deployment',
    { 'f:metadata': { 'f:labels': { 'f:a': {} } }, 'f:spec': { 'f:replicas': {}, 'f:template': template } },
    ['other', 'replicas', 'template', 'resources'],
  ],
])('%s touches its parts', (_what, fieldsV1, touches) => {
  const [manager] = managersOf({
    metadata: { managedFields: [{ manager: 'me', operation: 'Apply', time: '2026-01-01T00:00:00Z', subresource: 'scale', fieldsV1 }] },
  });
  expect(manager).toEqual({ manager: 'me', operation: 'Apply', subresource: 'scale', at: Date.UTC(2026, 0, 1), touches });
});
