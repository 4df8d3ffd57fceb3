import type { NewObject, ObjectStore } from '../world.ts';

/** Namespaces that every cluster begins with. */
const namespaces = ['default', 'kube-system', 'kube-public', 'kube-node-lease'];

const discovery: NewObject = {
  metadata: { name: 'system:discovery' },
  rules: [
    {
      verbs: ['get'],
      nonResourceURLs: [
        '/api',
        '/api/*',
        '/apis',
        '/apis/*',
        '/healthz',
        '/livez',
        '/readyz',
        '/openapi',
        '/openapi/*',
        '/version',
        '/version/',
      ],
    },
  ],
};
const basicUser: NewObject = {
  metadata: { name: 'system:basic-user' },
  rules: [
    { apiGroups: ['authorization.k8s.io'], resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'], verbs: ['create'] },
    { apiGroups: ['authentication.k8s.io'], resources: ['selfsubjectreviews'], verbs: ['create'] },
  ],
};
const clusterAdmin: NewObject = {
  metadata: { name: 'cluster-admin' },
  rules: [
    { apiGroups: ['*'], resources: ['*'], verbs: ['*'] },
    { verbs: ['*'], nonResourceURLs: ['*'] },
  ],
};

/** Makes what an API server makes at its first start: the first namespaces, and the roles that every account has. */
export function bootstrap(objects: ObjectStore): void {
  for (const name of namespaces) {
    objects.create('namespaces', { metadata: { name } });
  }
  for (const role of [discovery, basicUser, clusterAdmin]) objects.create('clusterroles.rbac.authorization.k8s.io', role);
  for (const name of ['system:discovery', 'system:basic-user']) bind(objects, name, 'system:authenticated');
  bind(objects, 'cluster-admin', 'system:masters');
}

function bind(objects: ObjectStore, role: string, group: string): void {
  objects.create('clusterrolebindings.rbac.authorization.k8s.io', {
    metadata: { name: role },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: group }],
  });
}
